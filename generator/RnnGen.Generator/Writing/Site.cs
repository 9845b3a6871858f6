using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Where a pass over time finds things, as generated code says it: on a tape, or in the scratch memory of an inference.</summary>
internal abstract class Site(ModelLayout model)
{
    /// <summary>Sequences side by side.</summary>
    public abstract string Rows { get; }

    /// <summary>Steps of a sequence.</summary>
    public abstract string Steps { get; }

    /// <summary>The lengths of the sequences; empty if all have all steps.</summary>
    public abstract string Lengths { get; }

    public abstract string Symbols { get; }

    protected ModelLayout Model => model;

    /// <summary>A buffer's first element.</summary>
    public abstract string Buffer(string name);

    /// <summary>The first of some values.</summary>
    public abstract string Of(Value value);

    /// <summary>How many vectors there are in all.</summary>
    public abstract string Count(Value value);

    /// <summary>The same place, shifted: At(ref a, 3) by 4 is At(ref a, 3 + 4).</summary>
    public static string Shift(string place, int offset) => offset == 0 ? place : Shift(place, $"{offset}");

    /// <inheritdoc cref="Shift(string, int)"/>
    public static string Shift(string place, string offset) =>
        place.StartsWith("At(ref ", StringComparison.Ordinal) ? $"{place.Substring(0, place.Length - 1)} + {offset})" : $"At(ref {place}, {offset})";
}

/// <summary>A tape: all declared steps of some rows.</summary>
internal sealed class TapeSite(ModelLayout model) : Site(model)
{
    private readonly HashSet<Value> written = [];

    public override string Rows => "tape.Rows";

    public override string Steps => $"{Model.Declaration.Steps}";

    public override string Lengths => "tape.Lengths";

    public override string Symbols => "tape.symbols";

    public override string Buffer(string name) => $"tape.{name}.Start";

    public override string Of(Value value) => BehindInitial(value, Buffer(value.Buffer), value.Stride);

    public string GradientOf(Value value) => BehindInitial(value, Buffer("d" + value.Buffer), value.GradientStride);

    public override string Count(Value value) => value.Once ? "tape.Rows" : "rows";

    /// <summary>Whether a gradient is there already, so that another use of the value adds to it. From the second time on it is.</summary>
    public bool Accumulate(Value value) => !written.Add(value);

    /// <summary>What comes before a statement about a gradient that not every tape has.</summary>
    public static string OnRequest(Value value) => value.IsInput ? "if (tape.dx is not null)\n    " : "";

    private static string BehindInitial(Value value, string buffer, int stride) => value.IsBehindInitial ? $"At(ref {buffer}, (nint)tape.Rows * {stride})" : buffer;
}

/// <summary>The scratch memory of an inference: as many steps of one row as go through the model at a time.</summary>
internal sealed class ScratchSite : Site
{
    /// <summary>Steps whose inputs are multiplied at once, where a model does not need whole sequences.</summary>
    public const int Chunk = 16;

    private readonly Dictionary<string, string> offsets = [];

    public ScratchSite(ModelLayout model)
        : base(model)
    {
        long steps = 0, other = 0;
        foreach (var buffer in model.Operations.SelectMany(o => o.Buffers).Where(b => b.Inference != Extent.None))
        {
            offsets[buffer.Name] = Text(steps, other);
            steps += buffer.Inference is Extent.Steps or Extent.StepsAndOne ? Layout.Pad(buffer.Elements) : 0;
            other += buffer.Inference is Extent.Once or Extent.StepsAndOne ? Layout.Pad(buffer.Elements) : 0;
        }

        Size = Text(steps, other);
    }

    /// <summary>The elements needed in all.</summary>
    public string Size { get; }

    public override string Rows => "1";

    public override string Steps => "count";

    public override string Lengths => "default";

    public override string Symbols => "symbols";

    public override string Buffer(string name) => $"At(ref scratch, {offsets[name]})";

    public override string Of(Value value) =>
        value == Model.Source ? "x"
        : SourceOf(value) is var source && source.IsBehindInitial ? Shift(Buffer(source.Buffer), source.Stride)
        : Buffer(source.Buffer);

    public override string Count(Value value) => value.Once ? "1" : "count";

    /// <summary>Dropout does nothing here.</summary>
    public Value SourceOf(Value value) =>
        Model.Operations.OfType<DropoutOperation>().FirstOrDefault(o => o.Output == value) is { } dropout ? SourceOf(dropout.Inputs[0]) : value;

    private string Text(long steps, long other) =>
        !Model.NeedsWholeSequence ? $"{(steps * Chunk) + other}"
        : steps == 0 ? $"{other}"
        : other == 0 ? $"({steps} * (nint)count)"
        : $"({steps} * (nint)count + {other})";
}
