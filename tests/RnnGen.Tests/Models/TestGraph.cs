using System.Globalization;
using RnnGen.Generator.Equations;

namespace RnnGen.Tests.Models;

/// <summary>A model under test: what its attributes say, for the generator as text and for the oracle as values.</summary>
/// <param name="Steps">Unrolled steps.</param>
/// <param name="Elements">From the source to the heads.</param>
internal sealed record TestGraph(int Steps, params TestElement[] Elements)
{
    /// <summary>The encoder that this decodes, if it does.</summary>
    public TestJoint? Joint { get; init; }

    /// <summary>What the names of all parameters begin with.</summary>
    public string Prefix { get; init; } = "";

    public TestSource Source => (TestSource)Elements[0];

    public IEnumerable<TestHead> Heads => Elements.OfType<TestHead>();

    /// <summary>Recurrent layers above real inputs, below a squared error.</summary>
    public static TestGraph Of(int steps, int input, params IEnumerable<TestElement> layers) =>
        new(steps, [new TestSource("Input", input), .. layers, new TestHead("SquaredError")]);

    /// <summary>The positions of the elements that one takes: those that it names, or the last one above.</summary>
    public IEnumerable<int> From(int element) => Uses(element).Select(u => u.Element);

    /// <summary>The same, and whether it takes what they were at the step before.</summary>
    public IEnumerable<(int Element, bool IsPrevious)> Uses(int element)
    {
        if (Elements[element] is TestContext)
            return [];
        if (Elements[element].From.Length == 0)
            return [(Array.FindLastIndex(Elements, element - 1, e => e is not TestHead), false)];
        return Elements[element].From.Split(',')
            .Select(name => (Array.FindIndex(Elements, e => e.Name == name.Trim().TrimEnd('\'')), name.EndsWith('\'')));
    }

    /// <summary>The elements whose outputs of the step before somebody takes.</summary>
    public IEnumerable<int> Recurring =>
        Enumerable.Range(1, Elements.Length - 1).SelectMany(Uses).Where(u => u.IsPrevious).Select(u => u.Element).Distinct().Order();

    /// <summary>What the names of an element's parameters begin with.</summary>
    public string Path(int element)
    {
        return Prefix + Elements[element] switch
        {
            { Name.Length: > 0 } named => named.Name,
            TestRnn => Numbered<TestRnn>("rnn"),
            TestSymbols => Numbered<TestSymbols>("embedding"),
            TestDense or TestTimeDense => NumberedOf("dense", e => e is TestDense or TestTimeDense),
            TestConv => Numbered<TestConv>("conv"),
            TestAttention => Numbered<TestAttention>("attention"),
            TestNorm => Numbered<TestNorm>("norm"),
            TestPRelu => Numbered<TestPRelu>("prelu"),
            TestStandardize => Numbered<TestStandardize>("standardize"),
            _ => "pool",
        };

        string Numbered<T>(string kind) => NumberedOf(kind, e => e is T);

        string NumberedOf(string kind, Func<TestElement, bool> isOne) =>
            Elements.Count(isOne) == 1 ? kind : $"{kind}{Elements[..(element + 1)].Count(isOne)}";
    }

    public string Declare(string name) => Joint?.Declare(this, name) ?? $"""
        [RnnModel(Steps = {Steps}, Precision = Precision.Double)]
        {Attributes}
        public sealed partial class {name};

        """;

    public string Attributes => string.Concat(Elements.Select(e => e.Attribute));
}

/// <summary>One attribute.</summary>
/// <param name="Type">Which.</param>
internal abstract record TestElement(string Type)
{
    public string Name { get; init; } = "";

    public string From { get; init; } = "";

    /// <summary>The declared From, if that combines: then <see cref="From"/> names the <see cref="TestCombine"/>s that it makes.</summary>
    public string? Says { get; init; }

    /// <summary>Whether it is declared to stay as it is.</summary>
    public bool Frozen { get; init; }

    /// <summary>Whether it has parameters.</summary>
    public bool HasParameters => this is TestRnn or TestDense or TestTimeDense or TestConv or TestPRelu or TestAttention or TestSymbols
        or TestSource { Kind: "Embedding" }
        or TestNorm { Gain: true } or TestNorm { Kind: not "RmsNorm", Bias: true } or TestPool { Kind: "Attention" };

    public virtual string Attribute
    {
        get
        {
            string name = Name.Length == 0 || (this is TestSource && Name == "input") ? "" : $"Name = \"{Name}\"";
            string from = From.Length == 0 || this is TestNumbers or TestSymbols ? "" : $"From = \"{Says ?? From}\"";
            return $"[{Type}({string.Join(", ", Arguments.Append(name).Append(from).Append(Frozen ? "Frozen = true" : "").Where(a => a.Length > 0))})]";
        }
    }

