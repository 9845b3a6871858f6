using RnnGen.Generator.Declarations;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>Vectors that flow between operations: one per step and row, or one per row.</summary>
/// <param name="buffer">The buffer that holds them: [step][row][stride].</param>
/// <param name="width">Numbers per vector.</param>
/// <param name="stride">From one vector to the next.</param>
/// <param name="time">The steps; null for one vector per sequence.</param>
internal class Value(string buffer, int width, int stride, Timeline? time)
{
    public virtual string Buffer { get; } = buffer;

    public int Width { get; } = width;

    public int Stride { get; } = stride;

    public Timeline? Time { get; } = time;

    /// <summary>From one vector's gradient to the next: whole blocks, which a user's own inputs are not.</summary>
    public int GradientStride => IsInput ? Panel.Pad(Width) : Stride;

    /// <summary>Positions of a grid [position][channel]; 1 for a plain vector.</summary>
    public int Length { get; init; } = 1;

    /// <summary>Numbers of a position.</summary>
    public int Channels => Width / Length;

    /// <summary>From one position to the next.</summary>
    public int PositionStride { get => positionStride ?? Stride; init => positionStride = value; }

    private readonly int? positionStride;

    /// <summary>True if the numbers of a vector lie side by side: a grid may have padding at every position.</summary>
    public bool IsFlat => Length == 1 || PositionStride == Channels;

    /// <summary>True if every position of every vector is in whole blocks, one behind the other.</summary>
    public bool IsEven => !IsInput && (Length == 1 || (PositionStride % Panel.Lanes == 0 && Stride == Length * PositionStride));

    /// <summary>True if there is one vector per sequence instead of one per step.</summary>
    public bool Once => Time is null;

    /// <summary>
    /// The number of vectors per row in front of step 0: those are a layer's initial states, or what the steps before the first gave.
    /// </summary>
    public int Initial { get; init; }

    /// <summary>True if there are such.</summary>
    public bool IsBehindInitial => Initial > 0;

    /// <summary>True if these are symbols, which are seen as unit vectors and have no gradient.</summary>
    public bool IsSymbols { get; init; }

    /// <summary>True if these are the model's inputs themselves, whose gradients are computed on request only.</summary>
    public bool IsInput { get; init; }
}

/// <summary>Another value as it was at the step before: the same buffer, one step earlier.</summary>
internal sealed class PreviousValue(int width, int stride, Timeline time) : Value("", width, stride, time)
{
    /// <summary>The other value, which may be made later.</summary>
    public Value? Of { get; set; }

    public override string Buffer => Of!.Buffer;
}
