using System.Buffers.Binary;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>A value of a TensorFlow Lite graph: as a Keras model's, but with its steps.</summary>
/// <param name="From">What a From says.</param>
/// <param name="Width">Numbers of a step.</param>
/// <param name="Steps">Its steps; 0 if it has none.</param>
/// <param name="IsFlat">True if all its steps are one vector.</param>
/// <param name="Head">The loss of a function that a head has itself; null if it is none.</param>
internal sealed record LiteValue(string From, int Width, int Steps, bool IsFlat = false, string? Head = null);

/// <summary>
/// TensorFlow Lite's graphs of sequence LSTMs and RNNs, in one direction or two, and dense layers. Weights may be quantised to 8 bits, and
/// are read as the numbers that they stand for; a graph whose activations are quantised is refused.
/// </summary>
internal sealed class TensorFlowLiteImport
{
    private const string What = "The TensorFlow Lite model";

    private const int Add = 0, Concatenation = 2, Dequantize = 6, FullyConnected = 9, Logistic = 14, Mul = 18, Relu = 19, Reshape = 22,
        Softmax = 25, Tanh = 28, SequenceRnn = 35, Gather = 36, Transpose = 39, Mean = 40, SequenceLstm = 44, StridedSlice = 45,
        BothRnn = 46, BothLstm = 52, Shape = 77, Pack = 83;

    private readonly LiteModel graph;
    private readonly ModelText model = new();
    private readonly Dictionary<int, LiteValue> values = [];
    private readonly string cellName;
    private float clip;

    private TensorFlowLiteImport(LiteModel graph, string name) => (this.graph, cellName) = (graph, $"{name}Cell");

    /// <exception cref="InvalidDataException">It is broken, or has something that is not taken.</exception>
    public static ImportedModel Read(byte[] file, OnnxImportOptions options)
    {
        LiteModel graph = LiteModel.Read(file);
        return Guarded.Refuse(What, () => new TensorFlowLiteImport(graph, options.Name).Read(options));
    }

    private ImportedModel Read(OnnxImportOptions options)
    {
        if (graph.Inputs is not [>= 0 and var input])
            throw new InvalidDataException($"it has {graph.Inputs.Length} inputs");
        LiteTensor source = graph.Tensors[input];
        bool isSymbol = source.Type is LiteTensor.Int32 or LiteTensor.Int64;
        if (!isSymbol && source.Type != LiteTensor.Float)
            throw new InvalidDataException("its input is quantised, and so are its activations: they are not taken");
        if (isSymbol)
        {
            if (source.Shape is not [1, var count])
                throw new InvalidDataException("its symbols are no sequence of one row");
            values[input] = new("", 0, count);
        }
        else
        {
            (int steps, int width) = StepsOf(source.Shape, isTimeMajor: false);
            model.Source($"Input({width})");
            values[input] = new(ModelText.Input, width, steps);
        }

        foreach (LiteOperator item in graph.Operators)
            ReadOperator(item);
        foreach (int output in graph.Outputs)
        {
            if (!values.TryGetValue(output, out LiteValue? value) || value.IsFlat)
                throw new InvalidDataException($"its output {FileText.Quote(graph.Tensors[output].Name)} is not taken");
            model.Head(value.Head ?? "SquaredError", value.From, graph.Tensors[output].Name);
        }

        if (clip > 0)
            model.ClippedCell(cellName, clip);
        return model.ToModel(options, source.Name, new Dictionary<string, string>());
    }

