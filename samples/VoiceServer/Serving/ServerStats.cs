using RnnGen.Hosting;

namespace VoiceServer.Serving;

/// <summary>Sums since the server's start, as <c>/stats</c> gives them. Two of them tell what lies between.</summary>
/// <param name="Streams">Connected streams.</param>
/// <param name="Hops">Hops that were answered.</param>
/// <param name="CpuSeconds">The process's time on all processors.</param>
/// <param name="InferenceSeconds">How long spectra and steps took, on all threads, whoever else used the processor meanwhile.</param>
/// <param name="AllocatedBytes">What the process allocated.</param>
/// <param name="InferenceBytes">What spectra and steps allocated.</param>
/// <param name="Weights">SHA-256 of the file of weights that serves.</param>
internal sealed record ServerStats(
    int Streams, long Hops, double CpuSeconds, double InferenceSeconds, long AllocatedBytes, long InferenceBytes, string Weights)
{
    public static ServerStats Of(ServerMetrics metrics, RnnModelStatus status) => new(
        metrics.Streams, metrics.Hops, Environment.CpuUsage.TotalTime.TotalSeconds, metrics.Inference.TotalSeconds,
        GC.GetTotalAllocatedBytes(), metrics.InferenceBytes, status.Hash);
}
