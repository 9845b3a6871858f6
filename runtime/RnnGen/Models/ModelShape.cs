using System.ComponentModel;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>One of a model's outputs.</summary>
/// <param name="Size">Its numbers.</param>
/// <param name="IsClass">True if its targets are classes, 0 to <paramref name="Size"/> − 1, which take one number instead of
/// <paramref name="Size"/>.</param>
/// <param name="IsProbability">True if its targets are probabilities, 0 to 1: those of a sigmoid cross-entropy, or shares of
/// classes.</param>
/// <param name="OutputsOfTarget">The outputs that share a target: two for a mean and a variance.</param>
/// <param name="Blank">Of connectionist temporal classification, the class that stands for no label; otherwise −1.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct HeadShape(int Size, bool IsClass, bool IsProbability = false, int OutputsOfTarget = 1, int Blank = -1)
{
    /// <summary>True if a sequence's targets are its labels without their times: one a step, and −1 behind the last.</summary>
    internal bool IsLabels => Blank >= 0;

    /// <summary>Elements of a target.</summary>
    internal int TargetWidth => IsClass ? 1 : Size / OutputsOfTarget;
}

/// <summary>Symbols that stand in the vector of a step, as whole numbers.</summary>
/// <param name="Name">The input's name.</param>
/// <param name="Column">The first number that is one.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Symbols">A symbol is 0 to <paramref name="Symbols"/> − 1.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct InputSymbols(string Name, int Column, int Count, int Symbols)
{
    private readonly string name = Guard.NotNull(Name);

    /// <summary>The input's name.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Name
    {
        get => name;
        init => name = Guard.NotNull(value, nameof(Name));
    }

    /// <summary>The place of the first number in a step's vector that is no such symbol; −1 if there is none.</summary>
    internal int FindWrong<TInput>(ReadOnlySpan<TInput> input) where TInput : unmanaged
    {
        for (int place = Column; place < Column + Count; place++)
        {
            double symbol = Element.ToDouble(input[place]);
            if (!(symbol >= 0 && symbol < Symbols && symbol == Math.Floor(symbol)))
                return place;
        }

        return -1;
    }
}

