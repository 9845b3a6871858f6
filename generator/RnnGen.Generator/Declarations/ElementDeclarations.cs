using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>That an element takes another's output.</summary>
/// <param name="Index">The position of the other: an earlier one, or with <paramref name="IsPrevious"/> any.</param>
/// <param name="IsPrevious">True if it takes what that was at the step before: <c>From = "input, context'"</c>.</param>
internal readonly record struct ElementUse(int Index, bool IsPrevious = false);

/// <summary>Something that a model is made of: the source, a layer, a head.</summary>
/// <param name="Name">Its name for other layers; empty for none.</param>
/// <param name="From">The elements that it takes, joined in this order.</param>
internal abstract record ElementDeclaration(string Name, EquatableArray<ElementUse> From)
{
    /// <summary>True if training leaves its parameters as they are.</summary>
    public bool IsFrozen { get; init; }

    /// <summary>True if it has parameters.</summary>
    public virtual bool HasParameters => false;

    /// <summary>The width of what it gives, if that does not depend on what it takes; otherwise null.</summary>
    public virtual int? OwnWidth => null;
}

/// <summary>The source of the inputs: always the first element.</summary>
/// <param name="Kind">The attribute.</param>
/// <param name="Symbols">Numbers per step for <see cref="SourceKind.Input"/>, otherwise how many symbols there are.</param>
/// <param name="Width">The length of the vector that the first layer sees.</param>
/// <param name="Once">True if a sequence has one input, instead of one per step.</param>
internal sealed record SourceDeclaration(
    string Name, SourceKind Kind, int Symbols, int Width, bool Once) : ElementDeclaration(Name, default)
{
    public override bool HasParameters => Kind == SourceKind.Embedding;

    /// <summary>Positions of a grid; 1 for a plain vector.</summary>
    public int Length { get; init; } = 1;
}

/// <summary>One of several inputs: some of the numbers of a step's vector.</summary>
/// <param name="Column">The first of them.</param>
/// <param name="Width">How many there are.</param>
/// <param name="Symbols">How many symbols each can be; 0 if they are no symbols.</param>
internal abstract record InputDeclaration(string Name, int Column, int Width, int Symbols)
    : ElementDeclaration(Name, new ElementUse[] { new(0) }.ToEquatableArray())
{
    /// <summary>The name of a source that declares none.</summary>
    public const string DefaultName = "input";

    /// <summary>Names that a property of the generated <c>Inputs</c> cannot have: those of its other members.</summary>
    public static readonly IReadOnlyList<string> Taken = ["CopyTo", "Inputs", "Equals", "GetHashCode", "GetType", "ToString", "Finalize"];

    /// <summary>The property of <c>Inputs</c> that has the input.</summary>
    public string Property => PropertyOf(Name);

    public static string PropertyOf(string name) => name.Length == 0 ? name : char.ToUpperInvariant(name[0]) + name.Substring(1);
}

/// <summary>Several inputs' numbers that are no symbols.</summary>
/// <param name="Length">Positions of a grid; 1 for a plain vector.</param>
internal sealed record NumbersDeclaration(string Name, int Column, int Width, int Length) : InputDeclaration(Name, Column, Width, 0);

/// <summary>The learned vectors of symbols that stand in a step's vector; of several, a grid.</summary>
/// <param name="Channels">Numbers of a symbol's vector.</param>
internal sealed record SymbolsDeclaration(string Name, int Column, int Width, int Symbols, int Channels)
    : InputDeclaration(Name, Column, Width, Symbols)
{
    public override bool HasParameters => true;
}

/// <summary>One [Rnn] attribute: <paramref name="Depth"/> layers alike.</summary>
/// <param name="Cell">The layer's equations: the cell's, with the options in them.</param>
/// <param name="CellWithInput">The cell as it would be with an input, if the layer has none: its parameters are called by it.</param>
/// <param name="Hidden">Units.</param>
/// <param name="Options">The attribute's options for the cell.</param>
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
    /// <summary>True if it runs along the positions of each step, from a state of zeros on.</summary>
    public bool IsAlongPositions { get; init; }

    public override bool HasParameters => true;

    public bool Bias => Options.Bias;

    /// <summary>Units of the output of one direction.</summary>
    public int Output => Cell.Projection is null ? Hidden : Options.Projection;

    public override int? OwnWidth => IsAlongPositions ? null : Width;

    /// <summary>Numbers that it takes at a step of its own: of a vector, or along positions of a position.</summary>
    public int InputWidth(ElementShape input) => IsAlongPositions ? input.Channels : input.Width;

    /// <summary>The width of its outputs; along positions, of each position's.</summary>
    public int Width => Direction == DirectionKind.Bidirectional && Merge == MergeKind.Concat ? 2 * Output : Output;
}

