using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Cells;
using RnnGen.Generator.Scheduling.Layouts;

namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>
/// Names for where things begin in a buffer: <c>Layer2Recurrent</c>, <c>DenseWeight</c>. Kernels that layers share see a layer's parameters
/// from the layer's own start on, so they have names of their own: <c>Lstm128Recurrent</c>.
/// </summary>
/// <param name="table">The class of the constants.</param>
internal sealed class OffsetTable(string table)
{
    private readonly Dictionary<(object Owner, OffsetKind Kind, int Index), NamedOffset> offsets = [];
    private readonly HashSet<string> names = [];
    private readonly List<NamedOffset> absolute = [];
    private readonly List<NamedOffset> inKernels = [];

    private enum OffsetKind
    {
        Start,
        Matrix,
        Bias,
        Vector,
    }

    public string Name => table;

    /// <summary>All of them: in the order of the buffer, then those that shared kernels see.</summary>
    public IReadOnlyList<NamedOffset> All => [.. absolute.OrderBy(o => o.Value), .. inKernels];

    /// <summary>A model's parameters.</summary>
    public static OffsetTable OfParameters(ModelLayout model)
    {
        var table = new OffsetTable("Offsets");
        var embeddings = model.Operations.OfType<EmbeddingOperation>().ToList();
        foreach (var embedding in embeddings)
            table.Add(
                embedding, OffsetKind.Start, 0, $"Embedding{Number(embeddings, embedding)}Weight", embedding.FirstParameter,
                $"[{embedding.Symbols}][{embedding.Stride}]");
        foreach (var layer in model.Layers)
        {
            table.Add(layer, OffsetKind.Start, 0, layer.Name, layer.FirstParameter, "where the layer's parameters begin");
            foreach (var vector in layer.VectorOffsets)
                table.Add(layer, OffsetKind.Vector, vector.Key, layer.Name + NameOf(layer, vector.Key), vector.Value, $"[{layer.Padded}]");
            foreach (var group in layer.Plan.Groups.OrderBy(g => layer.GroupOffsets[g.Index]))
                table.Add(
                    layer, OffsetKind.Matrix, group.Index, layer.Name + NameOf(layer, group), layer.GroupOffsets[group.Index],
                    Shape(layer, group));
            for (int rank = 0; rank < layer.BiasOffsets.Length; rank++)
                table.Add(
                    layer, OffsetKind.Bias, rank, $"{layer.Name}Bias{(rank == 0 ? "" : $"{rank + 1}")}", layer.BiasOffsets[rank],
                    $"{Several(layer.Blocks, "blocks")}{Several(layer.Plan.SumCount, "sums")}[{Panel.Lanes}]");
        }

        foreach (var dense in model.DenseLayers)
        {
            foreach (var group in dense.Groups)
                table.Add(
                    dense, OffsetKind.Matrix, group.FirstBlock, $"{dense.Name}Weight{(group.FirstBlock == 0 ? "" : "Rest")}", group.Offset,
                    $"{Several(group.Panels, "panels")}[{dense.InputSize}][{group.Columns * Panel.Lanes}]");
            if (dense.HasBias)
                table.Add(dense, OffsetKind.Bias, 0, $"{dense.Name}Bias", dense.BiasOffset, $"[{dense.Padded}]");
        }

        foreach (var grouped in model.Operations.OfType<GroupedOperation>())
        {
            table.Add(
                grouped, OffsetKind.Start, 0, $"{grouped.Name}Weight", grouped.FirstParameter,
                $"{Several(Panel.Blocks(grouped.Output.Channels), "blocks")}[{grouped.Depth}][{Panel.Lanes}]");
            if (grouped.HasBias)
                table.Add(
                    grouped, OffsetKind.Bias, 0, $"{grouped.Name}Bias", grouped.BiasOffset, $"[{Panel.Pad(grouped.Output.Channels)}]");
        }

        foreach (var dense in model.Operations.OfType<TimeDenseOperation>())
        {
            table.Add(dense, OffsetKind.Start, 0, $"{dense.Name}Weight", dense.FirstParameter, $"[{dense.Steps}][{dense.Depth}]");
            if (dense.HasBias)
                table.Add(dense, OffsetKind.Bias, 0, $"{dense.Name}Bias", dense.BiasOffset, $"[{dense.Depth}]");
        }

        foreach (var attention in model.Attentions)
        {
            table.Add(attention, OffsetKind.Start, 0, attention.Name, attention.FirstParameter, "where the vectors of its score begin");
            foreach (var vector in attention.Layout.VectorOffsets)
                table.Add(
                    attention, OffsetKind.Vector, vector.Key,
                    attention.Name + attention.Layout.Plan.Score.Parameters[vector.Key].Name.Capitalized,
                    attention.FirstParameter + vector.Value, $"[{attention.Layout.Padded}]");
        }

        foreach (var operation in model.Operations.OfType<VectorOperation>())
        {
            for (int i = 0; i < operation.Vectors.Count; i++)
                table.Add(
                    operation, OffsetKind.Vector, i, operation.NameIn(model) + new Identifier(operation.Vectors[i].Name).Capitalized,
                    operation.Vectors[i].Offset, $"[{Panel.Pad(operation.Vectors[i].Size)}]");
        }

        foreach (var layer in model.Kernels)
        {
            foreach (var vector in layer.VectorOffsets)
                table.Add(
                    layer.Kernel, OffsetKind.Vector, vector.Key, layer.Kernel + NameOf(layer, vector.Key),
                    vector.Value - layer.FirstParameter, $"[{layer.Padded}], from the layer's start on");
            table.AddKernelMatrices(layer, g => layer.GroupOffsets[g.Index] - layer.FirstParameter);
        }

        foreach (var score in model.Attentions.Select(a => a.Layout).GroupBy(l => l.Name).Select(g => g.First()))
            table.AddScore(score);
        return table;
    }

