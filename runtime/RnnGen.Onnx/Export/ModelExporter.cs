using RnnGen.Generator.Declarations;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>
/// Goes through a declaration as the generator does, and writes ONNX nodes for it. Values of every step are [step][row][number], those of a
/// sequence [row][number].
/// </summary>
internal sealed class ModelExporter
{
    private const string Steps = "steps";
    private const string Rows = "rows";

    private readonly List<DeclaredAttribute> attributes;
    private readonly SafetensorsFile weights;
    private readonly GraphWriter graph;
    private readonly WeightNames names;
    private readonly DenseNodes dense;
    private readonly GridNodes grids;
    private readonly UnitNodes units;
    private readonly bool isStream;
    private readonly Dictionary<string, Output> named = new(StringComparer.Ordinal);
    private readonly List<(string Loss, Output Value)> heads = [];
    private Output? above;
    private string? vector;
    private int layers;

    private ModelExporter(Type model, SafetensorsFile weights, OnnxExportOptions options)
    {
        attributes = DeclaredAttribute.Of(model);
        this.weights = weights;
        isStream = options.Form == OnnxForm.Stream;
        graph = new(model.Name, options);
        names = new(attributes);
        dense = new(graph, weights);
        grids = new(graph, weights, isStream);
        units = new(graph, weights, names);
    }

    /// <summary>The value that an element gives.</summary>
    /// <param name="Value">The tensor.</param>
    /// <param name="Width">Numbers of a vector.</param>
    /// <param name="IsOnce">True if there is one vector per sequence.</param>
    /// <param name="Last">Adds the nodes for a recurrent layer's last state.</param>
    private sealed record Output(string Value, int Width, bool IsOnce, Func<string>? Last = null)
    {
        /// <summary>Positions of a grid; 1 for a plain vector.</summary>
        public int Length { get; init; } = 1;

        public GridNodes.Grid Grid => new(Length, Width / Length, IsOnce);
    }

    public static ModelProto Export(Type model, SafetensorsFile weights, OnnxExportOptions options)
    {
        ModelExporter exporter = new(model, weights, options);
        foreach (DeclaredAttribute attribute in exporter.attributes)
            exporter.Add(attribute);
        exporter.AddHeads();
        return exporter.graph.Finish();
    }

