using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A whole model with every size and offset known: what the writers write.</summary>
internal sealed class ModelLayout
{
    // 1 MiB of floats.
    private const int HalfSecondLevelCache = 256 << 10;

    public required ModelDeclaration Declaration { get; init; }

    /// <summary>The format in which its matrices are kept.</summary>
    public required MatrixFormat Format { get; init; }

    public required Timeline Time { get; init; }

    /// <summary>The encoder's values that the decoder takes; null if this is no decoder.</summary>
    public required EncoderOutputs? Encoder { get; init; }

    /// <summary>The value of the inputs.</summary>
    public required Value Source { get; init; }

    /// <summary>All values that come in from outside: a decoder's inputs after its encoder's.</summary>
    public IEnumerable<Value> Sources => Encoder is null ? [Source] : [Encoder.Part.Source, Source];

    /// <summary>The operations of the model, in order.</summary>
    public required IReadOnlyList<Operation> Operations { get; init; }

    public required IReadOnlyList<Head> Heads { get; init; }

    /// <summary>All heads' outputs side by side.</summary>
    public required Value Outputs { get; init; }

    /// <summary>Elements of the parameter buffer, padding included.</summary>
    public required int WeightCount { get; init; }

    /// <summary>Elements of the buffer of transposed matrices.</summary>
    public required int TransposedCount { get; init; }

    /// <summary>The recurrent layers, one for each direction.</summary>
    public required IReadOnlyList<LayerLayout> Layers { get; init; }

    /// <summary>The dense layers; one may be part of several operations.</summary>
    public IEnumerable<DenseLayout> DenseLayers => Operations.OfType<DenseOperation>().Select(o => o.Dense).Distinct();

    /// <summary>The element-wise functions of dense layers and activations, each once.</summary>
    public IReadOnlyList<(ActivationFunction Function, ActivationGraph Graph)> Activations => activations ??=
    [
        .. Operations.Select(o => o switch
        {
            DenseOperation { Dense: { Graph: { } graph } dense } => (dense.Activation, graph),
            ActivationOperation activation => (activation.Function, activation.Graph),
            _ => ((ActivationFunction, ActivationGraph)?)null,
        }).OfType<(ActivationFunction Function, ActivationGraph Graph)>().GroupBy(a => a.Function).Select(g => g.First())
    ];

    private IReadOnlyList<(ActivationFunction Function, ActivationGraph Graph)>? activations;

    /// <summary>The losses that equations define, each once, with the name of what computes it.</summary>
    public IReadOnlyList<(CellDeclaration Equations, string Name)> Losses => losses ??= NameLosses();

    private IReadOnlyList<(CellDeclaration, string)>? losses;

    private List<(CellDeclaration, string)> NameLosses()
    {
        var distinct = Heads.Select(h => h.Declaration.Equations).OfType<CellDeclaration>().Distinct().ToList();
        return [.. distinct.Select(loss =>
        {
            var alike = distinct.Where(l => l.Name == loss.Name).ToList();
            return (loss, $"{loss.Name.Text}Terms{(alike.Count == 1 ? "" : $"{alike.IndexOf(loss) + 1}")}");
        })];
    }

    public string Real => Declaration.IsDouble ? "double" : "float";

    public bool IsSymbolic => Declaration.Source.Kind != SourceKind.Input;

    /// <summary>The inputs by name, if there are several.</summary>
    public IReadOnlyList<InputDeclaration> Inputs => [.. Declaration.Elements.OfType<InputDeclaration>()];

    /// <summary>True if there are symbols in the vector of a step.</summary>
    public bool HasInputSymbols => Inputs.Any(i => i.Symbols > 0);

    public int OutputSize => Outputs.Width;

    public int TargetWidth => Heads.Sum(h => h.TargetWidth);

    /// <summary>True if targets are classes only: integers.</summary>
    public bool HasClassTargets => Heads.All(h => h.Declaration.HasClasses);

    /// <summary>The outputs of the step before, if they are fed back.</summary>
    public required Value? Feedback { get; init; }

    public int FeedbackState => Operations.OfType<FeedbackOperation>().First().FirstState;

