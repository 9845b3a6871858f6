using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

/// <summary>The elements of a model's largest buffers, before anything is planned.</summary>
internal sealed record ModelSizes(long Weights, long State)
{
    public static ModelSizes Of(ModelDeclaration model)
    {
        long weights = model.Source.Kind == SourceKind.Embedding ? (long)model.Source.Symbols * Layout.Pad(model.Source.Width) : 0;
        long state = 0;
        long width = model.Source.Width;
        foreach (var layer in model.Layers)
        {
            long padded = Layout.Pad(layer.Hidden);
            for (int level = 0; level < layer.Depth; level++)
            {
                weights += layer.Cell.Parameters.Sum(p => padded * (p.Kind switch { ParameterKind.Weight => width, ParameterKind.Recurrent => layer.Hidden, _ => 1 }));
                state += padded * layer.Cell.States.Count;
                width = layer.Hidden;
            }
        }

        if (model.Dense is { } dense)
            weights += (long)Layout.Pad(dense.Size) * (width + 1);
        return new(weights, state);
    }
}

/// <summary>The panel layout's arithmetic.</summary>
internal static class Layout
{
    /// <summary>Units per block.</summary>
    public const int Lanes = 16;

    public static int Blocks(int size) => (size + Lanes - 1) / Lanes;

    public static int Pad(int size) => Blocks(size) * Lanes;
}

/// <summary>A vector parameter of a layer: one bias per sum, or a vector of the equations.</summary>
internal sealed record BiasRun(int FirstColumn, EquatableArray<int> Parameters);

/// <summary>One recurrent layer: its cell's plan, its sizes, and where its parameters begin.</summary>
internal sealed class LayerLayout
{
    public required int Number { get; init; }

    /// <summary>PyTorch's name of the module and the layer within it: <c>rnn</c>, 0.</summary>
    public required (string Module, int Level) Path { get; init; }

    public required RnnDeclaration Declaration { get; init; }

    public required CellPlan Plan { get; init; }

    public required int InputSize { get; init; }

    public required int FirstState { get; init; }

    public required int FirstParameter { get; init; }

    /// <summary>Where each group's panels begin.</summary>
    public int[] GroupOffsets { get; private set; } = [];

    /// <summary>Where each rank of biases begins, [block][sum][16]: rank 1 holds the second biases of sums that have two.</summary>
    public int[] BiasOffsets { get; private set; } = [];

    /// <summary>Where each vector of the equations begins, by parameter.</summary>
    public SortedDictionary<int, int> VectorOffsets { get; } = [];

    public int EndParameter { get; private set; }

    public CellDeclaration Cell => Declaration.Cell;

    public int Hidden => Declaration.Hidden;

    public int Blocks => Layout.Blocks(Hidden);

    public int Padded => Layout.Pad(Hidden);

    public bool IsPadded => Padded != Hidden;

    public int States => Cell.States.Count;

    public string Name => $"Layer{Number}";

    /// <summary>What the kernels of this cell and size are called: Lstm128.</summary>
    public required string Kernel { get; init; }

    /// <summary>Elements of a row of pre-activations.</summary>
    public int SlotRow => Blocks * Plan.SlotCount * Layout.Lanes;

    public int DepthOf(PanelGroup group) => group.Operand is null ? InputSize : Hidden;

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

    public void PlaceParameters()
    {
        // What the kernels read comes first, and nothing before it depends on the size of the input: layers of one cell and size share their kernels.
        int offset = FirstParameter;
        foreach (int parameter in Plan.Cell.Graph.Nodes.Where(n => n.Op == Op.PerUnit).Select(n => n.Index).Distinct().OrderBy(i => i))
            VectorOffsets[parameter] = Take(Padded);
        GroupOffsets = new int[Plan.Groups.Count];
        foreach (var group in Plan.Groups.OrderBy(g => g.Operand is null))
            GroupOffsets[group.Index] = Take(Blocks * DepthOf(group) * group.Columns * Layout.Lanes);
        int ranks = Plan.Cell.Sums.Select(s => s.Biases.Count).DefaultIfEmpty(0).Max();
        BiasOffsets = [.. Enumerable.Range(0, ranks).Select(_ => Take(Blocks * Plan.SumCount * Layout.Lanes))];
        EndParameter = offset;

        int Take(int size)
        {
            int start = offset;
            offset += size;
            return start;
        }
    }
}

/// <summary>A run of the dense layer's outputs: panels of the same number of columns.</summary>
/// <param name="Name">Full, or Rest.</param>
/// <param name="FirstBlock">The first block of 16 outputs.</param>
/// <param name="Panels">How many panels.</param>
/// <param name="Columns">Blocks per panel.</param>
/// <param name="Offset">Where the panels begin among the parameters.</param>
/// <param name="TransposedOffset">Where their transposed copy begins, counted from the dense layer's.</param>
internal sealed record DenseGroup(string Name, int FirstBlock, int Panels, int Columns, int Offset, int TransposedOffset);

/// <summary>The dense layer on top: its outputs in panels of four blocks, which fill a register tile, and one narrower panel for the rest; then the biases.</summary>
internal sealed record DenseLayout(int InputSize, int Size, ActivationKind Activation, int FirstParameter)
{
    public int Blocks => Layout.Blocks(Size);

    public int Padded => Layout.Pad(Size);

    public int BiasOffset => FirstParameter + (Padded * InputSize);

    public int EndParameter => BiasOffset + Padded;

