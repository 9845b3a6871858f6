using Microsoft.Extensions.Diagnostics.HealthChecks;
using RnnGen;
using RnnGen.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds checks of served models.</summary>
public static class RnnModelHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a check of a model that <c>AddRnnModel</c> has added: it fails while the file that is there now is refused, and the weights
    /// before it go on serving. Its data have the file's path and hash, and when it was loaded.
    /// </summary>
    /// <typeparam name="TModel">The model's class.</typeparam>
    /// <param name="builder">The checks.</param>
    /// <param name="name">The check's name; that of the class by default.</param>
    /// <param name="failureStatus">What it reports then; <see cref="HealthStatus.Degraded"/> by default.</param>
    /// <param name="tags">To choose checks by.</param>
    public static IHealthChecksBuilder AddRnnModel<TModel>(
        this IHealthChecksBuilder builder, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
        where TModel : class, ITrainedModel
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new(
            name ?? typeof(TModel).Name,
            provider => new ModelHealthCheck<TModel>(provider.GetRequiredService<RnnModelFile<TModel>>()),
            failureStatus ?? HealthStatus.Degraded, tags));
    }
}
