using System.ComponentModel;

namespace RnnGen.Numerics;

/// <summary>The windows of a convolution: what each position of its output sees of its input.</summary>
/// <param name="Length">Positions of the input's grid.</param>
/// <param name="Channels">Channels of the input's grid.</param>
/// <param name="PositionStride">From one position of the input to the next, in numbers.</param>
/// <param name="Positions">Positions of the output.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct WindowShape(int Length, int Channels, int PositionStride, int Positions)
{
    /// <summary>Positions that a window has.</summary>
    public int Kernel { get; init; } = 1;

    /// <summary>From one window to the next, in positions.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>From one tap to the next, in positions.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Positions in front of the grid that the first window begins at.</summary>
    public int Padding { get; init; }

    /// <summary>True if the grid is mirrored beyond its ends, without its first and last position; otherwise it is 0 there.</summary>
    public bool Reflects { get; init; }

    /// <summary>Steps that a window has; the last is the step itself.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>From one of a window's steps to the next.</summary>
    public int StepDilation { get; init; } = 1;

    /// <summary>The number of steps that a window reaches back.</summary>
    public int Past => (Steps - 1) * StepDilation;

    /// <summary>From one window to the next, in numbers: whole blocks.</summary>
    public int Padded => ((Steps * Kernel * Channels) + Block<float>.Size - 1) / Block<float>.Size * Block<float>.Size;

    /// <summary>The position of a window's first tap, which may lie in front of the grid.</summary>
    internal int FirstOf(int position) => (position * Stride) - Padding;

    /// <summary>True if a window's taps lie side by side in the grid.</summary>
    internal bool IsRun(int first) =>
        first >= 0 && first + ((Kernel - 1) * Dilation) < Length && (Kernel == 1 || (Dilation == 1 && PositionStride == Channels));

    /// <summary>The number of steps before that one of a window's steps is.</summary>
    internal int StepsBefore(int step) => (Steps - 1 - step) * StepDilation;

    /// <summary>The position that a tap sees; negative for none.</summary>
    internal int SourceOf(int first, int tap)
    {
        int source = first + (tap * Dilation);
        if (source >= 0 && source < Length)
            return source;
        if (!Reflects)
            return -1;
        return source < 0 ? -source : (2 * (Length - 1)) - source;
    }
}