    private void ReadOperator(LiteOperator item)
    {
        int result = item.Outputs.Length > 0 ? item.Outputs[0] : -1;
        if (result < 0)
            throw new InvalidDataException($"operator {item.Code} has no output");
        switch (item.Code)
        {
            // Sizes of shapes, which the shapes of tensors say too.
            case Shape or Pack:
            case StridedSlice when !values.ContainsKey(item.Inputs[0]):
                return;
            case Dequantize when graph.Tensors[item.Inputs[0]].IsConstant:
                graph.Tensors[result] = graph.Tensors[item.Inputs[0]] with { Name = graph.Tensors[result].Name };
                return;
            case SequenceLstm:
                values[result] = Lstm(item, [0], item.Options.Byte(0), item.Options.Float(1), item.Options.Float(2), item.Options.Byte(3));
                return;
            case BothLstm:
                values[result] = Both(item, item.Options.Byte(3), () => Lstm(
                    item, [0, 17], item.Options.Byte(0), item.Options.Float(1), item.Options.Float(2), item.Options.Byte(4)));
                return;
            case SequenceRnn:
                values[result] = Rnn(item, [[1, 2, 3]], item.Options.Byte(1), item.Options.Byte(0));
                return;
            case BothRnn:
                values[result] = Both(item, item.Options.Byte(2), () => Rnn(
                    item, [[1, 2, 3], [5, 6, 7]], item.Options.Byte(1), item.Options.Byte(0)));
                return;
            case FullyConnected:
                values[result] = Dense(item, result);
                return;
            case Gather:
                values[result] = Embedding(item);
                return;
            // Memory stays as it is where only sizes of 1 change places.
            case Transpose when !Constants(item, 1).Where(axis => graph.Tensors[item.Inputs[0]].Shape.ElementAtOrDefault(axis) > 1).Order()
                .SequenceEqual(Constants(item, 1).Where(axis => graph.Tensors[item.Inputs[0]].Shape.ElementAtOrDefault(axis) > 1)):
                throw new InvalidDataException("it transposes steps and numbers");
            case Reshape or Transpose:
                values[result] = Reshaped(Value(item, 0), graph.Tensors[result]);
                return;
            case StridedSlice:
                values[result] = LastStep(item, graph.Tensors[result]);
                return;
            case Mean when Value(item, 0) is { Steps: > 0, IsFlat: false } x && graph.Tensors[result].Shape[^1] == x.Width
                && Constants(item, 1) is [1]:
                values[result] = Pooled(x, "Mean");
                return;
            case Softmax when item.Options.Float(0) is 1 && Value(item, 0) is { Width: > 1, IsFlat: false } x:
                values[result] = x with { Head = "SoftmaxCrossEntropy" };
                return;
            case Logistic when Value(item, 0) is { IsFlat: false } x:
                values[result] = x with { Head = "SigmoidCrossEntropy" };
                return;
            case Relu or Tanh when Value(item, 0) is { IsFlat: false } x:
                values[result] = Activated(x, item.Code == Relu ? 1 : 4, "activation");
                return;
            case Concatenation when item.Options.Byte(1) == 0 && item.Inputs.Length > 0
                && item.Options.Int(0) is var axis && (axis == -1 || axis == graph.Tensors[result].Shape.Length - 1):
                LiteValue[] all = [.. item.Inputs.Select((_, i) => Value(item, i))];
                values[result] = all[0] with { From = string.Join(", ", all.Select(x => x.From)), Width = all.Sum(x => x.Width) };
                return;
            case Add or Mul when item.Inputs.Length == 2 && Value(item, 0) is var left && Value(item, 1) is var right
                && left.Width == right.Width && left.Steps == right.Steps:
                string sign = item.Code == Add ? "+" : "*";
                values[result] = Activated(left with { From = $"({left.From}) {sign} ({right.From})" }, item.Options.Byte(0), "sum");
                return;
            default:
                throw new InvalidDataException($"it has the operator {item.Code}, or one in a way, that is not taken");
        }
    }

    private LiteValue Lstm(LiteOperator item, int[] starts, int function, float cellClip, float projectionClip, int isTimeMajor)
    {
        LiteValue x = Sequence(item, isTimeMajor != 0);
        if (function is not (0 or 4) || projectionClip > 0)
            throw new InvalidDataException("an LSTM has another function than tanh, or clips a projection");
        List<RecurrentWeights> directions = [];
        foreach (int start in starts)
        {
            // Inputs, recurrent matrices, peepholes, biases, projection: of i, f, c, o.
            if (Has(item, start + 9) || Has(item, start + 10) || Has(item, start + 11) || Has(item, start + 16))
                throw new InvalidDataException("an LSTM has peepholes or a projection");
            if (!Has(item, start + 1))
                throw new InvalidDataException("an LSTM has coupled gates");
            directions.Add(new(
                Stacked(item, start + 1, x.Width), Stacked(item, start + 5, 0),
                [.. Enumerable.Range(12, 4).SelectMany(i => LiteNumbers.Floats(Tensor(item, start + i)))]));
        }

        if (starts.Length == 1 && Enumerable.Range(20, 4).Any(i => Has(item, i)))
            throw new InvalidDataException("an LSTM normalises its layers");
        if (clip > 0 && cellClip != clip)
            throw new InvalidDataException("its LSTMs clip differently");
        clip = cellClip;
        string name = model.Recurrent(cellClip > 0 ? cellName : "Lstm", "lstm", x.From, directions);
        return new(name, directions.Sum(d => d.Recurrent.Columns), x.Steps);
    }

