using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the table of a model's parameters below their offsets: PyTorch's names and shapes, and where each row lies.</summary>
internal sealed class TableWriter(CodeWriter writer, ModelLayout model)
{
    // That of the operation whose rows are written.
    private bool isFrozen;

    public void Write()
    {
        writer.Line("/// <summary>The parameters under PyTorch's names and in PyTorch's shapes, and where their rows lie.</summary>");
        using (writer.Block("internal static class Parameters"))
        {
            writer.Line("/// <summary>Elements of the buffer, padding included.</summary>");
            writer.Line($"public const int Length = {model.WeightCount};");
            writer.Blank();
            using (writer.Block("public static readonly ParameterInfo[] Table =", "[", "];"))
                WriteRows();
        }
    }

    private void WriteRows()
    {
        foreach (var embedding in model.Operations.OfType<EmbeddingOperation>())
        {
            isFrozen = embedding.IsFrozen;
            Row(
                $"{embedding.Path}.weight", embedding.Symbols, embedding.Channels,
                [$"new(0, {embedding.Symbols}, {model.Offsets.Of(embedding)}, 1, {model.Format.EmbeddingRow(embedding.Stride)}, "
                    + $"1, {Role("Embedding")}, {embedding.Symbols})"]);
        }

        foreach (var recurrent in model.Operations.OfType<RecurrentOperation>())
        {
            isFrozen = recurrent.IsFrozen;
            WriteLayer(recurrent.Layer);
        }

        foreach (var attention in model.Attentions)
        {
            isFrozen = attention.IsFrozen;
            // Such a vector makes one number of its units, as a dense layer does. At 0 it would leave the Maps without gradients.
            foreach (int vector in attention.Layout.VectorOffsets.Keys)
                Row(
                    $"{attention.Path}.{attention.Layout.Plan.Score.Parameters[vector].Name.Text}", attention.Layout.Units, 0,
                    List([new("DenseWeight", 0, attention.Layout.Units, model.Offsets.Vector(attention, vector), 1, 1, 0)]),
                    frozen: attention.Layout.Plan.Score.Parameters[vector].IsFrozen);
        }

        foreach (var operation in model.Operations.OfType<DenseOperation>().GroupBy(o => o.Dense).Select(g => g.First()))
        {
            var dense = operation.Dense;
            isFrozen = operation.IsFrozen;
            Row(
                $"{dense.Path}.weight", dense.Size, dense.InputSize,
                [$".. ParameterSlice.Dense({dense.Size}, {dense.Format.Rows(dense.InputSize)}, "
                    + $"{model.Offsets.Of(dense, dense.Groups.First())})"],
                kernel: dense.Kernel);
            if (dense.HasBias)
                Row(
                    $"{dense.Path}.bias", dense.Size, 0,
                    [$"new(0, {dense.Size}, {model.Offsets.Bias(dense)}, {Panel.Lanes}, {Panel.Lanes}, 0, {Role("DenseBias")}, "
                        + $"{dense.InputSize})"]);
        }

        foreach (var grouped in model.Operations.OfType<GroupedOperation>())
        {
            isFrozen = grouped.IsFrozen;
            int outputs = grouped.Output.Channels;
            Row(
                $"{grouped.Path}.weight", outputs, grouped.Depth,
                [$"new(0, {outputs}, {model.Offsets.Of(grouped)}, {Panel.Lanes}, {grouped.Depth * Panel.Lanes}, {Panel.Lanes}, "
                    + $"{Role("DenseWeight")}, {grouped.Depth})"],
                kernel: grouped.Kernel);
            if (grouped.HasBias)
                Row(
                    $"{grouped.Path}.bias", outputs, 0,
                    [$"new(0, {outputs}, {model.Offsets.Bias(grouped)}, {Panel.Lanes}, {Panel.Lanes}, 0, {Role("DenseBias")}, "
                        + $"{grouped.Depth})"]);
        }

        foreach (var dense in model.Operations.OfType<TimeDenseOperation>())
        {
            isFrozen = dense.IsFrozen;
            Row(
                $"{dense.Path}.weight", dense.Steps, dense.Steps,
                [$"new(0, {dense.Steps}, {model.Offsets.Of(dense)}, 1, {dense.Depth}, 1, {Role("DenseWeight")}, {dense.Steps})"]);
            if (dense.HasBias)
                Row(
                    $"{dense.Path}.bias", dense.Steps, 0,
                    [$"new(0, {dense.Steps}, {model.Offsets.Bias(dense)}, {Panel.Lanes}, {Panel.Lanes}, 0, {Role("DenseBias")}, "
                        + $"{dense.Steps})"]);
        }

        foreach (var operation in model.Operations.OfType<VectorOperation>())
        {
            isFrozen = operation.IsFrozen;
            for (int i = 0; i < operation.Vectors.Count; i++)
            {
                var vector = operation.Vectors[i];
                Row(
                    $"{operation.Path}.{vector.Name}", vector.Size, 0,
                    [$"new(0, {vector.Size}, {model.Offsets.Vector(operation, i)}, {Panel.Lanes}, {Panel.Lanes}, 0, {Role(vector.Role)})"]);
            }
        }
    }

