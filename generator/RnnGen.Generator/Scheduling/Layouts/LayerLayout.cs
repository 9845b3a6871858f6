using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>One recurrent layer in one direction: its cell's plan, its sizes, and where its parameters and states begin.</summary>
internal sealed class LayerLayout
{
    // 4 KiB of floats: addresses so far apart share a set of a first-level cache.
    private const int OneWay = 1 << 10;

    /// <summary>From 1; both directions of a layer have the same.</summary>
    public required int Number { get; init; }

    /// <summary>True if it runs from the last step to the first.</summary>
    public required bool IsReverse { get; init; }

    /// <summary>True if it is the second direction of a bidirectional layer.</summary>
    public required bool IsSecond { get; init; }

    /// <summary>PyTorch's name of the module and the layer within it: <c>rnn</c>, 0.</summary>
    public required (string Module, int Level) Path { get; init; }

    public required RnnDeclaration Declaration { get; init; }

    public required CellPlan Plan { get; init; }

    /// <summary>The cell's equations with an input, even if the layer has none: its parameters are called the same.</summary>
    public required CellGraph Equations { get; init; }

    public required Timeline Time { get; init; }

    public required MatrixFormat Format { get; init; }

    /// <summary>True if the compiler optimises the kernels.</summary>
    public required bool IsOptimized { get; init; }

    /// <summary>The value it takes: its inputs, or with <see cref="HasFirstState"/> its first state.</summary>
    public required Value Input { get; init; }

    public required bool HasFirstState { get; init; }

    /// <summary>The values that its states begin in; null for what a state says, or 0.</summary>
    public required IReadOnlyList<Value?> Initials { get; init; }

    /// <summary>True if a bridge gives it its first states: in use, an encoded source has them.</summary>
    public required bool IsBridged { get; init; }

    /// <summary>True if it begins at 0, and is no part of a state: an encoder's, or one along positions.</summary>
    public required bool IsStateless { get; init; }

    public required int FirstState { get; init; }

    public required int FirstParameter { get; init; }

    public required int FirstTransposed { get; init; }

    /// <summary>The stream of random numbers of its first noise; the others' follow.</summary>
    public required int FirstStream { get; init; }

    public int InputSize => HasFirstState ? 0 : Input.Width;

    /// <summary>The first state from step 1 on; going backward in time, up to the last.</summary>
    public Value Output => output ??= new(History(0), OutputSize, Padded, Time) { Initial = IsReverse ? 0 : 1 };

    private Value? output;

    /// <summary>The suffix that tells its buffers from those of other layers.</summary>
    public string Tag => $"{Number}{(IsSecond ? "r" : "")}";

    public string Name => $"Layer{Number}{(IsSecond ? "Reverse" : "")}";

    /// <summary>The end of its parameters' names, as PyTorch has it.</summary>
    public string Suffix => $"_l{Path.Level}{(IsSecond ? "_reverse" : "")}";

    /// <summary>The buffer of its sums.</summary>
    public string Slots => $"slots{Tag}";

    /// <summary>The offset of the transposed copy of each group's matrix.</summary>
    public int[] TransposedOffsets { get; private set; } = [];

    public int EndTransposed { get; private set; }

    public int EndState => IsStateless ? FirstState : StateOffset(States);

    /// <summary>The offset of each group's panels.</summary>
    public int[] GroupOffsets { get; private set; } = [];

    /// <summary>The offset of each rank of biases, [block][sum][16]: rank 1 holds the second biases of sums that have two.</summary>
    public int[] BiasOffsets { get; private set; } = [];

    /// <summary>
    /// The offset of each vector of the equations, by parameter. A Scalar takes as much room as a vector: the backward pass first computes
    /// one gradient per unit.
    /// </summary>
    public SortedDictionary<int, int> VectorOffsets { get; } = [];

    public int EndParameter { get; private set; }

    /// <summary>The number of trained values, without padding.</summary>
    public long ParameterCount =>
        Enumerable.Range(0, Cell.Parameters.Count)
            .Where(p => Declaration.Bias || Cell.Parameters[p].Kind != ParameterKind.Bias)
            .Select(ShapeOf).Sum(s => (long)s.Rows * s.Columns);

    /// <summary>Its equations: of a layer with <see cref="HasFirstState"/> those without an input.</summary>
    public required CellDeclaration Cell { get; init; }

    public int Hidden => Declaration.Hidden;

    public int Blocks => Panel.Blocks(Hidden);

    public int Padded => Panel.Pad(Hidden);

    public bool IsPadded => Padded != Hidden;

    public int States => Cell.States.Count;

