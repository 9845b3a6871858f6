using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RnnGen.Hosting;

/// <summary>Healthy while the weights are those of the file that is there.</summary>
internal sealed class ModelHealthCheck<TModel>(RnnModelFile<TModel> file) : IHealthCheck
    where TModel : class, ITrainedModel
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        RnnModelStatus status = file.Status;
        Dictionary<string, object> data = new()
        {
            ["path"] = status.Path,
            ["sha256"] = status.Hash,
            ["loadedAt"] = status.LoadedAt,
            ["loads"] = status.Loads,
        };
        return Task.FromResult(status.Refusal is null
            ? HealthCheckResult.Healthy($"serves weights of {status.LoadedAt:u}", data)
            : new(
                context.Registration.FailureStatus, $"serves weights of {status.LoadedAt:u}; the file is refused: {status.Refusal}",
                exception: null, data));
    }
}