    private void WriteLayer(LayerLayout layer)
    {
        var gates = GateOrder.Of(layer);
        string suffix = layer.Suffix;
        if (gates is null)
        {
            WriteFieldByField(layer, suffix);
            return;
        }

        int rows = gates.Count * layer.Hidden;
        if (gates.Weights.Count > 0)
            Row(
                $"{layer.Path.Module}.weight_ih{suffix}", rows, layer.InputSize,
                List(gates.Weights.Select((p, gate) => MatrixGate(layer, p, gate))));
        if (gates.Recurrents.Count > 0)
            Row(
                $"{layer.Path.Module}.weight_hh{suffix}", rows, layer.ShapeOf(gates.Recurrents[0]).Columns,
                List(gates.Recurrents.Select((p, gate) => MatrixGate(layer, p, gate))));
        if (layer.Cell.Projection is { } projection)
            Row($"{layer.Path.Module}.weight_hr{suffix}", layer.OutputSize, layer.Hidden, MatrixSlices(layer, projection));
        if (gates.InputBiases.Concat(gates.HiddenBiases).Any(b => b is not null))
        {
            WriteBiases(layer, $"bias_ih{suffix}", gates.InputBiases, gates.HiddenBiases);
            WriteBiases(layer, $"bias_hh{suffix}", gates.HiddenBiases, gates.InputBiases);
        }

        foreach (int parameter in gates.Others)
            WriteField(layer, parameter, suffix);
    }

    /// <summary>One of PyTorch's two bias vectors. A gate that has only the other one adds what it is given here to that.</summary>
    private void WriteBiases(LayerLayout layer, string name, IReadOnlyList<int?> own, IReadOnlyList<int?> other)
    {
        var slices = own.Select((p, gate) => p is { } parameter ? BiasGate(layer, parameter, gate) : null).OfType<Gate>();
        var folded =
            own.Select((p, gate) => p is null && other[gate] is { } parameter ? BiasGate(layer, parameter, gate) : null).OfType<Gate>();
        Row($"{layer.Path.Module}.{name}", own.Count * layer.Hidden, 0, List(slices), List(folded));
    }

    /// <summary>A cell whose matrices do not pair up into gates: every field is a tensor of its own.</summary>
    private void WriteFieldByField(LayerLayout layer, string suffix)
    {
        for (int parameter = 0; parameter < layer.Cell.Parameters.Count; parameter++)
            WriteField(layer, parameter, suffix);
    }

    private void WriteField(LayerLayout layer, int parameter, string suffix)
    {
        var field = layer.Cell.Parameters[parameter];
        if (field.Kind == ParameterKind.Bias && !layer.Declaration.Bias)
            return;
        string name = $"{layer.Path.Module}.{field.Name.Text}{suffix}";
        if (field.Kind is ParameterKind.Weight or ParameterKind.Recurrent or ParameterKind.Projection)
            Row(name, layer.ShapeOf(parameter).Rows, layer.ShapeOf(parameter).Columns, MatrixSlices(layer, parameter));
        else
            Row(name, layer.ShapeOf(parameter).Rows, 0, VectorSlices(layer, parameter), frozen: field.IsFrozen);
    }

    /// <summary>A matrix alone; if it is a projection, it has fewer rows than there are units.</summary>
    private List<string> MatrixSlices(LayerLayout layer, int parameter)
    {
        var gate = MatrixGate(layer, parameter, 0);
        int rows = layer.ShapeOf(parameter).Rows;
        if (rows == layer.Hidden)
            return List([gate]);
        string offset = Amount.Sum(gate.Offset, gate.Column * Panel.Lanes);
        return [$"new(0, {rows}, {offset}, {Panel.Lanes}, {gate.Depth * gate.Columns * Panel.Lanes}, {gate.Columns * Panel.Lanes}, "
            + $"{Role(gate.Role)}, {layer.Hidden})"];
    }