    /// <summary>
    /// True if a step of one row keeps its sums in registers: one stage, which needs nothing but sums and states. Products of compressed
    /// matrices, and those of code that is not optimised, are the runtime's.
    /// </summary>
    public bool FitsRegisters =>
        !Format.IsCompressed
            && IsOptimized
            && Plan.SumCount > 0
            && Plan.Forward.Count == 1
            && Plan.Derivative.Operands.Count == 0
            && Cell.Noises.Count == 0;

    /// <summary>Its step of one row, where it <see cref="FitsRegisters"/> and its products with the input are there already.</summary>
    public StepPlan Step => StepPlan.Of(this, Plan.Forward[0].Products);

    /// <summary>A whole step of one row, its products with the input included.</summary>
    public StepPlan WholeStep => StepPlan.Of(this, Plan.InputGroups.Concat(Plan.Forward[0].Products));

    /// <summary>
    /// True if the next step multiplies a matrix by a state, or it is the output: all of the old one is needed until all of the new one is
    /// there.
    /// </summary>
    public bool IsMultiplied(int state) => state == 0 || Plan.StateGroups.Any(g => g.Operand!.Index == state);

    /// <summary>The name of the kernels of this cell and size: Lstm128.</summary>
    public required string Kernel { get; init; }

    /// <summary>The memory of its passes.</summary>
    public IEnumerable<PassBuffer> Buffers
    {
        get
        {
            yield return new(
                Slots, SlotRow, $"[{Blocks} blocks][{Plan.SlotCount} slots][{Panel.Lanes}]", Extent.Steps, Extent.Steps, Time);
            for (int state = 0; state < States; state++)
            {
                string history = History(state);
                yield return new(history, Padded, $"[{Padded}]", Extent.StepsAndInitial, Extent.StepsAndInitial, Time);
                yield return new(
                    "d" + history, Padded, $"[{Padded}]", state == 0 ? Extent.StepsAndInitial : Extent.TwoInTurn, Extent.None, Time);
            }

            for (int operand = 0; operand < Plan.Derivative.Operands.Count; operand++)
            {
                yield return new(Operand(operand), Padded, $"[{Padded}]", Extent.Steps, Extent.Once, Time);
                yield return new(OperandGradient(operand), Padded, $"[{Padded}]", Extent.Once, Extent.None, Time);
            }

            for (int noise = 0; noise < Cell.Noises.Count; noise++)
                yield return new(Noise(noise), Padded, $"[{Padded}]", Extent.Once, Extent.Once, Time);
        }
    }

    /// <summary>
    /// From a row of pre-activations to the next, in elements. Rows that are whole ways of a cache apart would have the lines that a tile
    /// reads and writes of them share one set.
    /// </summary>
    public int SlotRow => Blocks * Plan.SlotCount * Panel.Lanes is var row && row % OneWay == 0 ? row + Panel.Lanes : row;

    /// <summary>Units of the layer's output, which is its first state.</summary>
    public int OutputSize => StateWidth(0);

    /// <summary>
    /// Units of a state. In memory each takes as much as the hidden units; behind its own units there is nothing that is read.
    /// </summary>
    public int StateWidth(int state) => state == 0 && Cell.Projection is not null ? Declaration.Options.Projection : Hidden;

    public int DepthOf(PanelGroup group) =>
        group.Operand is null ? InputSize : group.Operand.Op == Op.State ? StateWidth(group.Operand.Index) : Hidden;

    /// <summary>Units that a column of sums has.</summary>
    public int WidthOf(int column) =>
        Cell.Projection is { } projection
            && Plan.Groups.Any(g => g.FirstColumn <= column
                && column < g.FirstColumn + g.Columns
                && g.Matrices[column - g.FirstColumn] == projection)
            ? OutputSize
            : Hidden;

    /// <summary>Rows and columns of a parameter; vectors have one column.</summary>
    public (int Rows, int Columns) ShapeOf(int parameter) => Plan.Groups.FirstOrDefault(g => g.Matrices.Contains(parameter)) is { } group
        ? (parameter == Cell.Projection ? OutputSize : Hidden, DepthOf(group))
        : (Cell.Parameters[parameter].Kind == ParameterKind.Scalar ? 1 : Hidden, 1);

    /// <summary>Symbols have no gradient, and their matrix no transposed copy.</summary>
    public bool IsTransposed(PanelGroup group) => group.Operand is not null || !Input.IsSymbols;

