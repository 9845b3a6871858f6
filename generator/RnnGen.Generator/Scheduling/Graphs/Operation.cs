using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A node of a model's graph: from some values to one.</summary>
internal abstract class Operation(Value output, params Value[] inputs)
{
    public Value Output { get; } = output;

    public IReadOnlyList<Value> Inputs { get; } = inputs;

    /// <summary>True if it takes turns with others, step by step.</summary>
    public bool IsInLoop { get; set; }

    /// <summary>True if it runs before a decoder: once for each source.</summary>
    public bool IsEncoding { get; set; }

    /// <summary>True if it belongs to a layer that training leaves as it is.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>True if it has parameters that training moves.</summary>
    public bool IsTrained => ParameterCount > 0 && !IsFrozen;

    /// <summary>The comment above the lines that it became.</summary>
    public abstract string Title { get; }

    /// <summary>The gradients that it writes, in its order: those of what it takes. One that it writes twice is there twice.</summary>
    public IReadOnlyList<GradientWrite> GradientWrites => writes ??= [.. WriteGradients()];

    private IReadOnlyList<GradientWrite>? writes;

    /// <summary>The owner of the parameters, if several operations may share them; null if it has none, or its own.</summary>
    public virtual object? Parameters => null;

    /// <summary>The number of trained values, without padding.</summary>
    public virtual long ParameterCount => 0;

    /// <summary>Elements of the parameter buffer that they take, padding included.</summary>
    public virtual int WeightCount => 0;

    /// <summary>
    /// Floating-point operations of its matrix products at a step: 2 for a multiplication and an addition. Symbols only pick columns, and
    /// need none.
    /// </summary>
    public virtual long FlopPerStep => 0;

    protected virtual IEnumerable<GradientWrite> WriteGradients() => Inputs.Select(v => new GradientWrite(v, BackwardPhase.Steps));

    /// <summary>The memory it works on.</summary>
    public virtual IEnumerable<PassBuffer> Buffers => [PassBuffer.Of(Output), PassBuffer.GradientOf(Output)];
}

/// <summary>The learned vectors of symbols.</summary>
internal sealed class EmbeddingOperation(
    string path, int symbols, int firstParameter, MatrixFormat format, Value source, Value output) : Operation(output, source)
{
    /// <summary>The beginning of its parameter's name.</summary>
    public string Path { get; } = path;

    /// <summary>The number of vectors.</summary>
    public int Symbols { get; } = symbols;

    public int FirstParameter { get; } = firstParameter;

    /// <summary>The first number of a step's vector that is a symbol; null if inputs are symbols themselves.</summary>
    public int? Column { get; init; }

    /// <summary>Numbers of a vector, without padding.</summary>
    public int Channels => Output.Channels;

    /// <summary>Numbers of a vector.</summary>
    public int Stride => Output.PositionStride;

    public override long ParameterCount => (long)Symbols * Channels;

    public override int WeightCount => format.EmbeddingSize(Symbols, Stride);

    /// <summary>Symbols have no gradient.</summary>
    protected override IEnumerable<GradientWrite> WriteGradients() => [];

    public override string Title => Path == "embedding" ? "Embedding" : $"Embedding ({Path})";
}

/// <summary>One of several inputs, out of a step's vector.</summary>
internal sealed class PartOperation(NumbersDeclaration part, Value output, Value source) : Operation(output, source)
{
    /// <summary>The first of its numbers.</summary>
    public int Column => part.Column;

    public override string Title => $"Input {part.Name}";
}

/// <summary>A recurrent layer in one direction.</summary>
internal sealed class RecurrentOperation(LayerLayout layer) : Operation(layer.Output, layer.Input)
{
    public LayerLayout Layer { get; } = layer;

    public override string Title =>
        $"Layer {Layer.Number}{(Layer.Path.Module.Contains('.') ? $" ({Layer.Path.Module})" : "")}"
            + $"{(Layer.Time.IsInner ? " along positions" : "")}{(Layer.IsReverse ? ", reverse" : "")}";

    public override IEnumerable<PassBuffer> Buffers => Layer.Buffers;

    public override long ParameterCount => Layer.ParameterCount;

    public override int WeightCount => Layer.EndParameter - Layer.FirstParameter;