    private void Add(DeclaredAttribute attribute)
    {
        switch (attribute.Kind)
        {
            case "RnnModel" or "Compressed":
                break;
            case "Input" or "Embedding" when AreSeveral:
                Set(attribute, AddPart(attribute), "input");
                break;
            case "Input" when attribute.Flag("Once"):
                throw new NotSupportedException("One input per sequence (Once) would need the number of steps as another input; such "
                    + "models are not exported.");
            case "Input":
                int channels = attribute.Whole("Channels"), width = attribute.Size(0) * Math.Max(channels, 1);
                Set(
                    attribute,
                    new(graph.Input("input", false, Steps, Rows, width), width, false) { Length = channels > 0 ? attribute.Size(0) : 1 },
                    "input");
                break;
            case "OneHot":
                string values = graph.Constant("offOn", [2], [0, 1]);
                Set(
                    attribute,
                    new(
                        graph.Add("OneHot", [graph.Input("input", true, Steps, Rows), graph.Scalar(attribute.Size(0)), values]),
                        attribute.Size(0), false),
                    "input");
                break;
            case "Embedding":
                string table =
                    graph.Constant("embedding.weight", [attribute.Size(0), attribute.Size(1)], Tensors.Read(weights, "embedding.weight"));
                Set(
                    attribute, new(graph.Add("Gather", [table, graph.Input("input", true, Steps, Rows)]), attribute.Size(1), false),
                    "input");
                break;
            case "Rnn":
                Set(attribute, AddRnn(attribute, From(attribute)));
                break;
            case "Dense" when IsOverTime(attribute):
                Output sequence = WholeSequence(attribute);
                // [step][row][number] as [row][number][step], which a dense layer multiplies.
                string turned = graph.Add("Transpose", [sequence.Value], GraphWriter.Wholes("perm", 1, 2, 0));
                string mixed = dense.Activate(
                    dense.Add(names.Of(attribute), turned, attribute.Flag("Bias", true)),
                    attribute.Function("Activation", "Activation", Activation.Linear));
                Set(
                    attribute,
                    sequence with { Value = graph.Add("Transpose", [mixed], GraphWriter.Wholes("perm", 2, 0, 1)), Last = null });
                break;
            case "Dense":
                Output x = From(attribute);
                Function function = attribute.Function("Activation", "Activation", Activation.Linear);
                Set(
                    attribute,
                    new(
                        dense.Activate(dense.Add(names.Of(attribute), x.Value, attribute.Flag("Bias", true)), function),
                        attribute.Size(0), x.IsOnce));
                break;
            case "Conv1d" or "Conv2d":
                Output seen = From(attribute);
                Function after = attribute.Function("Activation", "Activation", Activation.Linear);
                var (sums, length) = grids.AddConvolution(attribute, names.Of(attribute), seen.Value, seen.Grid);
                Set(
                    attribute,
                    new(dense.Activate(sums, after), length * attribute.Size(0), seen.IsOnce) { Length = length });
                break;
            case "Magnitude":
                Output parts = From(attribute);
                Set(
                    attribute,
                    new(grids.AddMagnitude(attribute, parts.Value, parts.Grid), parts.Width / 2, parts.IsOnce) { Length = parts.Length });
                break;
            case "Activation":
                Output input = From(attribute);
                Function activation = attribute.Function((Activation)attribute.Size(0), "");
                Set(attribute, input with { Value = dense.Activate(input.Value, activation), Last = null });
                break;
            case "LayerNorm" or "RmsNorm" or "GroupNorm" or "Softmax" or "LogSoftmax" or "PRelu" or "Standardize":
                Output vectors = IsOverTime(attribute) ? WholeSequence(attribute) : From(attribute);
                Set(attribute, vectors with { Value = units.Add(attribute, vectors.Value, vectors.Width, vectors.IsOnce), Last = null });
                break;
            case "Dropout":
                Set(attribute, From(attribute));
                break;
            case "Pool" when (RnnGen.Axis)attribute.Whole("Over") == RnnGen.Axis.Inner && (Pooling)attribute.Size(0) == Pooling.Last:
                Output along = From(attribute);
                Set(
                    attribute,
                    new(along.Last?.Invoke() ?? grids.AddLast(along.Value, along.Grid), along.Grid.Channels, along.IsOnce));
                break;
            case "Pool" when (RnnGen.Axis)attribute.Whole("Over") == RnnGen.Axis.Inner:
                Output grid = From(attribute);
                var (pooled, left) = grids.AddPool(attribute, grid.Value, grid.Grid);
                Set(attribute, new(pooled, left * grid.Grid.Channels, grid.IsOnce) { Length = left });
                break;
            case "Pool":
                Set(attribute, AddPool(attribute));
                break;
            case "SoftmaxCrossEntropy" or "SigmoidCrossEntropy" or "SquaredError" or "AbsoluteError" or "Loss" or "Quantiles" or "Ctc":
                heads.Add((attribute.Kind, From(attribute)));
                break;
            default:
                throw new NotSupportedException($"[{attribute.Kind}] has no counterpart among ONNX's operators.");
        }
    }

    /// <summary>True if the vector of a step has several inputs in it, or several symbols.</summary>
    private bool AreSeveral =>
        attributes.Count(a => a.Kind is "Input" or "Embedding") > 1
        || attributes.Exists(a => a.Kind == "Embedding" && a.Whole("Length", 1) > 1);

    /// <summary>One of several inputs, out of the vector of a step; symbols are whole numbers in it.</summary>
    private Output AddPart(DeclaredAttribute attribute)
    {
        int column = attributes.TakeWhile(a => a != attribute).Sum(NumbersOf), count = NumbersOf(attribute);
        vector ??= graph.Input("input", false, Steps, Rows, attributes.Sum(NumbersOf));
        string part = graph.Add(
            "Slice", [vector, graph.Integers(column), graph.Integers(column + count), graph.Integers(2)]);
        if (attribute.Kind == "Input")
            return new(part, count, false) { Length = attribute.Whole("Channels") > 0 ? attribute.Size(0) : 1 };
        string name = $"{names.Of(attribute)}.weight";
        string table = graph.Constant(name, [attribute.Size(0), attribute.Size(1)], Tensors.Read(weights, name));
        string symbols = graph.Add("Cast", [part], GraphWriter.Whole("to", (long)TensorProto.Types.DataType.Int64));
        int width = count * attribute.Size(1);
        string vectors = graph.Add("Reshape", [graph.Add("Gather", [table, symbols]), graph.Integers(0, 0, width)]);
        return new(vectors, width, false) { Length = count };

        static int NumbersOf(DeclaredAttribute source) => source.Kind switch
        {
            "Input" => source.Size(0) * Math.Max(source.Whole("Channels"), 1),
            "Embedding" => source.Whole("Length", 1),
            _ => 0,
        };
    }