    private LiteValue Rnn(LiteOperator item, int[][] places, int function, int isTimeMajor)
    {
        LiteValue x = Sequence(item, isTimeMajor != 0);
        List<RecurrentWeights> directions = [.. places.Select(
            p => new RecurrentWeights(
                LiteNumbers.Matrix(Tensor(item, p[0])), LiteNumbers.Matrix(Tensor(item, p[1])), LiteNumbers.Floats(Tensor(item, p[2]))))];
        IEnumerable<string> arguments = Layers.Function("Activation", FunctionOf(function), Activation.Tanh);
        string name = model.Recurrent("SimpleRnn", "rnn", x.From, directions, arguments);
        return new(name, directions.Sum(d => d.Recurrent.Columns), x.Steps);
    }

    private static LiteValue Both(LiteOperator item, int isMerged, Func<LiteValue> layer) => isMerged != 0 && item.Outputs.Length == 1
        ? layer()
        : throw new InvalidDataException("a bidirectional layer does not join its outputs");

    private LiteValue Dense(LiteOperator item, int result)
    {
        LiteValue x = Value(item, 0);
        Weight weight = LiteNumbers.Matrix(Tensor(item, 1));
        if (item.Options.Byte(1) != 0 || weight.Columns != (x.IsFlat ? x.Width * x.Steps : x.Width))
            throw new InvalidDataException($"a dense layer of {weight.Columns} numbers takes {x.Width}");
        float[]? bias = Has(item, 2) ? LiteNumbers.Floats(Tensor(item, 2)) : null;
        string name = x.IsFlat
            ? model.Convolution("dense", x.From, KerasLayers.Stepwise(weight.Transposed(), x.Width), x.Steps, 1, bias)
            : model.Dense("dense", x.From, weight, bias);
        LiteValue value = new(name, weight.Rows, x.Steps);
        if (x.IsFlat)
            value = Pooled(value, "Last");
        if (graph.Tensors[result].Shape is not [.., var width] || width != weight.Rows)
            throw new InvalidDataException("a dense layer has another shape");
        return Activated(value, item.Options.Byte(0), "activation");
    }

    private LiteValue Embedding(LiteOperator item)
    {
        if (item.Options.Int(0) != 0
            || item.Options.Int(1) != 0
            || item.Inputs is not [var vectors, var symbols, ..]
            || !values.TryGetValue(symbols, out LiteValue? x)
            || x.From.Length > 0
            || graph.Tensors[vectors].Shape.Length != 2)
            throw new InvalidDataException("it gathers otherwise than an embedding of its symbols");
        Weight weight = LiteNumbers.Matrix(graph.Tensors[vectors]);
        model.Source($"Embedding({weight.Rows}, {weight.Columns})");
        model.Tensor("embedding.weight", [weight.Rows, weight.Columns], weight.Values);
        return new(ModelText.Input, weight.Columns, x.Steps);
    }

    /// <summary>A change of shape that keeps steps, or joins them to one vector.</summary>
    private static LiteValue Reshaped(LiteValue x, LiteTensor result)
    {
        int[] shape = [.. result.Shape.Where(size => size != 1)];
        if (x.IsFlat)
            throw new InvalidDataException("it changes the shape of all steps as one vector");
        int[] own = [.. new[] { x.Steps, x.Width }.Where(size => size > 1)];
        if (shape.SequenceEqual(own))
            return x;
        return x.Steps > 1 && shape is [var all] && all == x.Steps * x.Width
            ? x with { IsFlat = true }
            : throw new InvalidDataException($"it changes a shape to [{string.Join(", ", result.Shape)}]");
    }

