namespace RnnGen.Onnx;

/// <summary>Matrix products with constants, sums with constants and element-wise functions: RnnGen's dense layers.</summary>
internal static class DenseOperators
{
    private const int LargestDiagonal = 1024;

    public static void Gemm(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (node.Whole("transA", 0) != 0)
            throw new NotTakenException("it transposes A, which is computed");
        ConstantTensor b = node.Constant(1, "B");
        bool transposed = node.Whole("transB", 0) != 0;
        float[] matrix = Matrix(node, b, transposed, out int size, out int inputs);
        double alpha = node.Real("alpha", 1), beta = node.Real("beta", 1);
        float[]? bias = node.Optional(2) is null ? null : Broadcast(node, node.Constant(2, "C"), size, "C");
        if (x.Dims is { Count: not 2 } dims)
            throw new NotTakenException($"its A has {dims.Count} axes, not 2");
        Add(node, x, 1, inputs, size, Scale(matrix, alpha), bias is null ? null : Scale(bias, beta));
    }

    public static void MatMul(NodeContext node)
    {
        if (node.Input(0) is ConstantTensor)
            throw new NotTakenException("its constant is on the left; RnnGen's vectors are rows");
        Signal x = node.Signal(0);
        float[] matrix = Matrix(node, node.Constant(1, "matrix"), false, out int size, out int inputs);
        Add(node, x, (x.Dims?.Count ?? 1) - 1, inputs, size, matrix, null);
    }

    /// <summary>A convolution over one step is a dense layer along the channels.</summary>
    public static void Conv(NodeContext node)
    {
        ConstantTensor w = node.Constant(1, "W");
        if (w.Reals is null
            || w.Dims.Length < 3
            || w.Dims.Skip(2).Any(d => d != 1)
            || node.Whole("group", 1) != 1
            || node.Wholes("strides").Any(s => s != 1) || node.Wholes("pads").Any(p => p != 0))
            throw new NotTakenException("it sees several steps at once; RnnGen has convolutions over single ones only");
        Signal x = node.Signal(0);
        float[] matrix = Matrix(node, w.With([w.Dims[0], w.Dims[1]]), true, out int size, out int inputs);
        float[]? bias = node.Optional(2) is null ? null : Broadcast(node, node.Constant(2, "B"), size, "B");
        if (x.Dims is { Count: < 2 })
            throw new NotTakenException("its X has no axis of channels");
        Add(node, x, 1, inputs, size, matrix, bias);
    }

    /// <summary>A sum or a product of a computed vector with a constant one, or of both directions of a layer.</summary>
    public static void Arithmetic(NodeContext node)
    {
        if (ShapeOperators.TryArithmetic(node))
            return;
        if (node.Input(0) is Signal a && node.Input(1) is Signal b)
        {
            ReductionOperators.MergePair(node, a, b);
            return;
        }

        bool constantFirst = node.Input(0) is ConstantTensor;
        Signal x = node.Signal(constantFirst ? 1 : 0);
        ConstantTensor constant = node.Constant(constantFirst ? 0 : 1, "other operand");
        if (constantFirst && node.Operator == "Div")
            throw new NotTakenException("it divides by a computed vector");
        int axis = Axes.FeatureAxis(x);
        long width = Axes.WidthAlong(x, axis);
        float[] numbers = Broadcast(node, constant, (int)Math.Min(width, int.MaxValue), "constant", x.Dims!.Count - 1 - axis);
        if (node.Operator is "Add" or "Sub")
        {
            // c − x is −x + c.
            double sign = node.Operator == "Sub" && constantFirst ? -1 : 1;
            Change(
                node, x, axis, sign == 1 ? null : Fill(numbers.Length, -1),
                node.Operator == "Sub" && !constantFirst ? Scale(numbers, -1) : numbers);
        }
        else
        {
            Change(node, x, axis, node.Operator == "Div" ? Array.ConvertAll(numbers, n => 1 / n) : numbers, null);
        }
    }

    public static void Activate(NodeContext node)
    {
        var kind = Enum.Parse<Activation>(node.Operator);
        Function function = Function.Of(kind);
        function = function with { Alpha = node.Real("alpha", function.Alpha), Beta = node.Real("beta", function.Beta) };
        if (!double.IsFinite(function.Alpha) || !double.IsFinite(function.Beta))
            throw new NotTakenException($"its numbers are {function.Alpha} and {function.Beta}");
        if (node.Input(0) is Zeros && kind is Activation.Tanh or Activation.Relu)
        {
            node.Output(0, Zeros.Instance);
            return;
        }

        Signal x = node.Signal(0);
        int axis = x.Dims is null ? 0 : Axes.FeatureAxis(x);
        DenseElement layer = LinearLayer(node, x, axis);
        node.Output(
            0,
            new Signal(
                [node.Reader.Add(Copy(node, layer, layer.Diagonal, layer.Matrix, layer.Bias, function))],
                Axes.Replace(x.Dims, axis, Axes.Features(layer.Width))));
    }

    /// <summary>The exact one; its form by way of tanh differs in the fourth digit.</summary>
    public static void Gelu(NodeContext node)
    {
        if (node.Text("approximate", "none") is not "none" and var approximate)
            throw new NotTakenException($"it approximates by '{approximate}'; RnnGen has the exact function");
        Activate(node);
    }

