namespace RnnGen.Scale;

/// <summary>A way between any two ranks.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Latency">Seconds until a message of no bytes is there.</param>
/// <param name="Overhead">Seconds that a rank works to send or to take a message, however short.</param>
/// <param name="Bandwidth">Bytes a second that a rank sends, and at the same time receives.</param>
internal sealed record Link(string Name, double Latency, double Overhead, double Bandwidth);