    private LiteValue LastStep(LiteOperator item, LiteTensor result)
    {
        LiteValue x = Value(item, 0);
        bool isLast = x.Steps > 0 && !x.IsFlat && result.Shape is [1, var width] && width == x.Width
            && (item.Options.Int(0) & 2) == 0
            && Constants(item, 1) is [_, var begin, ..] && (begin == -1 || begin == x.Steps - 1);
        return isLast ? Pooled(x, "Last") : throw new InvalidDataException("it cuts out something else than the last step");
    }

    private LiteValue Pooled(LiteValue x, string kind) =>
        new(model.Add($"Pool(Pooling.{kind})", "pool", x.From, [], hasWeights: false), x.Width, 0);

    private LiteValue Activated(LiteValue x, int function, string name) =>
        function == 0 ? x : x with { From = model.Activate(name, x.From, FunctionOf(function)) };

    private static ActivationFunction FunctionOf(int function) => function switch
    {
        0 => ActivationFunction.Linear,
        1 => new(Activation.Relu),
        4 => new(Activation.Tanh),
        _ => throw new InvalidDataException($"it has the fused function {function}; none, ReLU and tanh are taken"),
    };

    private LiteValue Sequence(LiteOperator item, bool isTimeMajor)
    {
        LiteValue x = Value(item, 0);
        (int steps, int width) = StepsOf(graph.Tensors[item.Inputs[0]].Shape, isTimeMajor);
        return x.Steps == steps && x.Width == width && !x.IsFlat
            ? x
            : throw new InvalidDataException("a layer takes something else than steps");
    }

    private static (int Steps, int Width) StepsOf(int[] shape, bool isTimeMajor) => shape switch
    {
        [1, var steps, var width] when !isTimeMajor => (steps, width),
        [var steps, 1, var width] when isTimeMajor => (steps, width),
        _ => throw new InvalidDataException($"[{string.Join(", ", shape)}] is no sequence of one row"),
    };

    /// <summary>A value; a softmax or a sigmoid that no head has is a layer of its own.</summary>
    private LiteValue Value(LiteOperator item, int index)
    {
        if (index >= item.Inputs.Length || !values.TryGetValue(item.Inputs[index], out LiteValue? x))
            throw new InvalidDataException($"operator {item.Code} takes something that is not taken");
        return x.Head switch
        {
            "SoftmaxCrossEntropy" => x with { From = model.Add("Softmax", "softmax", x.From, [], hasWeights: false), Head = null },
            "SigmoidCrossEntropy" => x with { From = model.Activate("sigmoid", x.From, new(Activation.Sigmoid)), Head = null },
            _ => x,
        };
    }

    private static bool Has(LiteOperator item, int index) => index < item.Inputs.Length && item.Inputs[index] >= 0;

    private LiteTensor Tensor(LiteOperator item, int index) =>
        Has(item, index) && graph.Tensors[item.Inputs[index]] is { IsConstant: true } tensor
        ? tensor
        : throw new InvalidDataException($"operator {item.Code} has no constant {index}");

    private int[] Constants(LiteOperator item, int index) => Tensor(item, index) is { Type: LiteTensor.Int32 } tensor
        ? [.. Enumerable.Range(0, tensor.Data.Length / 4).Select(i => BinaryPrimitives.ReadInt32LittleEndian(tensor.Data.Span[(4 * i)..]))]
        : [];

    /// <summary>Four matrices, of i, f, c and o, one above the other.</summary>
    private Weight Stacked(LiteOperator item, int first, int columns)
    {
        Weight[] gates = [.. Enumerable.Range(first, 4).Select(i => LiteNumbers.Matrix(Tensor(item, i)))];
        if (gates.Any(g => g.Rows != gates[0].Rows || g.Columns != (columns > 0 ? columns : g.Rows)))
            throw new InvalidDataException("an LSTM's matrices have different shapes");
        return new(4 * gates[0].Rows, gates[0].Columns, [.. gates.SelectMany(g => g.Values)]);
    }
}
