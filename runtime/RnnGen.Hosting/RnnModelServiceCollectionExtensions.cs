using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using RnnGen;
using RnnGen.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds generated models to services.</summary>
public static class RnnModelServiceCollectionExtensions
{
    /// <summary>
    /// Adds a model as a singleton with the weights of a file. The host does not start with a file that cannot be loaded. A change of the
    /// file is picked up while the model serves: new weights replace all old ones at once, or the file is logged and refused.
    /// </summary>
    /// <remarks>
    /// Ask for <typeparamref name="TModel"/> to use it; calls may come from any number of threads. Ask for
    /// <see cref="RnnModelFile{TModel}"/> to see or reload what serves. Options can also be bound from a configuration, under the name
    /// <c>typeof(TModel).FullName</c>.
    /// </remarks>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="path">A safetensors file, as <c>Save</c> writes it.</param>
    /// <param name="configure">Sets further options.</param>
    public static IServiceCollection AddRnnModel<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TModel>(
        this IServiceCollection services, string path, Action<RnnModelOptions>? configure = null)
        where TModel : class, ITrainedModel =>
        // Its constructor has defaults for all its parameters.
        services.AddRnnModel(provider => ActivatorUtilities.CreateInstance<TModel>(provider), path, configure);

    /// <summary>
    /// Adds a model that the program creates itself; all else is as with
    /// <see cref="AddRnnModel{TModel}(IServiceCollection, string, Action{RnnModelOptions}?)"/>.
    /// </summary>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <param name="services">The services.</param>
    /// <param name="create">Creates it; then the file's weights are loaded.</param>
    /// <param name="path">A safetensors file, as <c>Save</c> writes it.</param>
    /// <param name="configure">Sets further options.</param>
    public static IServiceCollection AddRnnModel<TModel>(
        this IServiceCollection services, Func<IServiceProvider, TModel> create, string path, Action<RnnModelOptions>? configure = null)
        where TModel : class, ITrainedModel
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string name = typeof(TModel).FullName!;
        services.AddOptions<RnnModelOptions>(name)
            .Configure(options =>
            {
                options.Path = path;
                configure?.Invoke(options);
            })
            .Validate(options => options.Path.Length > 0, $"The path of {name}'s weights is empty.")
            .Validate(
                options => RnnModelOptions.IsPollInterval(options.PollInterval),
                $"{nameof(RnnModelOptions.PollInterval)} of {name} must be 10 ms to a day.");
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new RnnModelFile<TModel>(
            create(provider), provider.GetRequiredService<IOptionsMonitor<RnnModelOptions>>().Get(name),
            provider.GetService<ILogger<RnnModelFile<TModel>>>() ?? NullLogger<RnnModelFile<TModel>>.Instance,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => provider.GetRequiredService<RnnModelFile<TModel>>().Model);
        services.AddHostedService<FileWatcher<TModel>>();
        return services;
    }
}
