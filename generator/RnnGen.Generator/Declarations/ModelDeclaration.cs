using RnnGen.Generator.Diagnostics;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

internal enum SourceKind
{
    Input,
    OneHot,
    Embedding,
}

internal enum LossKind
{
    SoftmaxCrossEntropy,
    SigmoidCrossEntropy,
    SquaredError,
}

/// <summary>RnnGen.Activation, member by member.</summary>
internal enum ActivationKind
{
    Tanh,
    Sigmoid,
    Relu,
    Linear,
    Affine,
    LeakyRelu,
    ThresholdedRelu,
    ScaledTanh,
    HardSigmoid,
    Elu,
    Softsign,
    Softplus,
}

/// <summary>RnnGen.Direction, member by member.</summary>
internal enum DirectionKind
{
    Forward,
    Reverse,
    Bidirectional,
}

/// <summary>RnnGen.Merge, member by member.</summary>
internal enum MergeKind
{
    Concat,
    Sum,
    Mean,
    Multiply,
    Linear,
}

/// <summary>RnnGen.Bridge, member by member.</summary>
internal enum BridgeKind
{
    Dense,
    EveryState,
    Direct,
    None,
}

/// <summary>RnnGen.Pooling, member by member.</summary>
internal enum PoolKind
{
    Last,
    Mean,
    Attention,
}

/// <summary>That an element takes another's output.</summary>
/// <param name="Index">The position of the other: an earlier one, or with <paramref name="IsPrevious"/> any.</param>
/// <param name="IsPrevious">Whether it takes what that was at the step before: <c>From = "input, context'"</c>.</param>
internal readonly record struct ElementUse(int Index, bool IsPrevious = false);

/// <summary>Something that a model is made of: the source, a layer, a head.</summary>
/// <param name="Name">What other layers call it; empty for nothing.</param>
/// <param name="From">The elements that it takes, joined in this order.</param>
internal abstract record ElementDeclaration(string Name, EquatableArray<ElementUse> From)
{
    /// <summary>The width of what it gives, if that does not depend on what it takes; otherwise null.</summary>
    public virtual int? OwnWidth => null;
}

/// <summary>Where the inputs come from: always the first element.</summary>
/// <param name="Kind">The attribute.</param>
/// <param name="Symbols">Numbers per step for <see cref="SourceKind.Input"/>, otherwise how many symbols there are.</param>
/// <param name="Width">The length of the vector that the first layer sees.</param>
/// <param name="Once">Whether a sequence has one input, instead of one per step.</param>
internal sealed record SourceDeclaration(string Name, SourceKind Kind, int Symbols, int Width, bool Once) : ElementDeclaration(Name, default);

/// <summary>One [Rnn] attribute: <paramref name="Depth"/> layers alike.</summary>
/// <param name="Cell">The layer's equations: the cell's, with the options in them.</param>
/// <param name="CellWithInput">The same as it would be with an input, if the layer has none: its parameters are called by it.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Options">What the attribute says about the cell.</param>
internal sealed record RnnDeclaration(
    string Name,
    EquatableArray<ElementUse> From,
    CellDeclaration Cell,
    CellDeclaration CellWithInput,
    int Hidden,
    int Depth,
    CellOptions Options,
    DirectionKind Direction,
    MergeKind Merge,
    bool FirstState,
    double Dropout) : ElementDeclaration(Name, From)
{
    public bool Bias => Options.Bias;

    /// <summary>Units of the output of one direction.</summary>
    public int Output => Cell.Projection is null ? Hidden : Options.Projection;

    /// <summary>The width of its outputs.</summary>
    public override int? OwnWidth => Width;

    /// <inheritdoc cref="OwnWidth"/>
    public int Width => Direction == DirectionKind.Bidirectional && Merge == MergeKind.Concat ? 2 * Output : Output;
}

internal sealed record DenseDeclaration(string Name, EquatableArray<ElementUse> From, int Size, ActivationFunction Activation, bool Bias) : ElementDeclaration(Name, From)
{
    public override int? OwnWidth => Size;
}

