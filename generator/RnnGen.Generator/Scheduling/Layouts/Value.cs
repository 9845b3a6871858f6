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

    /// <summary>True if there is one vector per sequence instead of one per step.</summary>
    public bool Once => Time is null;

    /// <summary>
    /// True if step 0 lies behind the first vectors: those are a layer's initial states, or what the step before the first gave.
    /// </summary>
    public bool IsBehindInitial { get; init; }

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
