using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>
/// Stacks a cell's parameters as PyTorch's tensors do: gate after gate, in the order in which the cell declares its matrices.
/// </summary>
/// <param name="Weights">The parameter of each gate in weight_ih; none if the layer has no input.</param>
/// <param name="Recurrents">The parameter of each gate in weight_hh; none if the cell has no recurrent matrices.</param>
/// <param name="InputBiases">The parameter of each gate in bias_ih, if it has one.</param>
/// <param name="HiddenBiases">The parameter of each gate in bias_hh, if it has one.</param>
/// <param name="Others">Parameters that PyTorch's tensors have no place for.</param>
internal sealed record GateOrder(
    IReadOnlyList<int> Weights, IReadOnlyList<int> Recurrents, IReadOnlyList<int?> InputBiases, IReadOnlyList<int?> HiddenBiases,
    IReadOnlyList<int> Others)
{
    public int Count => InputBiases.Count;

    /// <summary>
    /// The order, or null if the matrices do not pair up into gates. A layer without an input has the order that it would have with one.
    /// </summary>
    public static GateOrder? Of(LayerLayout layer)
    {
        var parameters = layer.Declaration.CellWithInput.Parameters;
        var weights = Indices(ParameterKind.Weight);
        var recurrents = Indices(ParameterKind.Recurrent);
        if (recurrents.Count != 0 && recurrents.Count != weights.Count)
            return null;
        if (recurrents.Select(r => layer.ShapeOf(Own(r)!.Value).Columns).Distinct().Count() > 1)
            return null;

        var inputBiases = new int?[weights.Count];
        var hiddenBiases = new int?[weights.Count];
        var placed = new HashSet<int>();
        foreach (var sum in layer.Equations.Sums.Where(s => s.Products.Count > 0
            && s.Products.All(p => p.Matrix != layer.Declaration.CellWithInput.Projection)))
        {
            var gates =
                sum.Products.Select(p => p.Operand is null ? weights.IndexOf(p.Matrix) : recurrents.IndexOf(p.Matrix)).Distinct().ToList();
            if (gates.Count != 1)
                return null;
            bool fromInput = sum.Products.Any(p => p.Operand is null);
            foreach (int bias in sum.Biases)
            {
                // The first bias of a sum with an input is PyTorch's bias_ih; a second one, and that of a recurrent term alone, its
                // bias_hh.
                if (fromInput && inputBiases[gates[0]] is null)
                    inputBiases[gates[0]] = bias;
                else if (hiddenBiases[gates[0]] is null)
                    hiddenBiases[gates[0]] = bias;
                else
                    continue;
                placed.Add(bias);
            }
        }

        var others = Enumerable.Range(0, parameters.Count)
            .Where(i => parameters[i].Kind is ParameterKind.Bias or ParameterKind.PerUnit or ParameterKind.Scalar && !placed.Contains(i));
        return new(Owned(weights), Owned(recurrents), [.. inputBiases.Select(Optional)], [.. hiddenBiases.Select(Optional)], Owned(others));

        List<int> Indices(ParameterKind kind) => [.. Enumerable.Range(0, parameters.Count).Where(i => parameters[i].Kind == kind)];

        int? Own(int parameter)
        {
            int index = layer.Cell.Parameters.ToList().FindIndex(p => p.Name == parameters[parameter].Name);
            return index < 0 ? null : index;
        }

        int? Optional(int? parameter) => parameter is { } known ? Own(known) : null;

        List<int> Owned(IEnumerable<int> all) => [.. all.Select(Own).OfType<int>()];
    }
}