    public IEnumerable<DenseGroup> Groups
    {
        get
        {
            int full = Blocks / 4;
            if (full > 0)
                yield return new("DensePanels", 0, full, 4, FirstParameter, 0);
            if (Blocks % 4 > 0)
                yield return new(full > 0 ? "DenseRest" : "DensePanels", full * 4, 1, Blocks % 4, FirstParameter + (full * 4 * Layout.Lanes * InputSize), full * 4 * Layout.Lanes * Layout.Pad(InputSize));
        }
    }
}

/// <summary>A whole model with every size and offset known: what the writers write.</summary>
internal sealed class ModelLayout
{
    private ModelLayout(ModelDeclaration declaration) => Declaration = declaration;

    public ModelDeclaration Declaration { get; }

    public List<LayerLayout> Layers { get; } = [];

    public DenseLayout? Dense { get; private set; }

    /// <summary>Elements of the parameter buffer, padding included.</summary>
    public int WeightCount { get; private set; }

    public string Real => Declaration.IsDouble ? "double" : "float";

    public bool IsSymbolic => Declaration.Source.Kind != SourceKind.Input;

    public int EmbeddingRow => Layout.Pad(Declaration.Source.Width);

    public int OutputSize => Dense?.Size ?? Layers[Layers.Count - 1].Hidden;

    public int OutputPadded => Layout.Pad(OutputSize);

    public int StatePadded => Layers.Sum(l => l.Padded * l.States);

    public int StateSize => Layers.Sum(l => l.Hidden * l.States);

    public static ModelLayout Of(ModelDeclaration declaration)
    {
        var model = new ModelLayout(declaration);
        int offset = declaration.Source.Kind == SourceKind.Embedding ? declaration.Source.Symbols * model.EmbeddingRow : 0;
        int width = declaration.Source.Width;
        int state = 0;
        var plans = new Dictionary<(CellDeclaration, ActivationKind, bool), CellPlan>();
        for (int module = 0; module < declaration.Layers.Count; module++)
        {
            var layer = declaration.Layers[module];
            var key = (layer.Cell, layer.Activation, layer.Bias);
            if (!plans.TryGetValue(key, out var plan))
                plans[key] = plan = CellScheduler.Schedule(CellGraph.Build(layer.Cell, OpOf(layer.Activation), layer.Bias));
            for (int level = 0; level < layer.Depth; level++)
            {
                var layout = new LayerLayout
                {
                    Number = model.Layers.Count + 1,
                    Path = (declaration.Layers.Count == 1 ? "rnn" : $"rnn{module + 1}", level),
                    Declaration = layer,
                    Plan = plan,
                    Kernel = model.KernelName(plan, layer),
                    InputSize = width,
                    FirstState = state,
                    FirstParameter = offset,
                };
                layout.PlaceParameters();
                model.Layers.Add(layout);
                offset = layout.EndParameter;
                state += layout.Padded * layout.States;
                width = layer.Hidden;
            }
        }

        if (declaration.Dense is { } dense)
        {
            model.Dense = new DenseLayout(width, dense.Size, dense.Activation, offset);
            offset = model.Dense.EndParameter;
        }

        model.WeightCount = offset;
        return model;
    }

    /// <summary>The parameters that are trained, without padding.</summary>
    public long ParameterCount =>
        (Declaration.Source.Kind == SourceKind.Embedding ? (long)Declaration.Source.Symbols * Declaration.Source.Width : 0)
        + Layers.Sum(l => l.Cell.Parameters.Where(p => l.Declaration.Bias || p.Kind != ParameterKind.Bias).Sum(p => (long)l.Hidden * (p.Kind switch { ParameterKind.Weight => l.InputSize, ParameterKind.Recurrent => l.Hidden, _ => 1 })))
        + (Dense is { } dense ? (long)dense.Size * (dense.InputSize + 1) : 0);

    /// <summary>Floating-point operations of the matrix products of a step: 2 for a multiplication and an addition. One-hot inputs need none.</summary>
    public long FlopPerStep =>
        Layers.Sum(l => l.Plan.Groups.Where(g => !(IsOneHot(l) && g.Operand is null)).Sum(g => 2L * l.Hidden * l.DepthOf(g) * g.Columns))
        + (Dense is { } dense ? 2L * dense.Size * dense.InputSize : 0);

    /// <summary>One layer for each pair of kernels.</summary>
    public IEnumerable<LayerLayout> Kernels => Layers.GroupBy(l => l.Kernel).Select(g => g.First());

    public bool IsOneHot(LayerLayout layer) => layer.Number == 1 && Declaration.Source.Kind == SourceKind.OneHot;

    /// <summary>The cell and its size; a number more where the same cell with other options has that size too.</summary>
    private string KernelName(CellPlan plan, RnnDeclaration layer)
    {
        string name = $"{layer.Cell.Name.TrimStart('@')}{layer.Hidden}";
        var others = Layers.Where(l => l.Cell.Name == layer.Cell.Name && l.Hidden == layer.Hidden).Select(l => l.Plan).Distinct().ToList();
        int place = others.IndexOf(plan) is >= 0 and var found ? found : others.Count;
        return place == 0 ? name : $"{name}Variant{place + 1}";
    }

    private static Op? OpOf(ActivationKind activation) => activation switch
    {
        ActivationKind.Tanh => Op.Tanh,
        ActivationKind.Sigmoid => Op.Sigmoid,
        ActivationKind.Relu => Op.Relu,
        _ => null,
    };
}
