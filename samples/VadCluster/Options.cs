namespace VadCluster;

/// <summary>What the program does.</summary>
/// <param name="Streams">Streams.</param>
/// <param name="Rate">Frames a second of each.</param>
/// <param name="Seconds">The time of each part.</param>
/// <param name="Until">The rate is raised until p99 is above so many milliseconds; 0 to disturb the cluster instead.</param>
internal sealed record Options(int Streams, double Rate, int Seconds, double Until);
