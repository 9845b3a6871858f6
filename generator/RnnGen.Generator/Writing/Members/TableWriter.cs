using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Scheduling.Layouts;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the table of a model's parameters: PyTorch's names and shapes, and where each row lies.</summary>
internal sealed class TableWriter(CodeWriter writer, ModelLayout model)
{
    private const string Part = "global::RnnGen.Generated.ParameterPart";
    private const string Role = "global::RnnGen.Generated.ParameterRole";

    public void Write()
    {
        writer.Line((model.Format.IsCompressed ? "internal" : "private") + " static readonly global::RnnGen.Generated.ParameterInfo[] ParameterTable =\n[");
        foreach (var embedding in model.Operations.OfType<EmbeddingOperation>())
            Row($"{embedding.Path}.weight", embedding.Symbols, embedding.Output.Width, $"[new(0, {embedding.Symbols}, {embedding.FirstParameter}, 1, {model.Format.EmbeddingRow(embedding.Output.Stride)}, 1, {Role}.Embedding, {embedding.Symbols})]");
        foreach (var layer in model.Layers)
            WriteLayer(layer);
        foreach (var attention in model.Attentions)
        {
            // Such a vector makes one number of its units, as a dense layer does. At 0 it would leave the Maps without gradients.
            foreach (var vector in attention.Layout.VectorOffsets)
                Row($"{attention.Path}.{attention.Layout.Plan.Score.Parameters[vector.Key].Name.Text}", attention.Layout.Units, 0, List([$"{Part}.Column({Role}.DenseWeight, 0, {attention.Layout.Units}, {attention.FirstParameter + vector.Value}, 1, 1, 0)"]));
        }

        foreach (var dense in model.DenseLayers)
        {
            Row($"{dense.Path}.weight", dense.Size, dense.InputSize, $"{Part}.Dense({dense.Size}, {dense.Format.Rows(dense.InputSize)}, {dense.FirstParameter})");
            if (dense.HasBias)
                Row($"{dense.Path}.bias", dense.Size, 0, $"[new(0, {dense.Size}, {dense.BiasOffset}, 16, 16, 0, {Role}.DenseBias, {dense.InputSize})]");
        }

        writer.Line("];");
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
            Row($"{layer.Path.Module}.weight_ih{suffix}", rows, layer.InputSize, List(gates.Weights.Select((p, gate) => MatrixPart(layer, p, gate))));
        if (gates.Recurrents.Count > 0)
            Row($"{layer.Path.Module}.weight_hh{suffix}", rows, layer.ShapeOf(gates.Recurrents[0]).Columns, List(gates.Recurrents.Select((p, gate) => MatrixPart(layer, p, gate))));
        if (layer.Cell.Projection is { } projection)
            Row($"{layer.Path.Module}.weight_hr{suffix}", layer.OutputSize, layer.Hidden, List([MatrixPart(layer, projection, 0)]));
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
        var parts = own.Select((p, gate) => p is { } parameter ? BiasPart(layer, parameter, gate) : null).OfType<string>();
        var folded = own.Select((p, gate) => p is null && other[gate] is { } parameter ? BiasPart(layer, parameter, gate) : null).OfType<string>();
        Row($"{layer.Path.Module}.{name}", own.Count * layer.Hidden, 0, List(parts), List(folded));
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
            Row(name, layer.ShapeOf(parameter).Rows, layer.ShapeOf(parameter).Columns, List([MatrixPart(layer, parameter, 0)]));
        else
            Row(name, layer.ShapeOf(parameter).Rows, 0, List([BiasPart(layer, parameter, 0)]));
    }

    private static string MatrixPart(LayerLayout layer, int parameter, int gate)
    {
        var group = layer.Plan.Groups.First(g => g.Matrices.Contains(parameter));
        var (rows, depth) = layer.ShapeOf(parameter);
        int column = group.Matrices.ToList().IndexOf(parameter);
        // What is not square cannot be orthogonal: it is initialised as an input's matrix is.
        string role = layer.Cell.Parameters[parameter].Kind == ParameterKind.Recurrent && rows == depth ? "Recurrent" : "Input";
        if (rows != layer.Hidden)
            return $"new(0, {rows}, {layer.GroupOffsets[group.Index] + (column * Layout.Lanes)}, {Layout.Lanes}, {layer.Format.Rows(depth) * group.Columns * Layout.Lanes}, {group.Columns * Layout.Lanes}, {Role}.{role}, {layer.Hidden})";
        return $"{Part}.Column({Role}.{role}, {gate * layer.Hidden}, {layer.Hidden}, {layer.GroupOffsets[group.Index]}, {layer.Format.Rows(layer.DepthOf(group))}, {group.Columns}, {column})";
    }

    private static string BiasPart(LayerLayout layer, int parameter, int gate)
    {
        var field = layer.Cell.Parameters[parameter];
        if (field.Kind == ParameterKind.Scalar)
            return $"new(0, 1, {layer.VectorOffsets[parameter]}, {Layout.Lanes}, {Layout.Lanes}, {Layout.Lanes}, {Role}.PerUnit, {layer.Hidden})";
        string role = field.IsForgetBias ? "ForgetBias" : $"{field.Kind}";
        if (layer.VectorOffsets.TryGetValue(parameter, out int offset))
            return $"{Part}.Column({Role}.{role}, {gate * layer.Hidden}, {layer.Hidden}, {offset}, 1, 1, 0)";
        var sum = layer.Plan.Cell.Sums.First(s => s.Biases.Contains(parameter));
        return $"{Part}.Column({Role}.{role}, {gate * layer.Hidden}, {layer.Hidden}, {layer.BiasOffsets[sum.Biases.IndexOf(parameter)]}, 1, {layer.Plan.SumCount}, {layer.Plan.Columns[sum.Index]})";
    }

    private static string List(IEnumerable<string> items) => $"[{string.Join(", ", items)}]";

    private void Row(string name, int rows, int columns, string parts, string folded = "[]") =>
        writer.Line($"    new(\"{name}\", {rows}, {columns}, {parts}, {folded}),");
}