    public override long FlopPerStep =>
        Layer.Plan.Groups.Where(g => !(Layer.Input.IsSymbols && g.Operand is null))
            .Sum(g => 2L * Layer.Hidden * Layer.DepthOf(g) * g.Columns) * Layer.Time.PerStep;

    /// <summary>
    /// A product for each matrix of the input, a sum for each column that the input itself is added to, and then what it begins in.
    /// </summary>
    protected override IEnumerable<GradientWrite> WriteGradients() =>
        Layer.Plan.InputGroups.Where(Layer.IsTransposed).Select(_ => new GradientWrite(Layer.Input, BackwardPhase.Steps))
            .Concat(Layer.InputColumns.Select(_ => new GradientWrite(Layer.Input, BackwardPhase.Steps)))
            .Concat(Layer.Initials.OfType<Value>().Select(v => new GradientWrite(v, BackwardPhase.End)));
}

/// <summary>A dense layer, or a convolution's, which it is at each position.</summary>
internal sealed class DenseOperation(DenseLayout dense, Value input, Value output) : Operation(output, input)
{
    public DenseLayout Dense { get; } = dense;

    /// <summary>Vectors that it multiplies at a step.</summary>
    public int Positions => Dense.IsConvolution ? Output.Length : 1;

    /// <summary>The buffer of what goes into the activation, if its derivative needs it; null if outputs replace it.</summary>
    public string? Sums => Dense.Graph is { NeedsInputs: true } ? $"sums{Output.Buffer.Substring(1)}" : null;

    public override string Title => Dense.Title;

    public override object Parameters => Dense;

    public override long ParameterCount => Dense.ParameterCount;

    public override int WeightCount => Dense.EndParameter - Dense.FirstParameter;

    public override long FlopPerStep => Inputs[0].IsSymbols ? 0 : 2L * Dense.Size * Dense.InputSize * Positions;

    /// <summary>A product for each group of panels.</summary>
    protected override IEnumerable<GradientWrite> WriteGradients() =>
        Inputs[0].IsSymbols ? [] : Dense.Groups.Select(_ => new GradientWrite(Inputs[0], BackwardPhase.Steps));

    public override IEnumerable<PassBuffer> Buffers =>
        Sums is null ? base.Buffers : base.Buffers.Append(PassBuffer.Of(Output) with { Name = Sums, Inference = Extent.None });
}

/// <summary>Several values joined to one vector.</summary>
/// <param name="title">The comment above its lines.</param>
/// <param name="isOutput">True if these are the model's outputs, which only training needs joined.</param>
internal sealed class JoinOperation(Value output, Value[] inputs, string title, bool isOutput = false) : Operation(output, inputs)
{
    public bool IsOutput { get; } = isOutput;

    /// <summary>True if an inference begins with zeros where others have a state.</summary>
    public bool BeginsWithZeros { get; init; }

    public override string Title => title;

    public override IEnumerable<PassBuffer> Buffers => IsOutput
        ? [PassBuffer.Of(Output) with { Inference = Extent.None }, PassBuffer.GradientOf(Output)]
        : base.Buffers;
}

/// <summary>Two values made one, element by element.</summary>
/// <param name="title">The comment above its lines.</param>
internal sealed class MergeOperation(MergeKind kind, Value output, Value a, Value b, string title) : Operation(output, a, b)
{
    public MergeKind Kind { get; } = kind;

    public override string Title => title;
}

/// <summary>The outputs of the step before: in training the targets.</summary>
internal sealed class FeedbackOperation(Value output, int firstState) : Operation(output)
{
    /// <summary>Their offset in a state.</summary>
    public int FirstState { get; } = firstState;

    public override string Title => "Outputs of the step before";

    public override IEnumerable<PassBuffer> Buffers =>
        [PassBuffer.Of(Output) with { Training = Extent.StepsAndInitial }, PassBuffer.GradientOf(Output)];
}

/// <summary>One vector of a sequence at every step.</summary>
internal sealed class RepeatOperation(Value output, Value input) : Operation(output, input)
{
    public override string Title => "Repeated";
}

/// <summary>An element-wise function.</summary>
internal sealed class ActivationOperation(ActivationFunction function, Value output, Value input) : Operation(output, input)
{
    public ActivationFunction Function { get; } = function;

    public ActivationGraph Graph { get; } = new(function);

    public override string Title => $"{Function.Kind}";
}

/// <summary>Numbers dropped at random in training.</summary>
internal sealed class DropoutOperation(int number, double probability, Value output, Value input) : Operation(output, input)
{
    public double Probability { get; } = probability;