    protected abstract IEnumerable<string> Arguments { get; }

    protected static string Text(bool value) => value ? "true" : "false";

    protected static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <param name="Kind">Input, OneHot or Embedding.</param>
/// <param name="Size">Numbers, or symbols.</param>
/// <param name="Width">Of an embedding.</param>
/// <param name="Once">One input per sequence.</param>
internal sealed record TestSource(string Kind, int Size, int Width = 0, bool Once = false) : TestElement(Kind)
{
    /// <summary>Numbers of each of the positions that <paramref name="Size"/> counts, if this is a grid.</summary>
    public int? Channels { get; init; }

    /// <summary>Numbers of an input.</summary>
    public int Numbers => Size * (Channels ?? 1);

    /// <summary>Whether this is the vector that several inputs make, which nobody declares.</summary>
    public bool IsJoined { get; init; }

    public override string Attribute => IsJoined ? "" : base.Attribute;

    protected override IEnumerable<string> Arguments =>
        [$"{Size}", Width > 0 ? $"{Width}" : "", Channels is null ? "" : $"Channels = {Channels}", Once ? "Once = true" : ""];
}

/// <summary>One of several inputs.</summary>
/// <param name="Column">The first of its numbers in the vector of a step.</param>
/// <param name="Size">Numbers, or positions of a grid.</param>
internal sealed record TestNumbers(int Column, int Size) : TestElement("Input")
{
    public int? Channels { get; init; }

    public int Numbers => Size * (Channels ?? 1);

    protected override IEnumerable<string> Arguments => [$"{Size}", Channels is null ? "" : $"Channels = {Channels}"];
}

/// <summary>One of several inputs, of symbols.</summary>
/// <param name="Column">The first of them in the vector of a step.</param>
/// <param name="Symbols">What each can be.</param>
/// <param name="Width">Of a symbol's vector.</param>
/// <param name="Length">Symbols of a step.</param>
internal sealed record TestSymbols(int Column, int Symbols, int Width, int Length = 1) : TestElement("Embedding")
{
    protected override IEnumerable<string> Arguments => [$"{Symbols}", $"{Width}", Length == 1 ? "" : $"Length = {Length}"];
}

/// <summary>Outputs made one by an operator of another element's From; a ',' of one alone is that one.</summary>
/// <param name="Operator">',', '+' or '*'.</param>
internal sealed record TestCombine(char Operator) : TestElement("Combine")
{
    public override string Attribute => "";

    protected override IEnumerable<string> Arguments => [];

    /// <param name="interpreter">Records the operations.</param>
    /// <param name="x">The operands side by side.</param>
    /// <param name="operands">The number of them.</param>
    public int[] Of(Interpreter interpreter, int[] x, int operands) => Operator == ','
        ? x
        : [.. Split(x, operands).Aggregate((a, b) => [.. a.Zip(b, (l, r) => interpreter.Combine(Operator, l, r))])];

    /// <summary>The width of its first operand, of two of which the other is one number; 0 for equal ones.</summary>
    public int First { get; init; }

    private IEnumerable<int[]> Split(int[] x, int operands)
    {
        if (First == 0)
            return x.Chunk(x.Length / operands);
        int[] a = x[..First], b = x[First..];
        int[] Wide(int[] one, int[] other) => one.Length == 1 ? [.. other.Select(_ => one[0])] : one;
        return [Wide(a, b), Wide(b, a)];
    }
}

/// <param name="Cell">The cell's type.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Depth">Layers alike.</param>
internal sealed record TestRnn(TestCell Cell, int Hidden, int Depth = 1) : TestElement($"Rnn<{Cell.Name}>")
{
    public bool Bias { get; init; } = true;

    /// <summary>What Activation stands for, if not the default.</summary>
    public Function? Activation { get; init; }

    /// <summary>What GateActivation stands for, if not the default.</summary>
    public Function? Gate { get; init; }

    /// <summary>What OutputActivation stands for, if not the default.</summary>
    public Function? Output { get; init; }

    /// <summary>The bound on the arguments of the first two.</summary>
    public double? Clip { get; init; }

    /// <summary>Units of the first state, if not all.</summary>
    public int? Projection { get; init; }

    /// <summary>Another value for one of the cell's constants.</summary>
    public (string Name, double Value)? Constant { get; init; }