    private void Set(DeclaredAttribute attribute, Output output, string otherwise = "")
    {
        above = output;
        string name = attribute.Name.Length > 0 ? attribute.Name : otherwise;
        if (name.Length > 0)
            named[name] = output;
    }

    private Output From(DeclaredAttribute attribute)
    {
        if (string.IsNullOrWhiteSpace(attribute.From))
            return above ?? throw new ArgumentException("The model's attributes do not begin with its source.");
        return Of(FromExpression.Parse(attribute.From));

        Output Of(FromExpression expression)
        {
            if (expression is FromName name)
                return name.StepsBefore > 0
                    ? throw new NotSupportedException($"{name.Name}' is of a step before, which ONNX's layers cannot take.")
                    : named.GetValueOrDefault(name.Name) ?? throw new ArgumentException($"No attribute above is named {name.Name}.");
            var (combine, operands) = (FromOperation)expression;
            List<Output> outputs = [.. operands.Select(Of)];
            if (combine != ',')
                return outputs.Aggregate((a, b) => a with
                {
                    Value = graph.Add(combine == '+' ? "Add" : "Mul", [a.Value, b.Value]),
                    Width = Math.Max(a.Width, b.Width),
                    Last = null,
                    Length = a.Length == b.Length || b.Width == 1 ? a.Length : a.Width == 1 ? b.Length : 1,
                });
            bool isGrid = outputs[0].Length > 1 && outputs.TrueForAll(o => o.Length == outputs[0].Length);
            string joined = isGrid
                ? grids.AddJoin([.. outputs.Select(o => (o.Value, o.Grid))])
                : graph.Add("Concat", [.. outputs.Select(o => o.Value)], GraphWriter.Whole("axis", -1));
            return new(joined, outputs.Sum(o => o.Width), outputs[0].IsOnce) { Length = isGrid ? outputs[0].Length : 1 };
        }
    }

    private Output AddRnn(DeclaredAttribute layer, Output input)
    {
        if (layer.Flag("FirstState"))
            throw new NotSupportedException("A layer with FirstState has no input at its steps, and ONNX's operators must have one; such "
                + "models are not exported.");
        var direction = (Direction)layer.Whole("Direction");
        bool isAlong = (RnnGen.Axis)layer.Whole("Over") == RnnGen.Axis.Inner, hasStates = isStream && !isAlong;
        if (hasStates && direction != Direction.Forward)
            throw new NotSupportedException("A layer in reverse needs whole sequences: the model has no streaming form.");
        string module = names.Of(layer);
        RecurrentNode node = new(layer, weights);
        var merge = (Merge)layer.Whole("Merge");
        int hidden = layer.Size(0);
        Output output = isAlong ? new(grids.ToSteps(input.Value, input.Grid), input.Grid.Channels, input.IsOnce) : input;
        for (int level = 0; level < layer.Whole("Depth", 1); level++)
        {
            layers++;
            string[] outputs = [graph.Unique("Y"), graph.Unique("Y_h"), graph.Unique("Y_c")];
            List<string> states = [];
            foreach (string state in hasStates ? node.States : [])
            {
                states.Add(graph.Input($"state{layers}_{state}", false, 1, Rows, hidden));
                graph.Output(outputs[1 + states.Count - 1] = $"new_state{layers}_{state}", 1, Rows, hidden);
            }

            node.Add(graph, output.Value, output.Width, module, level, states, outputs);
            if (direction != Direction.Bidirectional)
            {
                output = new(
                    graph.Add("Squeeze", [outputs[0], graph.Integers(1)]), hidden, false,
                    () => graph.Add("Squeeze", [outputs[1], graph.Integers(0)]));
                continue;
            }

            string? map = merge == Merge.Linear ? names.Inner($"{module}.merge_l{level}") : null;
            int width = merge == Merge.Concat ? 2 * hidden : hidden;
            output = new(AddMerge(merge, map, outputs[0], 1, hidden), width, false, () => AddMerge(merge, map, outputs[1], 0, hidden));
        }

        if (!isAlong)
            return output;
        GridNodes.Grid grid = new(input.Length, output.Width, input.IsOnce);
        return new(
            grids.ToGrid(output.Value, input.Value, grid), input.Length * output.Width, input.IsOnce,
            () => grids.Unfold(output.Last!(), input.Value, grid with { Length = 1 }))
        {
            Length = input.Length,
        };
    }

