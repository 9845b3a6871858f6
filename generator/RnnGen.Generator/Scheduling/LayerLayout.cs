using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;

namespace RnnGen.Generator.Scheduling;

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

    /// <summary>Units of the layer's output, which is its first state.</summary>
    public int OutputSize => StateWidth(0);

    /// <summary>Units of a state. In memory each takes as much as the hidden units; behind its own units there is nothing that is read.</summary>
    public int StateWidth(int state) => state == 0 && Cell.Projection is not null ? Declaration.Options.Projection : Hidden;

    public int DepthOf(PanelGroup group) => group.Operand is null ? InputSize : group.Operand.Op == Op.State ? StateWidth(group.Operand.Index) : Hidden;

    /// <summary>Units that a column of sums has.</summary>
    public int WidthOf(int column) => Cell.Projection is { } projection && Plan.Groups.Any(g => g.FirstColumn <= column && column < g.FirstColumn + g.Columns && g.Matrices[column - g.FirstColumn] == projection) ? OutputSize : Hidden;

    /// <summary>Rows and columns of a parameter; vectors have one column.</summary>
    public (int Rows, int Columns) ShapeOf(int parameter) => Plan.Groups.FirstOrDefault(g => g.Matrices.Contains(parameter)) is { } group
        ? (parameter == Cell.Projection ? OutputSize : Hidden, DepthOf(group))
        : (Hidden, 1);

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