    /// <summary>Whether it runs along the positions of a step.</summary>
    public bool IsInner { get; init; }

    public string Direction { get; init; } = "Forward";

    public string Merge { get; init; } = "Concat";

    public bool FirstState { get; init; }

    public double Dropout { get; init; }

    public double RecurrentDropout { get; init; }

    public double Zoneout { get; init; }

    public IEnumerable<bool> Reversals => Direction switch
    {
        "Forward" => [false],
        "Reverse" => [true],
        _ => [false, true],
    };

    /// <summary>Units of a state.</summary>
    public int Width(int state) => state == 0 ? Projection ?? Hidden : Hidden;

    /// <summary>The value of one of the cell's constants in this layer.</summary>
    public double ValueOf(CellConstant constant) => Constant is var (name, value) && name == constant.Name ? value : constant.Value;

    protected override IEnumerable<string> Arguments =>
    [
        $"{Hidden}",
        Depth == 1 ? "" : $"Depth = {Depth}",
        Bias ? "" : "Bias = false",
        Activation?.Say("Activation", "Activation") ?? "",
        Gate?.Say("GateActivation", "Gate") ?? "",
        Output?.Say("OutputActivation", "Output") ?? "",
        Clip is { } clip ? $"Clip = {Text(clip)}" : "",
        Projection is { } projection ? $"Projection = {projection}" : "",
        Constant is var (name, value) ? $"Constants = \"{name} = {Text(value)}\"" : "",
        IsInner ? "Over = Axis.Inner" : "",
        Direction == "Forward" ? "" : $"Direction = Direction.{Direction}",
        Merge == "Concat" ? "" : $"Merge = Merge.{Merge}",
        FirstState ? "FirstState = true" : "",
        Dropout == 0 ? "" : $"Dropout = {Text(Dropout)}",
        RecurrentDropout == 0 ? "" : $"RecurrentDropout = {Text(RecurrentDropout)}",
        Zoneout == 0 ? "" : $"Zoneout = {Text(Zoneout)}",
    ];
}

/// <param name="Size">Outputs.</param>
internal sealed record TestDense(int Size) : TestElement("Dense")
{
    public bool Bias { get; init; } = true;

    public Function Activation { get; init; } = "Linear";

    protected override IEnumerable<string> Arguments => [$"{Size}", Bias ? "" : "Bias = false", Activation.Say("Activation", "Activation")];
}

/// <param name="Steps">The model's steps.</param>
internal sealed record TestTimeDense(int Steps) : TestElement("Dense")
{
    public bool Bias { get; init; } = true;

    public Function Activation { get; init; } = "Linear";

    protected override IEnumerable<string> Arguments =>
        [$"{Steps}", "Over = Axis.Time", Bias ? "" : "Bias = false", Activation.Say("Activation", "Activation")];
}

/// <param name="Channels">Outputs at each place.</param>
/// <param name="Kernel">Places that each sees.</param>
/// <param name="Steps">Of a convolution over both axes the steps that each sees.</param>
internal sealed record TestConv(int Channels, int Kernel, int Steps = 0) : TestElement(Steps > 0 ? "Conv2d" : "Conv1d")
{
    public bool IsInner { get; init; }

    public int Dilation { get; init; } = 1;

    public int StepDilation { get; init; } = 1;

    public int Stride { get; init; } = 1;

    public int Padding { get; init; }

    public int? PaddingEnd { get; init; }

    public bool Reflects { get; init; }

    public int Groups { get; init; } = 1;

    public bool Bias { get; init; } = true;

    public Function Activation { get; init; } = "Linear";

    /// <summary>Whether it runs along the positions of a step.</summary>
    public bool IsOverPositions => IsInner || Steps > 0;

    /// <summary>Steps that each output sees, and from one to the next.</summary>
    public (int Count, int Dilation) Time => Steps > 0 ? (Steps, StepDilation) : IsInner ? (1, 1) : (Kernel, Dilation);

    /// <summary>Positions of a step that each output sees, and from one to the next.</summary>
    public (int Count, int Dilation) Places => IsOverPositions ? (Kernel, Dilation) : (1, 1);

    /// <summary>Steps that it looks back.</summary>
    public int Past => (Time.Count - 1) * Time.Dilation;

    public int PositionsOf(int length) =>
        IsOverPositions ? ((length + Padding + (PaddingEnd ?? Padding) - ((Kernel - 1) * Dilation) - 1) / Stride) + 1 : length;

