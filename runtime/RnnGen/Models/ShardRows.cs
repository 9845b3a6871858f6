namespace RnnGen;

/// <summary>Some neighbouring rows of a batch.</summary>
/// <param name="All">Rows of the batch.</param>
/// <param name="First">The first of these.</param>
/// <param name="Count">The number of them.</param>
internal readonly record struct ShardRows(int All, int First, int Count);