    /// <summary>The transposed copies of its matrices.</summary>
    public static OffsetTable OfTransposed(ModelLayout model)
    {
        var table = new OffsetTable("TransposedOffsets");
        foreach (var layer in model.Layers)
        {
            table.Add(layer, OffsetKind.Start, 0, layer.Name, layer.FirstTransposed, "where the layer's matrices begin");
            foreach (var group in layer.Plan.Groups.Where(layer.IsTransposed).OrderBy(g => layer.TransposedOffsets[g.Index]))
                table.Add(
                    layer, OffsetKind.Matrix, group.Index, layer.Name + NameOf(layer, group), layer.TransposedOffsets[group.Index],
                    $"[{Panel.Pad(layer.DepthOf(group))} × {layer.Padded * group.Columns}]");
        }

        foreach (var dense in model.DenseLayers.Where(d => model.IsTransposed(d)))
        {
            foreach (var group in dense.Groups)
                table.Add(
                    dense, OffsetKind.Matrix, group.FirstBlock, $"{dense.Name}Weight{(group.FirstBlock == 0 ? "" : "Rest")}",
                    group.Transposed, $"[{Panel.Pad(dense.InputSize)} × {group.Panels * group.Columns * Panel.Lanes}]");
        }

        foreach (var layer in model.Kernels)
            table.AddKernelMatrices(layer, g => layer.TransposedOffsets[g.Index] - layer.FirstTransposed);
        return table;
    }

    /// <summary>The vectors of a score, as its kernels see them.</summary>
    public void AddScore(AttentionLayout layout)
    {
        foreach (var vector in layout.VectorOffsets)
            Add(
                layout.Name, OffsetKind.Vector, vector.Key, layout.Name + layout.Plan.Score.Parameters[vector.Key].Name.Capitalized,
                vector.Value, $"[{layout.Padded}], from where the score's begin");
    }

    /// <summary>The first parameter of an operation that has some.</summary>
    public NamedOffset FirstOf(Operation operation) => operation switch
    {
        EmbeddingOperation embedding => Of(embedding),
        RecurrentOperation recurrent => Of(recurrent.Layer),
        DenseOperation dense => Of(dense.Dense, dense.Dense.Groups.First()),
        AttentionOperation attention => Of(attention),
        GroupedOperation grouped => Of(grouped),
        TimeDenseOperation dense => Of(dense),
        VectorOperation vectors => Vector(vectors, 0),
        _ => throw new InvalidOperationException($"unexpected {operation}"),
    };

    public NamedOffset Of(EmbeddingOperation embedding) => offsets[(embedding, OffsetKind.Start, 0)];