    /// <summary>The biases of a rank, in runs of neighbouring sums.</summary>
    public IEnumerable<BiasRun> BiasRuns(int rank)
    {
        var columns = new int?[Plan.SumCount];
        foreach (var sum in Plan.Cell.Sums.Where(s => s.Biases.Count > rank))
            columns[Plan.Columns[sum.Index]] = sum.Biases[rank];
        for (int column = 0; column < columns.Length; column++)
        {
            int length = columns.Skip(column).TakeWhile(b => b is not null).Count();
            if (length == 0)
                continue;
            yield return new(column, columns.Skip(column).Take(length).Select(b => b!.Value).ToEquatableArray());
            column += length;
        }
    }

    /// <summary>Columns that the input itself is added to.</summary>
    public IEnumerable<int> InputColumns => Plan.Cell.Sums.Where(s => s.AddsInput).Select(s => Plan.Columns[s.Index]);

    /// <summary>Columns that no matrix of the input feeds, in runs: (first, count).</summary>
    public IEnumerable<(int First, int Count)> ColumnsWithoutInput()
    {
        var fed = new bool[Plan.SumCount];
        foreach (var group in Plan.InputGroups)
        {
            for (int column = 0; column < group.Columns; column++)
                fed[group.FirstColumn + column] = true;
        }

        for (int column = 0; column < fed.Length; column++)
        {
            int length = fed.Skip(column).TakeWhile(f => !f).Count();
            if (length == 0)
                continue;
            yield return (column, length);
            column += length;
        }
    }

    /// <summary>
    /// A state as part of other names: without the @ of a keyword, and changed where it would meet a buffer, another state or its gradient.
    /// </summary>
    public string StateName(int state)
    {
        var names = new List<string>();
        foreach (var declared in Cell.States.Take(state + 1))
        {
            string name = declared.Text;
            while (name == "slots"
                || name.StartsWith("operand", StringComparison.Ordinal)
                || name.StartsWith("noise", StringComparison.Ordinal)
                || names.Any(n => Same(n, name) || Same("d" + n, name) || Same(n, "d" + name)))
                name = "state" + char.ToUpperInvariant(name[0]) + name.Substring(1);
            names.Add(name);
        }

        return names[state];

        static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The buffer of a state's values over time: [step, and an initial one][row][hidden]. Layer 11's h is not layer 1's h1.
    /// </summary>
    public string History(int state)
    {
        string name = StateName(state);
        return char.IsLetter(name[name.Length - 1]) ? $"{name}{Tag}" : $"{name}_{Tag}";
    }

    /// <summary>The buffer of a computed operand.</summary>
    public string Operand(int operand) => $"operand{Tag}_{operand + 1}";

    /// <summary>The buffer of its gradient.</summary>
    public string OperandGradient(int operand) => $"dOperand{Tag}_{operand + 1}";

    /// <summary>The buffer of a noise.</summary>
    public string Noise(int noise) => $"noise{Tag}_{noise + 1}";

    /// <summary>The offset of a state in the model's state.</summary>
    public int StateOffset(int state) => FirstState + (state * Padded);

    /// <summary>Gives every parameter its place.</summary>
    public void PlaceParameters()
    {
        // What the kernels read comes first, and nothing before it depends on the size of the input: layers of one cell and size share
        // their kernels.
        int offset = FirstParameter;
        foreach (int parameter in Plan.Cell.Graph.Nodes.Where(n => n.Op == Op.PerUnit).Select(n => n.Index).Distinct().OrderBy(i => i))
            VectorOffsets[parameter] = Take(Padded);
        GroupOffsets = new int[Plan.Groups.Count];
        foreach (var group in Plan.Groups.OrderBy(g => g.Operand is null))
            GroupOffsets[group.Index] = Take(Blocks * Format.Rows(DepthOf(group)) * group.Columns * Panel.Lanes);
        int ranks = Plan.Cell.Sums.Select(s => s.Biases.Count).DefaultIfEmpty(0).Max();
        BiasOffsets = [.. Enumerable.Range(0, ranks).Select(_ => Take(Blocks * Plan.SumCount * Panel.Lanes))];
        EndParameter = offset;

        // The transposed copies in the same order, and again what layers share first.
        TransposedOffsets = new int[Plan.Groups.Count];
        EndTransposed = FirstTransposed;
        foreach (var group in Plan.Groups.OrderBy(g => g.Operand is null))
        {
            TransposedOffsets[group.Index] = EndTransposed;
            if (IsTransposed(group))
                EndTransposed += Panel.Pad(DepthOf(group)) * Padded * group.Columns;
        }

        int Take(int size)
        {
            int start = offset;
            offset += size;
            return start;
        }
    }
}
