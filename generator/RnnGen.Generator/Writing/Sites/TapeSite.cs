using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Sites;

/// <summary>A tape: all steps of some rows, one, or a stretch.</summary>
internal sealed class TapeSite : Site
{
    private readonly Timeline time;

    // Variables: the first step, and how many rows there are from there on. Neither where it is about all steps.
    private readonly string? first;
    private readonly string? count;

    public TapeSite(ModelLayout model)
        : this(model, model.Time, isStep: false)
    {
    }

    private TapeSite(ModelLayout model, Timeline time, bool isStep, string? first = null, string? count = null)
        : base(model, isStep)
    {
        this.time = time;
        this.first = first;
        this.count = count;
    }

    public override Site EachStep => new TapeSite(Model, time, isStep: true, "step", time.Rows);

    protected override Timeline Time => time;

    /// <summary>Neighbouring steps of a tape, from a variable <c>first</c> on: <c>count</c> rows.</summary>
    public static TapeSite Stretch(ModelLayout model, Timeline time) => new(model, time, isStep: false, "first", "count");

    public override Amount RowsOf(Timeline? time) => time?.Rows ?? "tape.Rows";

    public override Amount Steps(Timeline time) => time.Count;

    public override string Lengths(Timeline time) => time.Lengths is { } lengths ? $"tape.{lengths}" : "default";

    /// <summary>Of a batch that has fewer steps than were declared, only those: behind them are an earlier one's.</summary>
    public override string Symbols(Value source) =>
        first is not null ? $"tape.{source.Buffer}.AsSpan((int){first} * tape.Rows, {count})"
        : source.Time is { Varies: true } time ? $"tape.{source.Buffer}.AsSpan(0, {time.Vectors})"
        : $"tape.{source.Buffer}";

    public override Address Buffer(string name) => Address.Of($"tape.{name}.Start");

    public override Address VectorsOf(Address buffer, int stride) =>
        first is not null ? buffer.Plus(new Amount(stride, $"{first} * {time.Rows}")) : buffer;

    public override Amount Count(Timeline? time) => time is null ? "tape.Rows" : count ?? time.Vectors;

    public Address GradientOf(Value value) => Of(value, GradientBuffer(value), value.GradientStride);

    /// <summary>The address of a value's gradients, those of the vectors before the first step included.</summary>
    public Address GradientBuffer(Value value) => Buffer("d" + value.Buffer);

    /// <summary>A statement that clears the gradients of a value at all steps, and of what came before the first.</summary>
    public string ClearGradient(Value value)
    {
        var vectors = value.IsBehindInitial ? $"({Count(value)} + {RowsOf(value.Time).Times(value.Initial)})" : Count(value);
        return $"MemoryMarshal.CreateSpan(ref {GradientBuffer(value)}, {vectors.Times(value.Stride)}).Clear();";
    }
}
