using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// An optimiser's memory between updates: their number, and its moments, which lie like the parameters.
/// </summary>
/// <typeparam name="T">The element: <see cref="float"/> or <see cref="double"/>.</typeparam>
internal sealed class OptimizerState<T> where T : unmanaged
{
    private readonly AlignedBuffer<T>[] moments;

    internal OptimizerState(string optimizerName, IReadOnlyList<string> momentNames, Predicate<int> holdsSquares, int length)
    {
        OptimizerName = optimizerName;
        MomentNames = momentNames;
        HoldsSquares = holdsSquares;
        Length = length;
        moments = new AlignedBuffer<T>[momentNames.Count];
        for (int i = 0; i < moments.Length; i++)
            moments[i] = new(length);
    }

    /// <summary>The kind of optimiser the state belongs to, for instance <c>Adam</c>.</summary>
    public string OptimizerName { get; }

    /// <summary>The moments' names in PyTorch, for instance <c>exp_avg</c> and <c>exp_avg_sq</c>; at most two.</summary>
    public IReadOnlyList<string> MomentNames { get; }

    /// <summary>
    /// True for the position of a moment that is made of squares, whose roots are taken: a negative one would make weights NaN.
    /// </summary>
    public Predicate<int> HoldsSquares { get; }

    /// <summary>The length of the parameter buffer, padding included.</summary>
    public int Length { get; }

    /// <summary>The number of updates so far.</summary>
    public long Step { get; internal set; }

    /// <summary>
    /// At least the absolute value of every element of the moments; NaN if none is known. Whoever changes a moment sets it.
    /// </summary>
    internal double Bound { get; set; } = double.NaN;

    /// <summary>A moment by its position among <see cref="MomentNames"/>.</summary>
    internal AlignedBuffer<T> Buffer(int index) => moments[index];

    /// <summary>A bound from the moments themselves: not finite if an element is not.</summary>
    internal double Measure()
    {
        double magnitude = 0;
        foreach (AlignedBuffer<T> moment in moments)
            magnitude += Magnitude.Of(moment);
        return magnitude;
    }
}
