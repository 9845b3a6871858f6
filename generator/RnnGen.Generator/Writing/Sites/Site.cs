using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Sites;

/// <summary>
/// Where a pass over time finds things, as generated code says it: on a tape, or in the scratch memory of an inference; all steps, or in a loop the
/// one that a variable <c>step</c> counts.
/// </summary>
internal abstract class Site(ModelLayout model, bool isStep)
{
    /// <summary>Whether this is one step of a loop.</summary>
    public bool IsStep => isStep;

    /// <summary>The same place, step by step.</summary>
    public abstract Site EachStep { get; }

    /// <summary>Sequences side by side.</summary>
    public abstract string Rows { get; }

    protected ModelLayout Model => model;

    /// <summary>The elements of a vector per row.</summary>
    public string RowsOf(int width) => Rows == "1" ? $"{width}" : $"{Rows} * {width}";

    /// <summary>Steps of a sequence.</summary>
    public abstract string Steps(Timeline time);

    /// <summary>The lengths of the sequences; empty if all have all steps.</summary>
    public abstract string Lengths(Timeline time);

    /// <summary>The symbols that come in.</summary>
    public abstract string Symbols(Value source);

    /// <summary>A buffer's first element.</summary>
    public abstract string Buffer(string name);

    /// <summary>The first vector of a buffer that has one per step, or this step's.</summary>
    public abstract string VectorsOf(string buffer, int stride);

    /// <summary>How many vectors that is.</summary>
    public abstract string Count(Timeline? time);

    public string Count(Value value) => Count(value.Time);

    /// <summary>The first of some values, or this step's.</summary>
    public string Of(Value value) => Place(SourceOf(value));

    protected virtual string Place(Value value) => Of(value, Buffer(value.Buffer), value.Stride);

    /// <summary>Where the value really is.</summary>
    protected virtual Value SourceOf(Value value) => value;

    /// <summary>What has other steps than the ones that this is about, such as an encoder's, stays where it is whatever the step.</summary>
    protected string Of(Value value, string buffer, int stride) => value.Once ? buffer : Behind(value, value.Time == Time ? VectorsOf(buffer, stride) : buffer, stride);

    /// <summary>What the steps are of.</summary>
    protected virtual Timeline Time => model.Time;

    /// <summary>The same vectors, behind the initial ones.</summary>
    private string Behind(Value value, string place, int stride) => value.IsBehindInitial ? Shift(place, Rows == "1" ? $"{stride}" : $"(nint){Rows} * {stride}") : place;

    /// <summary>The same place, shifted: At(ref a, 3) by 4 is At(ref a, 3 + 4).</summary>
    public static string Shift(string place, int offset) => offset == 0 ? place : Shift(place, $"{offset}");

    /// <inheritdoc cref="Shift(string, int)"/>
    public static string Shift(string place, string offset) =>
        place.StartsWith("At(ref ", StringComparison.Ordinal) ? $"{place.Substring(0, place.Length - 1)} + {offset})" : $"At(ref {place}, {offset})";
}

/// <summary>A tape: all steps of some rows, one, or a stretch.</summary>
internal sealed class TapeSite : Site
{
    private readonly HashSet<string> written;
    private readonly Timeline time;

    // Variables: the first step, and how many rows there are from there on. Neither where it is about all steps.
    private readonly string? first;
    private readonly string? count;

    public TapeSite(ModelLayout model)
        : this(model, model.Time, isStep: false, [])
    {
    }

    private TapeSite(ModelLayout model, Timeline time, bool isStep, HashSet<string> written, string? first = null, string? count = null)
        : base(model, isStep)
    {
        this.time = time;
        this.written = written;
        this.first = first;
        this.count = count;
    }

    public override Site EachStep => new TapeSite(Model, time, isStep: true, written, "step", "tape.Rows");

    protected override Timeline Time => time;

    /// <summary>Neighbouring steps of a tape, from a variable <c>first</c> on: <c>count</c> rows.</summary>
    public static TapeSite Stretch(ModelLayout model, Timeline time) => new(model, time, isStep: false, [], "first", "count");

    public override string Rows => "tape.Rows";

    public override string Steps(Timeline time) => time.Count;

    public override string Lengths(Timeline time) => $"tape.{time.Lengths}";

    /// <summary>Of a batch that has fewer steps than were declared, only those: behind them are an earlier one's.</summary>
    public override string Symbols(Value source) =>
        first is not null ? $"global::System.MemoryExtensions.AsSpan(tape.{source.Buffer}, (int){first} * tape.Rows, {count})"
        : source.Time is { Varies: true } time ? $"global::System.MemoryExtensions.AsSpan(tape.{source.Buffer}, 0, {time.Rows})"
        : $"tape.{source.Buffer}";

    public override string Buffer(string name) => $"tape.{name}.Start";

    public override string VectorsOf(string buffer, int stride) => first is not null ? $"At(ref {buffer}, {first} * tape.Rows * {stride})" : buffer;

    public override string Count(Timeline? time) => time is null ? "tape.Rows" : count ?? time.Rows;

    public string GradientOf(Value value) => Of(value, GradientBuffer(value), value.GradientStride);

    /// <summary>Where the gradients of a value begin, those of what came before the first step included.</summary>
    public string GradientBuffer(Value value) => Buffer("d" + value.Buffer);

    /// <summary>A statement that clears the gradients of a value at all steps, and of what came before the first.</summary>
    public string ClearGradient(Value value) =>
        $"{Api.Span}(ref {GradientBuffer(value)}, {(value.IsBehindInitial ? $"({Count(value)} + tape.Rows)" : Count(value))} * {value.Stride}).Clear();";

    /// <summary>Whether a gradient is there already, so that another use of the value adds to it. From the second time on it is.</summary>
    public bool Accumulate(Value value) => !written.Add(value.Buffer);

    /// <summary>The same of an operation's parameters: those of a map are used twice where it makes two values.</summary>
    /// <param name="parameter">Where the first of them begins.</param>
    public bool Accumulate(int parameter) => !written.Add($"gradients {parameter}");

    /// <summary>What comes before a statement about a gradient that not every tape has.</summary>
    public static string OnRequest(Value value) => value.IsInput ? $"if (tape.d{value.Buffer} is not null)\n    " : "";
}
