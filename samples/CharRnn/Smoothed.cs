namespace CharRnn;

/// <summary>A mean of about the last hundred values, and of fewer as long as there are fewer.</summary>
internal struct Smoothed
{
    private const int Memory = 100;
    private int count;

    /// <summary>The mean; 0 before the first value.</summary>
    public double Value { get; private set; }

    /// <summary>Takes another value in.</summary>
    public void Add(double value)
    {
        count = Math.Min(count + 1, Memory);
        Value += (value - Value) / count;
    }
}