    private List<string> VectorSlices(LayerLayout layer, int parameter) => layer.Cell.Parameters[parameter].Kind == ParameterKind.Scalar
        ? [$"new(0, 1, {model.Offsets.Vector(layer, parameter)}, {Panel.Lanes}, {Panel.Lanes}, {Panel.Lanes}, "
            + $"{Role("PerUnit")}, {layer.Hidden})"]
        : List([BiasGate(layer, parameter, 0)]);

    private Gate MatrixGate(LayerLayout layer, int parameter, int gate)
    {
        var group = layer.Plan.Groups.First(g => g.Matrices.Contains(parameter));
        var (rows, depth) = layer.ShapeOf(parameter);
        // What is not square cannot be orthogonal: it is initialised as an input's matrix is.
        string role = layer.Cell.Parameters[parameter].Kind == ParameterKind.Recurrent && rows == depth ? "Recurrent" : "Input";
        return new(
            role, gate * layer.Hidden, layer.Hidden, model.Offsets.Of(layer, group), layer.Format.Rows(layer.DepthOf(group)), group.Columns,
            group.Matrices.ToList().IndexOf(parameter));
    }

    private Gate BiasGate(LayerLayout layer, int parameter, int gate)
    {
        var field = layer.Cell.Parameters[parameter];
        string role = field.IsForgetBias ? "ForgetBias" : $"{field.Kind}";
        if (layer.VectorOffsets.ContainsKey(parameter))
            return new(role, gate * layer.Hidden, layer.Hidden, model.Offsets.Vector(layer, parameter), 1, 1, 0);
        var sum = layer.Plan.Cell.Sums.First(s => s.Biases.Contains(parameter));
        return new(
            role, gate * layer.Hidden, layer.Hidden, model.Offsets.Bias(layer, sum.Biases.IndexOf(parameter)), 1, layer.Plan.SumCount,
            layer.Plan.Columns[sum.Index]);
    }

    /// <summary>The slices of a tensor; those of neighbouring gates in the same panels together.</summary>
    private static List<string> List(IEnumerable<Gate> gates)
    {
        var rest = gates.ToList();
        var slices = new List<string>();
        while (rest.Count > 0)
        {
            var first = rest[0];
            int count = rest.TakeWhile((gate, i) => gate == first with
            {
                FirstRow = first.FirstRow + (i * first.Hidden),
                Column = gate.Column
            }).Count();
            string columns = count == 1 ? $"{first.Column}" : $"[{string.Join(", ", rest.Take(count).Select(g => g.Column))}]";
            string place =
                $"{Role(first.Role)}, {first.FirstRow}, {first.Hidden}, {first.Offset}, {first.Depth}, {first.Columns}, {columns}";
            slices.Add($"{(count == 1 ? "ParameterSlice.Column" : ".. ParameterSlice.Gates")}({place})");
            rest.RemoveRange(0, count);
        }

        return slices;
    }

    private static string Role(string role) => $"ParameterRole.{role}";

    private void Row(
        string name, int rows, int columns, List<string> slices, List<string>? folded = null, KernelShape kernel = default,
        bool frozen = false)
    {
        string[] said =
        [
            kernel.Places > 0 ? $"Kernel = {kernel.Places}" : "", kernel.Positions > 0 ? $"Positions = {kernel.Positions}" : "",
            isFrozen || frozen ? "IsFrozen = true" : "",
        ];
        string more = string.Join(", ", said.Where(s => s.Length > 0));
        string end = more.Length > 0 ? $") {{ {more} }}," : "),";
        string head = $"new(\"{name}\", {rows}, {columns}, [";
        if (folded is null || folded.Count == 0)
            writer.List(head, slices, $"], []{end}");
        else if (slices.Count == 0)
            writer.List(head + "], [", folded, $"]{end}");
        else
            writer.Lists(head, slices, "], [", folded, $"]{end}");
    }

    /// <summary>Rows of a tensor that lie in one column of panels.</summary>
    /// <param name="Role">Their role.</param>
    /// <param name="FirstRow">The tensor's first row.</param>
    /// <param name="Hidden">Units.</param>
    /// <param name="Offset">The offset of the panels.</param>
    /// <param name="Depth">Rows of a block of the panels.</param>
    /// <param name="Columns">Columns of the panels.</param>
    /// <param name="Column">The index of the column.</param>
    private sealed record Gate(string Role, int FirstRow, int Hidden, NamedOffset Offset, int Depth, int Columns, int Column);
}