    /// <summary>The offset of a layer.</summary>
    public NamedOffset Of(LayerLayout layer) => offsets[(layer, OffsetKind.Start, 0)];

    public NamedOffset Of(LayerLayout layer, PanelGroup group) => offsets[(layer, OffsetKind.Matrix, group.Index)];

    public NamedOffset Bias(LayerLayout layer, int rank) => offsets[(layer, OffsetKind.Bias, rank)];

    public NamedOffset Vector(LayerLayout layer, int parameter) => offsets[(layer, OffsetKind.Vector, parameter)];

    public NamedOffset Of(DenseLayout dense, DenseGroup group) => offsets[(dense, OffsetKind.Matrix, group.FirstBlock)];

    public NamedOffset Bias(DenseLayout dense) => offsets[(dense, OffsetKind.Bias, 0)];

    public NamedOffset Of(TimeDenseOperation dense) => offsets[(dense, OffsetKind.Start, 0)];

    public NamedOffset Bias(TimeDenseOperation dense) => offsets[(dense, OffsetKind.Bias, 0)];

    public NamedOffset Of(GroupedOperation grouped) => offsets[(grouped, OffsetKind.Start, 0)];

    public NamedOffset Bias(GroupedOperation grouped) => offsets[(grouped, OffsetKind.Bias, 0)];

    /// <summary>The offset of the vectors of an attention's score.</summary>
    public NamedOffset Of(AttentionOperation attention) => offsets[(attention, OffsetKind.Start, 0)];

    /// <summary>One of the vectors of an operation.</summary>
    public NamedOffset Vector(VectorOperation operation, int index) => offsets[(operation, OffsetKind.Vector, index)];

    public NamedOffset Vector(AttentionOperation attention, int parameter) => offsets[(attention, OffsetKind.Vector, parameter)];

    /// <summary>From a layer's start on, as the kernels that layers share see it.</summary>
    public NamedOffset InKernel(LayerLayout layer, PanelGroup group) => offsets[(layer.Kernel, OffsetKind.Matrix, group.Index)];

    /// <inheritdoc cref="InKernel(LayerLayout, PanelGroup)"/>
    public NamedOffset InKernel(LayerLayout layer, int parameter) => offsets[(layer.Kernel, OffsetKind.Vector, parameter)];

    /// <summary>From the start of a score's vectors on.</summary>
    public NamedOffset InKernel(AttentionLayout layout, int parameter) => offsets[(layout.Name, OffsetKind.Vector, parameter)];

    private void AddKernelMatrices(LayerLayout layer, Func<PanelGroup, int> offset)
    {
        foreach (var group in layer.Plan.Groups.Where(g => g.Operand is not null).OrderBy(offset))
            Add(
                layer.Kernel, OffsetKind.Matrix, group.Index, layer.Kernel + NameOf(layer, group), offset(group),
                "from the layer's start on");
    }

    private void Add(object owner, OffsetKind kind, int index, string wanted, int value, string comment)
    {
        string name = wanted;
        for (int i = 2; !names.Add(name); i++)
            name = $"{wanted}_{i}";
        // Kernels that are shared have a name and no owner.
        (owner is string ? inKernels : absolute).Add(offsets[(owner, kind, index)] = new(table, name, value, comment));
    }

    /// <summary>A matrix: the input's, or one of what a step multiplies; numbered where there are several.</summary>
    private static string NameOf(LayerLayout layer, PanelGroup group)
    {
        bool isInput = group.Operand is null;
        return (isInput ? "Input" : "Recurrent") + Number([.. layer.Plan.Groups.Where(g => g.Operand is null == isInput)], group);
    }

    private static string NameOf(LayerLayout layer, int parameter) => layer.Cell.Parameters[parameter].Name.Capitalized;

    private static string Shape(LayerLayout layer, PanelGroup group) =>
        $"{string.Join(", ", group.Matrices.Select(m => layer.Cell.Parameters[m].Name.Text))}: "
        + $"{Several(layer.Blocks, "blocks")}[{layer.DepthOf(group)}]{(group.Columns == 1 ? "" : $"[{group.Columns}]")}[{Panel.Lanes}]";

    private static string Several(int count, string what) => count == 1 ? "" : $"[{count} {what}]";

    private static string Number<T>(List<T> several, T one) => several.Count == 1 ? "" : $"{several.IndexOf(one) + 1}";
}