    public static void Softmax(NodeContext node)
    {
        Signal x = node.Signal(0);
        int axis = Axes.FeatureAxis(x);
        int wanted = NodeContext.Place(node.Whole("axis", -1), x.Dims!.Count);
        if (x.Dims[wanted].Atoms.Count > 0 && wanted != axis)
            throw new NotTakenException("its softmax runs over another axis than the classes'");
        Axes.TakeFeatures(x, wanted, Axes.WidthAlong(x, wanted));
        node.Output(0, new Signal([node.Reader.Add(new SoftmaxElement(node.Reader.NextIndex, x.Pieces))], x.Dims));
    }

    private static void Add(NodeContext node, Signal x, int axis, int inputs, int size, float[] matrix, float[]? bias)
    {
        Axes.TakeFeatures(x, axis, inputs);
        if (size > 65_536)
            throw new NotTakenException($"it has {size} outputs; a dense layer has at most 65,536");
        DenseElement element = new(node.Reader.NextIndex, x.Pieces, size) { Node = node.Name, Matrix = matrix, Bias = bias };
        node.Output(0, new Signal([node.Reader.Add(element)], Axes.Replace(x.Dims, axis, Axes.Features(size))));
    }

    /// <summary>scale ⊙ x + shift: put into the layer that x is the output of, or a diagonal layer.</summary>
    private static void Change(NodeContext node, Signal x, int axis, float[]? scale, float[]? shift)
    {
        DenseElement layer = LinearLayer(node, x, axis);
        float[]? matrix = layer.Matrix, diagonal = layer.Diagonal, bias = layer.Bias;
        if (scale is not null)
        {
            node.Reader.Reserve(matrix?.Length ?? 0);
            int inputs = matrix is null ? 1 : matrix.Length / scale.Length;
            matrix = matrix?.Select((w, i) => w * scale[i / inputs]).ToArray();
            diagonal = diagonal?.Select((w, i) => w * scale[i]).ToArray();
            bias = bias?.Select((w, i) => w * scale[i]).ToArray();
        }

        if (shift is not null)
            bias = bias is null ? shift : [.. bias.Zip(shift, (l, r) => l + r)];
        node.Output(
            0,
            new Signal(
                [node.Reader.Add(Copy(node, layer, diagonal, matrix, bias, Function.Linear))],
                Axes.Replace(x.Dims, axis, Axes.Features(layer.Width))));
    }

    /// <summary>The layer without a function whose output x is, or one that gives x on.</summary>
    private static DenseElement LinearLayer(NodeContext node, Signal x, int axis)
    {
        if (x.Pieces is [DenseElement { Function.Kind: Activation.Linear } layer])
            return layer;
        long width = Axes.WidthAlong(x, axis);
        if (width > LargestDiagonal)
            throw new NotTakenException($"it stands behind no matrix product, and {width} numbers are too many to put one there");
        Axes.TakeFeatures(x, axis, width);
        node.Reader.Reserve(width * width);
        return new(node.Reader.NextIndex, x.Pieces, (int)width) { Node = node.Name, Diagonal = Fill((int)width, 1) };
    }

    private static DenseElement Copy(
        NodeContext node, DenseElement layer, float[]? diagonal, float[]? matrix, float[]? bias, Function function) =>
        new(node.Reader.NextIndex, layer.Inputs, layer.Width)
        {
            Node = layer.Diagonal is null ? layer.Node : node.Name,
            Diagonal = diagonal,
            Matrix = matrix,
            Bias = bias,
            Function = function
        };

    /// <summary>A constant as [output][input].</summary>
    private static float[] Matrix(NodeContext node, ConstantTensor constant, bool isTransposed, out int size, out int inputs)
    {
        if (constant.Dims is not [> 0, > 0] || constant.Reals is not { } reals)
            throw new NotTakenException($"its matrix is {constant.What}");
        node.Reader.Reserve(reals.Length);
        int rows = (int)constant.Dims[0], columns = (int)constant.Dims[1];
        (size, inputs) = isTransposed ? (rows, columns) : (columns, rows);
        if (isTransposed)
            return reals;
        float[] matrix = new float[reals.Length];
        for (int i = 0; i < reals.Length; i++)
            matrix[((i % columns) * rows) + (i / columns)] = reals[i];
        return matrix;
    }

    /// <summary>A constant as one number per output, along the axis that <paramref name="fromEnd"/> others follow.</summary>
    private static float[] Broadcast(NodeContext node, ConstantTensor constant, int size, string name, int fromEnd = 0)
    {
        if (constant.Reals is not { } reals)
            throw new NotTakenException($"its {name} has no real numbers");
        node.Reader.Reserve(4L * size);
        if (reals.Length == 1)
            return Fill(size, reals[0]);
        int axis = constant.Dims.Length - 1 - fromEnd;
        return reals.Length == size && axis >= 0 && constant.Dims[axis] == size
            ? reals
            : throw new NotTakenException($"its {name} is {constant.What}, neither one number nor {size} along the vectors");
    }

    private static float[] Scale(float[] numbers, double factor) =>
        factor == 1 ? numbers : Array.ConvertAll(numbers, n => (float)(n * factor));

    private static float[] Fill(int count, float value)
    {
        float[] numbers = new float[count];
        Array.Fill(numbers, value);
        return numbers;
    }
}