/// <summary>A model's sizes.</summary>
/// <param name="Steps">Steps that BPTT is unrolled over.</param>
/// <param name="InputSteps">Inputs of a sequence: as many as steps, or 1.</param>
/// <param name="InputSize">The number of symbols that an input can be, or of an input's numbers.</param>
/// <param name="InputWidth">Elements of an input: 1 for a symbol.</param>
/// <param name="OutputSteps">Outputs and targets of a sequence: as many as steps, or 1.</param>
/// <param name="OutputSize">Numbers of an output, those of all heads together.</param>
/// <param name="StateSize">Numbers that a stream remembers between steps.</param>
/// <param name="Heads">The parts of an output.</param>
/// <param name="IsPooled">True if a sequence has one output, whatever its length; behind the end of others there is none.</param>
/// <param name="NeedsWholeSequence">True if a step depends on later ones, or a sequence has one input or output: then it cannot be cut into
/// segments.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed record ModelShape(
    int Steps, int InputSteps, int InputSize, int InputWidth, int OutputSteps, int OutputSize, int StateSize,
    IReadOnlyList<HeadShape> Heads, bool IsPooled = false, bool NeedsWholeSequence = false)
{
    private readonly IReadOnlyList<HeadShape> heads = Guard.NotNull(Heads);

    /// <summary>The parts of an output.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<HeadShape> Heads
    {
        get => heads;
        init => heads = Guard.NotNull(value, nameof(Heads));
    }

    /// <summary>The symbols in the vector of a step, if there are any.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyList<InputSymbols> InputSymbols
    {
        get => inputSymbols;
        init => inputSymbols = Guard.NotNull(value, nameof(InputSymbols));
    }

    private readonly IReadOnlyList<InputSymbols> inputSymbols = [];

    /// <summary>Refuses vectors of steps in which a symbol is none.</summary>
    /// <param name="inputs">[input][<see cref="InputWidth"/>].</param>
    /// <param name="name">The argument.</param>
    /// <exception cref="ArgumentException">One is no whole number, or outside its vocabulary.</exception>
    public void CheckSymbols<TInput>(ReadOnlySpan<TInput> inputs, string name) where TInput : unmanaged
    {
        for (int i = 0; i < InputSymbols.Count; i++)
        {
            InputSymbols symbols = InputSymbols[i];
            for (int input = 0; input < inputs.Length / InputWidth; input++)
            {
                ReadOnlySpan<TInput> vector = inputs.Slice(input * InputWidth, InputWidth);
                int wrong = symbols.FindWrong(vector);
                if (wrong >= 0)
                    throw new ArgumentException(
                        $"Expected a symbol of '{symbols.Name}', 0 to {symbols.Symbols - 1}, at number {wrong} of input {input}, but it is "
                        + $"{NumberOf(vector[wrong])}.", name);
            }
        }
    }

    /// <summary>True if all symbols in the vector of a step are such.</summary>
    internal bool HasSymbols<TInput>(ReadOnlySpan<TInput> input) where TInput : unmanaged
    {
        for (int i = 0; i < InputSymbols.Count; i++)
        {
            if (InputSymbols[i].FindWrong(input) >= 0)
                return false;
        }

        return true;
    }

    /// <summary>
    /// Elements of a target: for each head 1 for a class, otherwise one for each output, or for those that share a target.
    /// </summary>
    public int TargetWidth { get; } = Guard.NotNull(Heads).Sum(h => h.TargetWidth);

    /// <summary>
    /// The outputs of each row that there are: those of a model with one output per sequence do not depend on its length.
    /// </summary>
    internal ReadOnlySpan<int> OutputLengths(ReadOnlySpan<int> lengths) => IsPooled ? default : lengths;

    /// <summary>Outputs of sequences of some steps, which need not be the declared ones.</summary>
    internal int OutputStepsOf(int steps) => OutputSteps == Steps ? steps : OutputSteps;

    /// <summary>True if sequences can be cut into segments, each with a loss of its own.</summary>
    internal bool CanBeCut => !NeedsWholeSequence && !Heads.Any(h => h.IsLabels);

    /// <summary>Inputs of sequences of some steps, which need not be the declared ones.</summary>
    internal int InputStepsOf(int steps) => InputSteps == Steps ? steps : InputSteps;

    /// <summary>Refuses inputs of a wrong length, symbols outside the vocabulary and numbers that are not finite.</summary>
    internal void CheckInputs<TInput>(int rows, int steps, ReadOnlySpan<TInput> inputs, string name) where TInput : unmanaged
    {
        Guard.Length(inputs.Length, InputStepsOf(steps) * rows * InputWidth, name, What<TInput>());
        Guard.Inputs(inputs, InputSize, name);
        CheckSymbols(inputs, name);
    }

    /// <summary>
    /// Refuses targets of a wrong length, classes that there are not, numbers that are not finite and probabilities outside 0 to 1, where
    /// they count.
    /// </summary>
    /// <param name="rows">Sequences.</param>
    /// <param name="steps">Their steps.</param>
    /// <param name="targets">[output step][row][target].</param>
    /// <param name="weights">[output step][row], or empty: targets with weight 0 may be anything.</param>
    /// <param name="lengths">Of the rows, or empty: targets behind them may be anything.</param>
    /// <param name="name">The argument.</param>
    internal void CheckTargets<T, TTarget>(
        int rows, int steps, ReadOnlySpan<TTarget> targets, ReadOnlySpan<T> weights, ReadOnlySpan<int> lengths, string name)
        where T : unmanaged
        where TTarget : unmanaged
    {
        int items = OutputStepsOf(steps) * rows;
        Guard.Length(targets.Length, items * TargetWidth, name, What<TTarget>());
        LabelGuard.Check(this, rows, steps, targets, weights, lengths, name);
        for (int item = 0; item < items; item++)
        {
            if (LossWeights.Of(item, weights, OutputLengths(lengths), rows) == 0)
                continue;
            int first = item * TargetWidth;
            for (int i = 0; i < Heads.Count; i++)
            {
                HeadShape head = Heads[i];
                if (head is { IsClass: true, IsLabels: false })
                    Guard.Class(NumberOf(targets[first]), head.Size, first, name);
                else if (!head.IsClass)
                    Guard.Targets(targets.Slice(first, head.TargetWidth), head.IsProbability, first, name);
                first += head.TargetWidth;
            }
        }
    }

    /// <summary>A target as a number.</summary>
    internal static double NumberOf<TTarget>(TTarget target) where TTarget : unmanaged =>
        typeof(TTarget) == typeof(int) ? Unsafe.BitCast<TTarget, int>(target) : Element.ToDouble(target);

    private static string What<TElement>() => typeof(TElement) == typeof(int) ? "symbols" : "numbers";
}
