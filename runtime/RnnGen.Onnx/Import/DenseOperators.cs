namespace RnnGen.Onnx;

/// <summary>Matrix products with constants and element-wise functions: RnnGen's dense layers.</summary>
internal static class DenseOperators
{
    public static void Gemm(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (node.Whole("transA", 0) != 0)
            throw new NotTakenException("it transposes A, which is computed");
        ConstantTensor b = node.Constant(1, "B");
        bool transposed = node.Whole("transB", 0) != 0;
        float[] matrix = Matrix(node, b, transposed, out int size, out int inputs);
        double alpha = node.Real("alpha", 1), beta = node.Real("beta", 1);
        if (x.Dims is { Count: not 2 } dims)
            throw new NotTakenException($"its A has {dims.Count} axes, not 2");
        Value? c = node.Optional(2);
        if (c is null or ConstantTensor or Uniform { IsZero: true })
        {
            float[]? bias = c is ConstantTensor constant ? Broadcast(node, constant, size, "C") : null;
            node.Output(0, Add(node, x, 1, inputs, size, Scale(matrix, alpha), bias is null ? null : Scale(bias, beta)));
            return;
        }

        // C is computed: another product, in a cell that was taken apart.
        Signal product = Add(node, x, 1, inputs, size, Scale(matrix, alpha), null), other = node.Signal(2);
        if (beta != 1)
            other = Elementwise.Change(node, other, other.Dims!.Count - 1, Fill((int)other.Width, (float)beta), null);
        node.Output(0, Elementwise.Combine(node, '+', product, other));
    }

    public static void MatMul(NodeContext node)
    {
        if (node.Input(0) is ConstantTensor)
            throw new NotTakenException("its constant is on the left; RnnGen's vectors are rows");
        Signal x = node.Signal(0);
        if (node.Input(1) is Signal)
            throw new NotTakenException("it multiplies computed vectors with each other: attention between steps, which RnnGen has in "
                + "decoders only");
        float[] matrix = Matrix(node, node.Constant(1, "matrix"), false, out int size, out int inputs);
        node.Output(0, Add(node, x, (x.Dims?.Count ?? 1) - 1, inputs, size, matrix, null));
    }

    public static void Activate(NodeContext node)
    {
        var kind = Enum.Parse<Activation>(node.Operator);
        Function function = Function.Of(kind);
        Activate(node, function with { Alpha = node.Real("alpha", function.Alpha), Beta = node.Real("beta", function.Beta) });
    }

    /// <summary>The exact one; its form by way of tanh differs in the fourth digit.</summary>
    public static void Gelu(NodeContext node)
    {
        if (node.Text("approximate", "none") is not "none" and var approximate)
            throw new NotTakenException($"it approximates by '{approximate}'; RnnGen has the exact function");
        Activate(node);
    }

    public static void Swish(NodeContext node)
    {
        if (node.Real("alpha", 1) is not 1 and var alpha)
            throw new NotTakenException($"its alpha is {alpha}; RnnGen's Silu has 1");
        Activate(node, Function.Of(Activation.Silu));
    }

    /// <summary>Scaled, it is an Elu.</summary>
    public static void Selu(NodeContext node)
    {
        Signal x = Activated(
            node, node.Signal(0), Function.Of(Activation.Elu) with { Alpha = node.Real("alpha", 1.67326319217681884765625) });
        node.Output(
            0, Elementwise.Change(
                node, x, Axes.FeatureAxis(x), Fill((int)x.Width, (float)node.Real("gamma", 1.05070102214813232421875)), null));
    }

    public static void Activate(NodeContext node, Function function)
    {
        if (!double.IsFinite(function.Alpha) || !double.IsFinite(function.Beta))
            throw new NotTakenException($"its numbers are {function.Alpha} and {function.Beta}");
        if (node.Input(0) is Uniform { IsZero: true } && function.Kind is Activation.Tanh or Activation.Relu)
        {
            node.Output(0, Uniform.Zeros);
            return;
        }

        node.Output(0, Activated(node, node.Signal(0), function));
    }