internal sealed record DropoutDeclaration(string Name, EquatableArray<ElementUse> From, double Probability) : ElementDeclaration(Name, From);

/// <param name="Size">Numbers of an output.</param>
internal sealed record FeedbackDeclaration(string Name, EquatableArray<ElementUse> From, int Size) : ElementDeclaration(Name, From);

internal sealed record RepeatDeclaration(string Name, EquatableArray<ElementUse> From) : ElementDeclaration(Name, From);

/// <param name="Units">Units of an attention's hidden layer; 0 for none.</param>
internal sealed record PoolDeclaration(string Name, EquatableArray<ElementUse> From, PoolKind Kind, int Units) : ElementDeclaration(Name, From);

/// <summary>In a decoder: the encoder's outputs by their weight.</summary>
/// <param name="Score">The score's equations.</param>
/// <param name="Units">The length of the vector whose sum is the score.</param>
/// <param name="Width">Numbers of an output of the encoder.</param>
internal sealed record AttentionDeclaration(string Name, EquatableArray<ElementUse> From, CellDeclaration Score, int Units, int Width) : ElementDeclaration(Name, From)
{
    public override int? OwnWidth => Width;
}

/// <summary>In a decoder: the encoder's context at every step.</summary>
internal sealed record ContextDeclaration(string Name, int Width) : ElementDeclaration(Name, default);

/// <summary>An output and its loss.</summary>
internal sealed record HeadDeclaration(EquatableArray<ElementUse> From, LossKind Loss, double Weight) : ElementDeclaration("", From);

/// <summary>A class with [Encoder].</summary>
/// <param name="Name">The class.</param>
/// <param name="Steps">The longest source.</param>
internal sealed record EncoderDeclaration(string Name, int Steps, EquatableArray<ElementDeclaration> Elements)
{
    public SourceDeclaration Source => (SourceDeclaration)Elements[0];

    /// <summary>What it ends in, dropout aside.</summary>
    public ElementDeclaration Last
    {
        get
        {
            int i = Elements.Count - 1;
            while (Elements[i] is DropoutDeclaration { From.Count: 1 } dropout)
                i = dropout.From[0].Index;
            return Elements[i];
        }
    }

    /// <summary>What comes out of it.</summary>
    public ElementShape Output => ElementShape.Of(Elements, out _)[Elements.Count - 1];
}

/// <summary>What a [Seq2Seq] says about its parts, beside a decoder's elements.</summary>
/// <param name="Decoder">The class with [Decoder].</param>
/// <param name="Start">The decoder's first input; null if its targets are no symbols.</param>
/// <param name="End">The class that ends a target.</param>
internal sealed record JointDeclaration(EncoderDeclaration Encoder, string Decoder, BridgeKind Bridge, int? Start, int? End)
{
    /// <summary>Recurrent layers, each of a declaration's depth by itself, from the lowest.</summary>
    public static List<RnnDeclaration> Levels(EquatableArray<ElementDeclaration> elements) => [.. elements.OfType<RnnDeclaration>().SelectMany(r => Enumerable.Repeat(r, r.Depth))];

    /// <summary>The states of a decoder's layers from the top, and what the bridge makes them of; layers for which the encoder has none at their height are left out.</summary>
    public IEnumerable<BridgedState> Bridged(EquatableArray<ElementDeclaration> decoder)
    {
        var below = Levels(Encoder.Elements);
        var above = Levels(decoder);
        bool hasContext = Bridge is BridgeKind.Dense or BridgeKind.None;
        for (int height = 1; height <= (hasContext ? above.Count : Math.Min(above.Count, below.Count)); height++)
        {
            var to = above[above.Count - height];
            var states = to.CellWithInput.States;
            for (int state = 0; state < states.Count; state++)
            {
                int from = !hasContext ? FinalWidth(below[below.Count - height], states[state]) : Bridge == BridgeKind.Dense && state == 0 ? Encoder.Output.Width : 0;
                yield return new(states[state], from, WidthOf(to, state));
            }
        }
    }

