namespace RnnGen;

/// <summary>
/// Finds for each of a model's parameters its place in a file of other layouts. What does not go together is collected: a layer that the
/// model does not have, a parameter that no layer speaks for, a cell that is another network than the file's.
/// </summary>
internal sealed class LayoutTensors<T> where T : unmanaged
{
    private readonly Dictionary<string, (LayerWeights Layer, bool IsReverse, TensorName Name)> layers = new(StringComparer.Ordinal);
    private readonly HashSet<LayerWeights> bidirectional = [];
    private readonly ParameterSet<T> parameters;

    /// <param name="parameters">The model's parameters.</param>
    /// <param name="layers">The places of its layers.</param>
    /// <param name="report">Receives what is wrong.</param>
    public LayoutTensors(ParameterSet<T> parameters, IReadOnlyList<LayerWeights> layers, Action<string> report)
    {
        this.parameters = parameters;
        HashSet<LayerWeights> used = [];
        foreach (ParameterView<T> view in parameters)
        {
            TensorName name = new(view.Name);
            bool found = false;
            foreach (LayerWeights layer in layers)
            {
                bool isSecond = name.Layer == layer.ReverseLayer;
                if ((name.Layer != layer.Layer && !isSecond) || (!layer.Layout.HasLevels && name.Level != layer.Level))
                    continue;
                if (found)
                    report($"{view.Name} is spoken for twice");
                found = true;
                used.Add(layer);
                bool isReverse = isSecond || name.IsReverse;
                if (isReverse)
                    bidirectional.Add(layer);
                this.layers[view.Name] = (layer, isReverse, name);
            }

            if (!found)
                report($"{view.Name} [{string.Join(", ", view.Shape)}] is in the model, but no {nameof(LayerWeights)} says where it is");
        }

        foreach (LayerWeights layer in layers)
        {
            if (!used.Contains(layer))
                report($"the model has no parameters of a layer {layer.Layer}{(layer.Level > 0 ? $", level {layer.Level}" : "")}, which "
                    + $"{layer.Layout} is for");
        }
    }

    /// <summary>The place of a parameter; null if it is nowhere.</summary>
    /// <param name="view">The parameter.</param>
    /// <param name="problem">Why nothing can be said about it; null with a null place if the layout has no such tensor, and it is
    /// zero.</param>
    public TensorPlace? Find(ParameterView<T> view, out string? problem)
    {
        problem = null;
        // What no layer speaks for has been reported.
        if (!layers.TryGetValue(view.Name, out var entry))
        {
            problem = "";
            return null;
        }

        (LayerWeights layer, bool isReverse, TensorName name) = entry;
        WeightLayout layout = layer.Layout;
        if (layout.ResetsAfter is { } after && name.Tensor == "bias_hh" && view.Owns(view.Rows - 1) != after)
        {
            problem = after
                ? $"{view.Name}: {layout} resets after the product and has a second bias there, which the layer's cell does not keep "
                    + "apart: it is another network"
                : $"{view.Name}: {layout} resets before the product, the layer's cell after it: it is another network";
            return null;
        }

        string prefix = isReverse && !layout.HasLevels && !layout.HasDirections ? layer.ReversePrefix : layer.Prefix;
        if (layout.Rules.Count == 0)
            return TensorPlace.Same(
                prefix + (layout.HasLevels ? name.Text + (name.Layer == layer.ReverseLayer ? TensorName.Reverse : "") : name.Tensor), view);
        if (!layout.Rules.TryGetValue(name.Tensor, out LayoutRule? rule))
        {
            problem = $"{view.Name} [{string.Join(", ", view.Shape)}] has no place in {layout}";
            return null;
        }

        if (rule is null)
            return null;
        int gates = rule.HasGates ? layout.Gates.Length : 1;
        IReadOnlyList<string> names = layer.Names ?? layout.Tensors;
        if (view.Rows % gates != 0)
            problem = $"{view.Name} [{string.Join(", ", view.Shape)}] is not made of {gates} gates, as {layout} is";
        else if (rule.Slot >= names.Count)
            problem = $"{view.Name} [{string.Join(", ", view.Shape)}] is in the model, but {nameof(LayerWeights.Names)} has no name for "
                + $"{layout.Tensors[rule.Slot]}";
        return problem is null ? Place(view, layer, rule, prefix + names[rule.Slot], isReverse) : null;
    }