    /// <summary>Makes one vector of both directions, which lie along an axis: 1 of all outputs, 0 of the last ones.</summary>
    private string AddMerge(Merge merge, string? map, string value, int axis, int hidden)
    {
        switch (merge)
        {
            case Merge.Sum:
                return graph.Add("ReduceSum", [value, graph.Integers(axis)], GraphWriter.Whole("keepdims", 0));
            case Merge.Mean:
                return graph.Reduce("ReduceMean", value, axis, keeps: false);
            case Merge.Multiply:
                return graph.Add("Mul", [Direction(0), Direction(1)]);
            default:
                string turned = graph.Add("Transpose", [value], GraphWriter.Wholes("perm", axis == 1 ? [0, 2, 1, 3] : [1, 0, 2]));
                string joined = graph.Add("Reshape", [turned, graph.Integers(axis == 1 ? [0, 0, 2 * hidden] : [0, 2 * hidden])]);
                return map is null ? joined : dense.Add(map, joined, bias: true);
        }

        string Direction(long place) => graph.Add("Gather", [value, graph.Scalar(place)], GraphWriter.Whole("axis", axis));
    }

    private static bool IsOverTime(DeclaredAttribute layer) =>
        (RnnGen.Axis)layer.Whole("Over", (int)RnnGen.Axis.Inner) == RnnGen.Axis.Time;

    private Output WholeSequence(DeclaredAttribute layer) => isStream
        ? throw new NotSupportedException($"A [{layer.Kind}] over time needs whole sequences: the model has no streaming form.")
        : From(layer);

    private Output AddPool(DeclaredAttribute pool)
    {
        Output x = WholeSequence(pool);
        var kind = (Pooling)pool.Size(0);
        if (kind == Pooling.Last)
            return new(x.Last?.Invoke() ?? graph.Add("Gather", [x.Value, graph.Scalar(-1)], GraphWriter.Whole("axis", 0)), x.Width, true);
        if (kind == Pooling.Mean)
            return new(graph.Reduce("ReduceMean", x.Value, 0, keeps: false), x.Width, true);
        if (kind == Pooling.Sum)
            return new(graph.Add("ReduceSum", [x.Value, graph.Integers(0)], GraphWriter.Whole("keepdims", 0)), x.Width, true);
        if (kind == Pooling.Max)
            return new(graph.Reduce("ReduceMax", x.Value, 0, keeps: false), x.Width, true);
        string path = names.Of(pool), keys = x.Value;
        if (pool.Whole("Units") > 0)
            keys = dense.Activate(dense.Add(names.Inner($"{path}.key"), keys, bias: true), Function.Of(Activation.Tanh));
        string scores = dense.Add(names.Inner($"{path}.score"), keys, bias: false);
        string weighted = graph.Add("Mul", [x.Value, graph.Add("Softmax", [scores], GraphWriter.Whole("axis", 0))]);
        return new(graph.Add("ReduceSum", [weighted, graph.Integers(0)], GraphWriter.Whole("keepdims", 0)), x.Width, true);
    }

    private void AddHeads()
    {
        for (int i = 0; i < heads.Count; i++)
        {
            var (loss, value) = heads[i];
            string name = heads.Count == 1 ? "output" : $"output{i + 1}";
            string operation = loss switch
            {
                "SoftmaxCrossEntropy" or "Ctc" => "Softmax",
                "SigmoidCrossEntropy" => "Sigmoid",
                _ => "Identity",
            };
            graph.Add(operation, [value.Value], [name], operation == "Softmax" ? [GraphWriter.Whole("axis", -1)] : []);
            graph.Output(name, value.IsOnce ? [Rows, value.Width] : [Steps, Rows, value.Width]);
        }
    }
}