    /// <summary>The stream of random numbers that its masks come from.</summary>
    public int Number { get; } = number;

    public string Mask => $"mask{Number}";

    public override string Title => "Dropout";

    public override IEnumerable<PassBuffer> Buffers =>
        [
            PassBuffer.Of(Output) with { Inference = Extent.None }, PassBuffer.GradientOf(Output),
            PassBuffer.Of(Output) with { Name = Mask, Inference = Extent.None }
        ];
}

/// <summary>The way in which a <see cref="PoolOperation"/> makes one vector of a sequence.</summary>
internal enum PoolingKind
{
    First,
    Last,
    Mean,
    Attention,
    Max,
    Sum,
}

/// <summary>One vector of a sequence; with attention the second input is the scores.</summary>
internal sealed class PoolOperation(PoolingKind kind, Value output, params Value[] inputs) : Operation(output, inputs)
{
    public PoolingKind Kind { get; } = kind;

    /// <summary>The buffer of an attention's weights: [step][row].</summary>
    public string Weights => $"{Output.Buffer}Weights";

    public override string Title => Kind switch
    {
        PoolingKind.Attention => "Attention over time",
        PoolingKind.Mean => "Mean over time",
        PoolingKind.Max => "Maximum over time",
        PoolingKind.Sum => "Sum over time",
        _ => $"{Kind} {(Inputs[0].Time is { IsInner: true } ? "position" : "step")}",
    };

    public override IEnumerable<PassBuffer> Buffers => Kind == PoolingKind.Attention
        ? [PassBuffer.Of(Output), PassBuffer.GradientOf(Output), new(Weights, 1, "", Extent.Steps, Extent.Steps, Inputs[0].Time)]
        : [PassBuffer.Of(Output), PassBuffer.GradientOf(Output)];
}

/// <summary>A state of an encoder's layer behind the last step that it runs.</summary>
internal sealed class FinalStateOperation(LayerLayout layer, int state, Value output) : Operation(output, layer.Output)
{
    public LayerLayout Layer { get; } = layer;

    public int State { get; } = state;

    /// <summary>An inner state's gradients have begun with the layer's own.</summary>
    protected override IEnumerable<GradientWrite> WriteGradients() => State == 0 ? base.WriteGradients() : [];

    public override string Title => $"Last {Layer.StateName(State)} of layer {Layer.Number}{(Layer.IsReverse ? ", reverse" : "")}";
}

/// <summary>An attention: one context per decoder step, computed from an encoder's outputs.</summary>
/// <param name="number">From 1.</param>
/// <param name="layout">Its kernels.</param>
/// <param name="firstParameter">The index of the first vector of its score.</param>
/// <param name="path">The beginning of its parameters' names.</param>
/// <param name="output">The contexts.</param>
/// <param name="memory">The encoder's outputs.</param>
/// <param name="operands">The vectors that the score compares, in the order of the kernels' parameters.</param>
internal sealed class AttentionOperation(
    int number, AttentionLayout layout, int firstParameter, string path, Value output, Value memory, Value[] operands)
    : Operation(output, [memory, .. operands])
{
    public int Number { get; } = number;

    public AttentionLayout Layout { get; } = layout;

    public int FirstParameter { get; } = firstParameter;

    public string Path { get; } = path;

    public Value Memory { get; } = memory;

    public IReadOnlyList<Value> Operands { get; } = operands;

    /// <summary>The buffer of its weights: [step][row][source step].</summary>
    public string Weights => $"attention{Number}";

    public string Name => $"Attention{Number}";

    public override long ParameterCount => (long)Layout.Units * Layout.VectorOffsets.Count;

    public override int WeightCount => Layout.Padded * Layout.VectorOffsets.Count;

    /// <summary>Its kernel adds at every step to what is there.</summary>
    protected override IEnumerable<GradientWrite> WriteGradients() =>
        Inputs.Distinct().Select(v => new GradientWrite(v, BackwardPhase.Start));

    public override string Title => $"Attention {Number}";

    public override IEnumerable<PassBuffer> Buffers =>
        [
            PassBuffer.Of(Output), PassBuffer.GradientOf(Output),
            new(Weights, Layout.SourceSteps, $"[{Layout.SourceSteps}]", Extent.Steps, Extent.Steps, Output.Time)
        ];
}