    /// <summary>The values that something takes from the step before.</summary>
    public required IReadOnlyList<Value> Recurring { get; init; }

    /// <summary>The steps of its values.</summary>
    public IEnumerable<Timeline> Timelines =>
        [
            .. Encoder is null ? (Timeline[])[Time] : [Encoder.Part.Time, Time],
            .. Operations.Select(o => o.Output.Time).OfType<Timeline>().Where(t => t.IsInner).Distinct()
        ];

    /// <summary>The encoder's values that the decoder reads during inference; they lie with the encoded source.</summary>
    public IReadOnlyList<Value> Kept =>
        kept ??= [.. Operations.Where(o => !o.IsEncoding)
            .SelectMany(o => o.Inputs)
            .Select(InUse)
            .Where(v => Operations.Any(o => o.IsEncoding && o.Output == v)).Distinct()];

    private IReadOnlyList<Value>? kept;

    /// <summary>The value that stands for another during inference, where dropout does nothing.</summary>
    public Value InUse(Value value) =>
        Operations.OfType<DropoutOperation>().FirstOrDefault(o => o.Output == value) is { } dropout ? InUse(dropout.Inputs[0]) : value;

    public bool IsKept(string buffer) => Encoder is not null && Kept.Any(v => v.Buffer == buffer);

    public IEnumerable<AttentionOperation> Attentions => Operations.OfType<AttentionOperation>();

    /// <summary>The layers whose states are a stream's: not an encoder's, nor those along positions.</summary>
    public IEnumerable<LayerLayout> StatefulLayers => Layers.Where(l => !l.IsStateless);

    /// <summary>The layers that run over the steps of sequences.</summary>
    public IEnumerable<LayerLayout> LayersOverTime => Layers.Where(l => !l.Time.IsInner);

    /// <summary>Values that a state holds beside the layers' states.</summary>
    public required IReadOnlyList<CarriedValue> Carried { get; init; }

    /// <summary>Numbers of a state, padding included.</summary>
    public required int StatePadded { get; init; }

    public int StateSize =>
        StatefulLayers.Sum(l => Enumerable.Range(0, l.States).Sum(l.StateWidth)) + (Feedback?.Width ?? 0) + Carried.Sum(c => c.Size);

    /// <summary>The operations that take turns, step by step.</summary>
    public IEnumerable<Operation> Loop => Operations.Where(o => o.IsInLoop);

    /// <summary>
    /// The operations as a tape's pass runs them: each alone, and those of the loop together, when it is the first one's turn.
    /// </summary>
    public IEnumerable<IReadOnlyList<Operation>> ForwardRuns => RunsOf(Operations);

    /// <summary>The backward pass of the same.</summary>
    public IEnumerable<IReadOnlyList<Operation>> BackwardRuns => RunsOf([.. Operations.Reverse()]);

    private static IEnumerable<IReadOnlyList<Operation>> RunsOf(IReadOnlyList<Operation> operations)
    {
        List<Operation> loop = [.. operations.Where(o => o.IsInLoop)];
        return operations.Where(o => !o.IsInLoop || o == loop[0]).Select(o => o.IsInLoop ? (IReadOnlyList<Operation>)loop : [o]);
    }

    /// <summary>The names of where parameters begin.</summary>
    public OffsetTable Offsets => offsets ??= OffsetTable.OfParameters(this);

    private OffsetTable? offsets;

    /// <summary>The names of where the transposed copies of matrices begin.</summary>
    public OffsetTable TransposedOffsets => transposedOffsets ??= OffsetTable.OfTransposed(this);

    private OffsetTable? transposedOffsets;

    /// <summary>True if going back multiplies by a dense layer's matrix: symbols have no gradient.</summary>
    public bool IsTransposed(DenseLayout dense) => Operations.OfType<DenseOperation>().Any(o => o.Dense == dense && !o.Inputs[0].IsSymbols);

    /// <summary>The decision, for every write of a gradient, whether it sets or adds.</summary>
    public GradientPlan Gradients => gradients ??= GradientPlan.Of(this);

    private GradientPlan? gradients;