    /// <summary>Numbers of an encoder's last state of that name, in both directions; 0 if it has none.</summary>
    private static int FinalWidth(RnnDeclaration rnn, string name)
    {
        int state = rnn.CellWithInput.States.ToList().IndexOf(name);
        return state < 0 ? 0 : WidthOf(rnn, state) * (rnn.Direction == DirectionKind.Bidirectional ? 2 : 1);
    }

    private static int WidthOf(RnnDeclaration rnn, int state) => state == 0 ? rnn.Output : rnn.Hidden;
}

/// <summary>A state of a decoder's layer.</summary>
/// <param name="Name">Its name in the cell.</param>
/// <param name="From">Numbers of what the bridge makes it of; 0 if it begins with zeros.</param>
/// <param name="Width">Its own.</param>
internal readonly record struct BridgedState(string Name, int From, int Width);

/// <summary>A model as it was declared: values only, so that the pipeline can compare it.</summary>
internal sealed record ModelDeclaration(
    string Namespace,
    string Name,
    int Steps,
    bool IsDouble,
    EquatableArray<ElementDeclaration> Elements)
{
    /// <summary>The encoder and what joins it to these elements, if they are a decoder's.</summary>
    public JointDeclaration? Joint { get; init; }

    /// <summary>The formats with fewer bytes that its weights can also have.</summary>
    public EquatableArray<MatrixFormat> Formats { get; init; }

    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    public SourceDeclaration Source => (SourceDeclaration)Elements[0];

    public IEnumerable<HeadDeclaration> Heads => Elements.OfType<HeadDeclaration>();
}

/// <summary>What flows out of an element.</summary>
/// <param name="Width">The length of a vector.</param>
/// <param name="Once">Whether there is one vector per sequence, instead of one per step.</param>
internal readonly record struct ElementShape(int Width, bool Once)
{
    // More than any array can hold, and far from overflow: what is joined again and again is told to be too large.
    private const int WidestJoin = (1 << 30) + 1;

    /// <summary>The shape of each element; of what they take joined, in <paramref name="inputs"/>.</summary>
    public static ElementShape[] Of(IReadOnlyList<ElementDeclaration> elements, out ElementShape[] inputs)
    {
        var shapes = new ElementShape[elements.Count];
        inputs = new ElementShape[elements.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            var outputs = shapes;
            var from = elements[i].From.Select(f => OfUse(elements, outputs, f)).ToList();
            var input = inputs[i] = new((int)Math.Min(from.Sum(f => (long)f.Width), WidestJoin), from.Count > 0 && from[0].Once);
            shapes[i] = elements[i] switch
            {
                SourceDeclaration source => new(source.Width, source.Once),
                RnnDeclaration rnn => new(rnn.Width, false),
                DenseDeclaration dense => input with { Width = dense.Size },
                FeedbackDeclaration feedback => input with { Width = input.Width + feedback.Size },
                AttentionDeclaration attention => new(attention.Width, false),
                ContextDeclaration context => new(context.Width, false),
                RepeatDeclaration => input with { Once = false },
                PoolDeclaration => input with { Once = true },
                _ => input,
            };
        }

        return shapes;
    }

    /// <summary>The shape of what an element takes from another; of a later one, its own width.</summary>
    public static ElementShape OfUse(IReadOnlyList<ElementDeclaration> elements, ElementShape[] shapes, ElementUse use) =>
        use.IsPrevious ? new(elements[use.Index].OwnWidth ?? 0, false) : shapes[use.Index];
}

/// <summary>What reading a declaration gave. The two parts travel separately, so that a moved diagnostic reruns no emission.</summary>
internal sealed record ReadResult<T>(T? Declaration, EquatableArray<DiagnosticInfo> Diagnostics) where T : class;