    public static Signal Activated(NodeContext node, Signal x, Function function)
    {
        if (x.Pieces is [ConvElement { Function.Kind: Activation.Linear } conv])
        {
            Axes.CheckVectors(x);
            return Result(x, node.Reader.Add(conv.With(node.Reader.NextIndex, conv.Inputs, conv.Weights, function)));
        }

        DenseElement layer = LinearLayer(node, x);
        return Result(x, node.Reader.Add(layer.Copy(node.Reader.NextIndex, layer.Inputs, function)));
    }

    public static void Softmax(NodeContext node)
    {
        Signal x = node.Signal(0);
        Axes.CheckVectors(x);
        int axis = Axes.FeatureAxis(x);
        bool isOld = node.Reader.OperatorSet < 13;
        int wanted = NodeContext.Place(node.Whole("axis", isOld ? 1 : -1), x.Dims!.Count);
        // Until operator set 12 all axes from this one on are one.
        if (isOld && x.Dims.Skip(wanted + 1).Any(d => !d.IsOne))
        {
            if (x.Dims.Skip(wanted).Where((d, i) => i + wanted != axis).Any(d => !d.IsOne))
                throw new NotTakenException("its softmax runs over several axes at once, as it does until operator set 12");
            wanted = axis;
        }

        if (x.Dims[wanted].IsOne && x.Width != 1)
            throw new NotTakenException("its softmax runs over an axis of the size 1");
        if (wanted != axis && !x.Dims[wanted].IsOne)
        {
            if (!x.Dims[wanted].HasNumbers && x.Dims[wanted].Atoms.All(a => a.Role == AxisRole.Time))
            {
                node.Output(0, Attention.Weigh(node, x, wanted));
                return;
            }

            throw new NotTakenException("its softmax runs over another axis than the classes'");
        }

        Axes.TakeFeatures(x, wanted, Axes.WidthAlong(x, wanted));
        node.Output(0, Result(x, node.Reader.Add(
            new SoftmaxElement(node.Reader.NextIndex, x.Pieces, isLog: node.Operator == "LogSoftmax"))));
    }

    /// <summary>Only the logarithm of a softmax is a layer.</summary>
    public static void Log(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (x.Pieces is [SoftmaxElement { IsLog: false } softmax])
            node.Output(0, Result(x, node.Reader.Add(new SoftmaxElement(node.Reader.NextIndex, softmax.Inputs, isLog: true))));
        else
            Elementwise.Math(node);
    }

    public static void PRelu(NodeContext node)
    {
        Signal x = node.Signal(0);
        float[] slopes = Elementwise.Spread(node, x, node.Constant(1, "slope"));
        float[] shared = slopes.Length > 0 && Array.TrueForAll(slopes, s => s == slopes[0]) ? [slopes[0]] : slopes;
        node.Output(0, Result(x, node.Reader.Add(new PReluElement(node.Reader.NextIndex, x.Pieces, shared))));
    }

    public static Signal Result(Signal x, Element element) => new([element], x.Dims) { Grid = x.Grid };

    public static Signal Add(NodeContext node, Signal x, int axis, int inputs, int size, float[] matrix, float[]? bias)
    {
        if (x.Grid is { } grid && x.Dims is { } dims && dims.Where((d, i) => i != axis && d.HasNumbers && !d.IsOne).Any())
            return GridOperators.Pointwise(node, x, grid, axis, inputs, size, matrix, bias);
        int[]? order = Axes.Take(x, axis, inputs);
        if (size > 65_536)
            throw new NotTakenException($"it has {size} outputs; a dense layer has at most 65,536");
        if (order is not null)
            matrix = Permuted(node, matrix, order);
        // A layer that scales and shifts only goes into the next one's matrix.
        IReadOnlyList<Element> pieces = x.Pieces;
        if (pieces is [DenseElement { Diagonal: not null, Function.Kind: Activation.Linear } before])
            (pieces, matrix, bias) = Fold(node, before, matrix, bias);
        DenseElement element = new(node.Reader.NextIndex, pieces, size) { Node = node.Name, Matrix = matrix, Bias = bias };
        return new([node.Reader.Add(element)], Axes.Replace(x.Dims, axis, Axes.Features(size)));
    }