    /// <summary>
    /// The condition for gradients that nothing learns from: those of a user's inputs, and what leads to them. Null if inputs are symbols,
    /// which have none.
    /// </summary>
    public string? OnRequest => Sources.FirstOrDefault(s => s.IsInput) is { } input ? $"if (tape.d{input.Buffer} is not null)" : null;

    /// <summary>The vector widths that a method is compiled for, in bits, the widest first.</summary>
    public IReadOnlyList<int> Widths(ModelMethod method)
    {
        // One row of eight units fills half of a wide vector, whose divisions take longer.
        bool isNarrow = method == ModelMethod.Infer && Layers.Count > 0 && Layers.All(l => l.Hidden <= 8);
        return isNarrow ? [256, 128] : [512, 256, 128];
    }

    /// <summary>
    /// Steps of an inference that go through the model at a time, where it does not need whole sequences. Each time the matrices of the
    /// inputs are read once, and push those of the steps out of the cache if there is not room for both.
    /// </summary>
    public int Chunk => Feedback is not null ? 1 : WeightCount <= HalfSecondLevelCache ? 16 : 64;

    public bool InputsOnce => Declaration.Source.Once;

    public bool OutputsOnce => Outputs.Once;

    public bool IsReverse => StatefulLayers.Any(l => l.IsReverse);

    /// <summary>True if an inference must see a whole sequence at once.</summary>
    public bool NeedsWholeSequence =>
        IsReverse || InputsOnce || OutputsOnce
            || Operations.Any(o => o is PoolOperation or TimeOperation && o.Inputs[0].Time == Time);

    /// <summary>True if a sequence has at most the declared steps: a matrix over time has no others.</summary>
    public bool HasMostSteps => Operations.OfType<TimeDenseOperation>().Any(o => o.Inputs[0].Time == Time);

    /// <summary>The parameters that are trained, without padding.</summary>
    public long ParameterCount => Operations.GroupBy(o => o.Parameters ?? o).Sum(g => g.First().ParameterCount);

    /// <summary>Floating-point operations of the matrix products of a step.</summary>
    public long FlopPerStep => Operations.Where(o => !o.IsEncoding).Sum(o => o.FlopPerStep);

    /// <summary>Bytes that the parameters take in memory, padding included.</summary>
    public long WeightBytes => WeightCount * RealBytes;

    /// <summary>
    /// Bytes that a tape takes for each row more: its buffers, and what the runtime keeps for each row. Gradients of inputs, which are on
    /// request, do not count.
    /// </summary>
    public long TapeRowBytes
    {
        get
        {
            long held = LayersOverTime.Select(l => l.States * l.Padded).DefaultIfEmpty(0).Max();
            long reals = Operations.SelectMany(o => o.Buffers).Sum(b => (long)b.TapeVectors * b.Size) + held
                + Sources.Where(s => s.IsInput).Sum(s => (long)(s.Time?.Steps ?? 1) * s.Stride);
            long symbols = Sources.Where(s => !s.IsInput).Sum(s => (long)s.Time!.Steps);
            // A length of each sequence and source, and a weight of each output.
            long lengths = Encoder is null ? 1 : 2, weights = OutputsOnce ? 1 : Time.Steps;
            return ((reals + weights) * RealBytes) + ((symbols + lengths) * sizeof(int));
        }
    }

    private long RealBytes => Declaration.IsDouble ? sizeof(double) : sizeof(float);

    /// <summary>
    /// True if a single step of a layer is one kernel, its products with the input included; what takes its output of the step before finds
    /// that in a history. The input itself is read in whole blocks.
    /// </summary>
    public bool IsOneKernel(LayerLayout layer) =>
        !NeedsWholeSequence
            && layer.FitsRegisters
            && (layer.Input.Stride == layer.Padded || !layer.InputColumns.Any())
            && layer is { IsReverse: false, IsStateless: false, HasFirstState: false } && !Recurring.Contains(layer.Output);

    /// <summary>One layer for each pair of kernels.</summary>
    public IEnumerable<LayerLayout> Kernels => Layers.GroupBy(l => l.Kernel).Select(g => g.First());

    public static ModelLayout Of(ModelDeclaration declaration, MatrixFormat format) => GraphBuilder.Build(declaration, format);
}