    private TensorPlace Place(ParameterView<T> view, LayerWeights layer, LayoutRule rule, string name, bool isReverse)
    {
        WeightLayout layout = layer.Layout;
        int[] gates = rule.HasGates ? layout.Gates : [0];
        int units = view.Rows / gates.Length;
        int rows = (rule.HasGates ? layout.FileGates : 1) * units;
        if (view.Kernel > 0)
            return Place(view, layout, name);
        if (layout.JoinsInputAndState && view.Columns > 0)
            return PlaceJoined(view, layout, name, units);
        int columns = Math.Max(view.Columns, 1);
        List<long> shape = [];
        if (layout.HasDirections)
            shape.Add(bidirectional.Contains(layer) ? 2 : 1);
        if (rule.IsStacked)
            shape.Add(rule.Chunks);
        bool isTransposed = layout.IsTransposed && view.Columns > 0;
        long joined = rule.IsStacked ? rows : (long)rows * rule.Chunks;
        if (isTransposed)
            shape.Add(columns);
        shape.Add(joined);
        if (view.Columns > 0 && !isTransposed)
            shape.Add(columns);

        long chunk = (long)rows * columns;
        long offset = ((layout.HasDirections && isReverse ? rule.Chunks : 0) + rule.Chunk) * chunk;
        return new(name, [.. shape], offset, units, gates, isTransposed ? 1 : columns, isTransposed ? rows : 1)
        {
            ShiftedGate = view.Columns == 0 ? layout.ForgetGate : -1,
            Shift = 1,
        };
    }

    /// <summary>One matrix [inputs + units, gates]: the rows of the inputs, then those of the state.</summary>
    private TensorPlace PlaceJoined(ParameterView<T> view, WeightLayout layout, string name, int units)
    {
        bool isState = view.Name.Contains("weight_hh", StringComparison.Ordinal);
        string otherName = isState
            ? view.Name.Replace("weight_hh", "weight_ih", StringComparison.Ordinal)
            : view.Name.Replace("weight_ih", "weight_hh", StringComparison.Ordinal);
        // Without the other, because the layer has no inputs of its own, the matrix is the state's alone.
        int other = parameters.FirstOrDefault(p => p.Name == otherName)?.Columns ?? 0;
        int rows = layout.FileGates * units;
        return new(name, [view.Columns + other, rows], isState ? (long)other * rows : 0, units, layout.Gates, 1, rows);
    }

    /// <summary>A convolution: [outputs, channels, kernel], or [kernel, channels, outputs]; a kernel may have two dimensions.</summary>
    private static TensorPlace Place(ParameterView<T> view, WeightLayout layout, string name)
    {
        int channels = view.Columns / view.Kernel;
        return layout.IsTransposed
            ? new(name, [.. view.KernelShape, channels, view.Rows], 0, view.Rows, [0], 1, view.Rows)
            {
                Kernel = view.Kernel,
                TapStride = checked(channels * view.Rows),
            }
            : TensorPlace.Same(name, view);
    }
}

/// <summary>A model's name of a parameter, taken apart: <c>rnn.weight_ih_l0_reverse</c>.</summary>
internal readonly record struct TensorName
{
    /// <summary>The end of the names of the second direction.</summary>
    public const string Reverse = "_reverse";

    public TensorName(string name)
    {
        int dot = name.LastIndexOf('.');
        Layer = name[..Math.Max(dot, 0)];
        Text = name[(dot + 1)..];
        string rest = Text;
        IsReverse = rest.EndsWith(Reverse, StringComparison.Ordinal);
        if (IsReverse)
            rest = rest[..^Reverse.Length];
        int level = rest.LastIndexOf("_l", StringComparison.Ordinal);
        if (level > 0 && int.TryParse(rest.AsSpan(level + 2), System.Globalization.NumberStyles.None, null, out int number))
        {
            Level = number;
            rest = rest[..level];
        }

        Tensor = rest;
    }

    /// <summary><c>rnn</c>.</summary>
    public string Layer { get; }

    /// <summary><c>weight_ih_l0_reverse</c>.</summary>
    public string Text { get; }

    /// <summary><c>weight_ih</c>.</summary>
    public string Tensor { get; }

    /// <summary>0.</summary>
    public int Level { get; }

    public bool IsReverse { get; }
}
