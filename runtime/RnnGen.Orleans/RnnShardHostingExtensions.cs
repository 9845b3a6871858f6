using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Serialization;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Serializers;
using RnnGen.Orleans;
using RnnGen.Orleans.Serialization;

namespace Orleans.Hosting;

/// <summary>Adds shards of networks to silos and clients.</summary>
public static class RnnShardHostingExtensions
{
    /// <summary>
    /// Lets a silo have an <see cref="RnnShard{TModel, TState}"/> of every model that is one of its services, and lets grains have states
    /// in their calls and in their storage.
    /// </summary>
    /// <param name="silo">The silo.</param>
    /// <param name="configure">Sets options.</param>
    public static ISiloBuilder AddRnnShards(this ISiloBuilder silo, Action<RnnShardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddOptions<RnnShardOptions>()
            .Configure(options => configure?.Invoke(options))
            .Validate(
                options => options.SaveInterval >= TimeSpan.FromMilliseconds(10) && options.SaveInterval <= TimeSpan.FromDays(1),
                $"{nameof(RnnShardOptions.SaveInterval)} must be 10 ms to a day.")
            .Validate(options => options.SaveCalls >= 1, $"{nameof(RnnShardOptions.SaveCalls)} must be at least 1.")
            .Validate(
                options => options.IdleTimeout >= TimeSpan.FromSeconds(1) && options.IdleTimeout <= TimeSpan.FromDays(1000),
                $"{nameof(RnnShardOptions.IdleTimeout)} must be 1 second to 1,000 days.")
            .ValidateOnStart();
        AddStates(silo.Services);
        return silo;
    }

    /// <summary>Lets a client call shards, and have states in calls of its own.</summary>
    /// <param name="client">The client.</param>
    public static IClientBuilder AddRnnShards(this IClientBuilder client)
    {
        ArgumentNullException.ThrowIfNull(client);
        AddStates(client.Services);
        return client;
    }

    private static void AddStates(IServiceCollection services)
    {
        services.AddSerializer(serializer => serializer.AddAssembly(typeof(IRnnShard).Assembly));
        services.TryAddSingleton<StateCodecs>();
        services.AddSingleton<ISpecializableCodec>(provider => provider.GetRequiredService<StateCodecs>());
        services.AddSingleton<ISpecializableCopier>(provider => provider.GetRequiredService<StateCodecs>());
        services.AddSingleton<ITypeFilter>(provider => provider.GetRequiredService<StateCodecs>());
        services.Configure<OrleansJsonSerializerOptions>(options =>
            options.JsonSerializerSettings.Converters.Add(new StateJsonConverter()));
    }
}