    protected override IEnumerable<string> Arguments =>
    [
        $"{Channels}",
        $"Kernel = {Kernel}",
        IsInner ? "Over = Axis.Inner" : "",
        Steps == 0 ? "" : $"KernelSteps = {Steps}",
        StepDilation == 1 ? "" : $"StepDilation = {StepDilation}",
        Dilation == 1 ? "" : $"Dilation = {Dilation}",
        Stride == 1 ? "" : $"Stride = {Stride}",
        Padding == 0 ? "" : $"Padding = {Padding}",
        PaddingEnd is { } end ? $"PaddingEnd = {end}" : "",
        Reflects ? "PaddingMode = PaddingMode.Reflect" : "",
        Groups == 1 ? "" : $"Groups = {Groups}",
        Bias ? "" : "Bias = false",
        Activation.Name == "Linear" ? "" : Activation.Say("Activation", "Activation"),
    ];
}

/// <param name="Parts">Halves or Pairs.</param>
internal sealed record TestMagnitude(string Parts) : TestElement("Magnitude")
{
    protected override IEnumerable<string> Arguments => [$"ComplexParts.{Parts}"];
}

internal sealed record TestActivation(Function Function) : TestElement("Activation")
{
    protected override IEnumerable<string> Arguments =>
        [$"Activation.{Function.Name}", .. Function.Say("", "").Split(", ").Skip(1)];
}

/// <param name="Probability">What is dropped; nothing outside of training.</param>
internal sealed record TestDropout(double Probability) : TestElement("Dropout")
{
    protected override IEnumerable<string> Arguments => [Text(Probability)];
}

internal sealed record TestRepeat() : TestElement("Repeat")
{
    protected override IEnumerable<string> Arguments => [];
}

/// <param name="Kind">Last, Mean or Attention.</param>
/// <param name="Units">Of an attention's hidden layer; 0 for none.</param>
internal sealed record TestPool(string Kind, int Units = 0) : TestElement("Pool")
{
    protected override IEnumerable<string> Arguments => [$"Pooling.{Kind}", Units > 0 ? $"Units = {Units}" : ""];
}

/// <param name="Kind">Mean, Max or Last.</param>
/// <param name="Kernel">Positions that become one; 0 for all.</param>
/// <param name="Stride">From the first of these to the first of the next ones; 0 for the kernel.</param>
internal sealed record TestGridPool(string Kind, int Kernel = 0, int Stride = 0) : TestElement("Pool")
{
    public int KernelOf(int length) => Kernel == 0 || Kind == "Last" ? length : Kernel;

    public int StrideOf(int length) => Stride == 0 ? KernelOf(length) : Stride;

    public int PositionsOf(int length) => ((length - KernelOf(length)) / StrideOf(length)) + 1;

    protected override IEnumerable<string> Arguments =>
    [
        $"Pooling.{Kind}", "Over = Axis.Inner", Kernel > 0 ? $"Kernel = {Kernel}" : "", Stride > 0 ? $"Stride = {Stride}" : ""
    ];
}

/// <param name="Loss">Which.</param>
/// <param name="Weight">What it is multiplied by.</param>
internal sealed record TestHead(string Loss, double Weight = 1) : TestElement(Loss)
{
    /// <summary>The loss that equations define; otherwise null.</summary>
    public TestLoss? Equations { get; init; }

    /// <summary>Of a softmax, the share of the target that goes to all classes.</summary>
    public double Smoothing { get; init; }

    /// <summary>Of labels without times, the class that stands for none.</summary>
    public int Blank { get; init; }

    /// <summary>Whether a softmax's targets are shares of all classes.</summary>
    public bool IsSoft { get; init; }

    protected override IEnumerable<string> Arguments =>
    [
        Equations?.Arguments ?? "",
        Smoothing == 0 ? "" : $"LabelSmoothing = {Text(Smoothing)}",
        IsSoft ? "SoftTargets = true" : "",
        Blank == 0 ? "" : $"Blank = {Blank}",
        Weight == 1 ? "" : $"Weight = {Text(Weight)}",
    ];
}

/// <summary>An activation as a layer declares it.</summary>
/// <param name="Name">Which.</param>
/// <param name="Alpha">If not the default.</param>
/// <param name="Beta">If not the default.</param>
internal sealed record Function(string Name, double? Alpha = null, double? Beta = null)
{
    public static implicit operator Function(string name) => new(name);

    public string Say(string argument, string prefix) => FormattableString.Invariant(
        $"{argument} = RnnGen.Activation.{Name}{(Alpha is null ? "" : $", {prefix}Alpha = ")}{Alpha:R}{(Beta is null ? "" : $", {prefix}Beta = ")}{Beta:R}");
}
