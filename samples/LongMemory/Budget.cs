namespace LongMemory;

/// <summary>How much a run may cost.</summary>
/// <param name="Updates">The most updates: a run that ends by them is the same to the bit on every machine.</param>
/// <param name="Seconds">The most seconds.</param>
internal readonly record struct Budget(int Updates, double Seconds);