internal sealed record DenseDeclaration(
    string Name, EquatableArray<ElementUse> From, int Size, ActivationFunction Activation, bool Bias) : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;

    public override int? OwnWidth => Size;
}

/// <summary>A [Dense] over time.</summary>
/// <param name="Steps">The model's steps.</param>
internal sealed record TimeDenseDeclaration(
    string Name, EquatableArray<ElementUse> From, int Steps, ActivationFunction Activation, bool Bias) : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;
}

internal sealed record ActivationDeclaration(
    string Name, EquatableArray<ElementUse> From, ActivationFunction Function) : ElementDeclaration(Name, From);

internal sealed record DropoutDeclaration(
    string Name, EquatableArray<ElementUse> From, double Probability) : ElementDeclaration(Name, From);

/// <param name="Size">Numbers of an output.</param>
internal sealed record FeedbackDeclaration(string Name, EquatableArray<ElementUse> From, int Size) : ElementDeclaration(Name, From);

internal sealed record RepeatDeclaration(string Name, EquatableArray<ElementUse> From) : ElementDeclaration(Name, From);

/// <param name="Units">Units of an attention's hidden layer; 0 for none.</param>
internal sealed record PoolDeclaration(
    string Name, EquatableArray<ElementUse> From, PoolKind Kind, int Units) : ElementDeclaration(Name, From)
{
    /// <summary>True if it makes one vector of the positions of each step.</summary>
    public bool IsAlongPositions { get; init; }

    public override bool HasParameters => Kind == PoolKind.Attention;
}

/// <summary>In a decoder: the encoder's outputs by their weight.</summary>
/// <param name="Score">The score's equations.</param>
/// <param name="Units">The length of the vector whose sum is the score.</param>
/// <param name="Width">Numbers of an output of the encoder.</param>
internal sealed record AttentionDeclaration(
    string Name, EquatableArray<ElementUse> From, CellDeclaration Score, int Units, int Width) : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;

    public override int? OwnWidth => Width;
}

/// <summary>In a decoder: the encoder's context at every step.</summary>
internal sealed record ContextDeclaration(string Name, int Width) : ElementDeclaration(Name, default);

/// <summary>Several outputs made one: <c>From = "a + b"</c> is such an element, which its taker takes.</summary>
/// <param name="Kind">Joined, or element by element.</param>
internal sealed record CombineDeclaration(EquatableArray<ElementUse> From, MergeKind Kind) : ElementDeclaration("", From);

/// <summary>An output of some steps before: <c>From = "x'3"</c> takes that of the step before of two in a row.</summary>
/// <param name="Of">The layer whose output it is.</param>
/// <param name="Steps">The number of steps before.</param>
/// <param name="Width">Numbers of an output.</param>
internal sealed record DelayDeclaration(string Of, int Steps, EquatableArray<ElementUse> From, int Width) : ElementDeclaration("", From)
{
    public override int? OwnWidth => Width;
}

/// <summary>An output and its loss.</summary>
internal sealed record HeadDeclaration(EquatableArray<ElementUse> From, LossKind Loss, double Weight) : ElementDeclaration("", From)
{
    /// <summary>The loss's equations with their constants in place; null but for <see cref="LossKind.Equations"/>.</summary>
    public CellDeclaration? Equations { get; init; }

    /// <summary>The share of a target that goes to all classes evenly.</summary>
    public double Smoothing { get; init; }

    /// <summary>Of <see cref="LossKind.Ctc"/>, the class that stands for no label.</summary>
    public int Blank { get; init; }

    /// <summary>True if it is a softmax of its outputs that the loss is about.</summary>
    public bool IsSoftmax => HasClasses || Loss == LossKind.SoftCrossEntropy;

    /// <summary>True if targets are classes.</summary>
    public bool HasClasses => Loss is LossKind.SoftmaxCrossEntropy or LossKind.Ctc;

    /// <summary>The outputs that share a target.</summary>
    public int OutputsOfTarget => Equations is null ? 1 : Equations.States.Count - 1;
}