    /// <summary>W (d ⊙ x + s) + b as (W d) x + (W s + b).</summary>
    public static (IReadOnlyList<Element> Pieces, float[] Matrix, float[]? Bias) Fold(
        NodeContext node, DenseElement before, float[] matrix, float[]? bias)
    {
        int inputs = before.Width, rows = matrix.Length / inputs;
        node.Reader.Reserve(matrix.Length);
        float[] folded = new float[matrix.Length];
        float[] sums = new float[rows];
        for (int row = 0; row < rows; row++)
        {
            double sum = bias?[row] ?? 0;
            for (int i = 0; i < inputs; i++)
            {
                float weight = matrix[(row * inputs) + i];
                folded[(row * inputs) + i] = weight * before.Diagonal![i];
                sum += (double)weight * (before.Bias?[i] ?? 0);
            }

            sums[row] = (float)sum;
        }

        return (before.Inputs, folded, before.Bias is null && bias is null ? null : sums);
    }

    /// <summary>A matrix [output][input] whose inputs stand in another order.</summary>
    public static float[] Permuted(NodeContext node, float[] matrix, int[] order)
    {
        node.Reader.Reserve(matrix.Length);
        float[] permuted = new float[matrix.Length];
        for (int i = 0; i < matrix.Length; i++)
            permuted[(i / order.Length * order.Length) + order[i % order.Length]] = matrix[i];
        return permuted;
    }

    /// <summary>The layer without a function whose output x is, or one that gives x on.</summary>
    public static DenseElement LinearLayer(NodeContext node, Signal x)
    {
        Axes.CheckVectors(x);
        if (x.Pieces is [DenseElement { Function.Kind: Activation.Linear } layer])
            return layer;
        int axis = x.Dims is null ? 0 : Axes.FeatureAxis(x);
        long width = Axes.WidthAlong(x, axis);
        if (x.Grid is null)
            Axes.TakeFeatures(x, axis, width);
        node.Reader.Reserve(width);
        return new(node.Reader.NextIndex, x.Pieces, (int)width) { Node = node.Name, Diagonal = Fill((int)width, 1) };
    }

    /// <summary>A constant as [output][input].</summary>
    private static float[] Matrix(NodeContext node, ConstantTensor constant, bool isTransposed, out int size, out int inputs)
    {
        if (constant.Dims is [1, .., > 0, > 0] && constant.Dims.Take(constant.Dims.Length - 2).All(d => d == 1))
            constant = constant.With([constant.Dims[^2], constant.Dims[^1]]);
        if (constant.Dims is not [> 0, > 0] || constant.Reals is not { } reals)
            throw new NotTakenException($"its matrix is {constant.What}");
        if (!Array.TrueForAll(reals, float.IsFinite))
            throw new NotTakenException("its matrix has numbers that are not finite");
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

    /// <summary>A constant as one number per output.</summary>
    public static float[] Broadcast(NodeContext node, ConstantTensor constant, int size, string name)
    {
        if (constant.Reals is not { } reals)
            throw new NotTakenException($"its {name} has no real numbers");
        if (!Array.TrueForAll(reals, float.IsFinite))
            throw new NotTakenException($"its {name} has numbers that are not finite");
        node.Reader.Reserve(4L * size);
        if (reals.Length == 1)
            return Fill(size, reals[0]);
        return reals.Length == size && constant.Dims[^1] == size
            ? reals
            : throw new NotTakenException($"its {name} is {constant.What}, neither one number nor {size} along the vectors");
    }

    public static float[] Scale(float[] numbers, double factor) =>
        factor == 1 ? numbers : Array.ConvertAll(numbers, n => (float)(n * factor));

    public static float[] Fill(int count, float value)
    {
        float[] numbers = new float[count];
        Array.Fill(numbers, value);
        return numbers;
    }
}
