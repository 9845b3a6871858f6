namespace RnnGen.Onnx;

/// <summary>Sums, products and functions of computed vectors, with constants and with each other.</summary>
internal static class Elementwise
{
    /// <summary>A sum, difference, product or quotient.</summary>
    public static void Arithmetic(NodeContext node)
    {
        Value a = node.Input(0), b = node.Input(1);
        if (Statistics.TryArithmetic(node, a, b) || (node.Operator == "Mul" && Attention.TryWeigh(node, a, b)))
            return;
        if (node.Operator is "Add" or "Sub" && b is Uniform { IsZero: true } or ConstantTensor { IsZero: true, Count: 1 })
        {
            node.Output(0, a);
            return;
        }

        if ((node.Operator == "Add" && a is Uniform { IsZero: true }) || (node.Operator is "Mul" && a is Uniform { Number: 1 }))
        {
            node.Output(0, b);
            return;
        }

        if (a is Packed or Signal && b is Packed or Signal)
        {
            Combine(node, node.Signal(0), node.Signal(1));
            return;
        }

        bool constantFirst = a is ConstantTensor or Uniform;
        Signal x = node.Signal(constantFirst ? 1 : 0);
        if (constantFirst && node.Operator == "Div")
        {
            Math(node, "Div");
            return;
        }

        ConstantTensor constant = (constantFirst ? a : b) switch
        {
            ConstantTensor tensor => tensor,
            Uniform uniform => new ConstantTensor([], [(float)uniform.Number]),
            var other => throw new NotTakenException($"its other operand is {other.What}, no constant"),
        };
        if (constant.Wholes is { } wholes)
            constant = new(constant.Dims, Array.ConvertAll(wholes, w => (float)w));
        float[] numbers = Spread(node, x, constant);
        int axis = Axes.FeatureAxis(x);
        if (node.Operator is "Add" or "Sub")
        {
            // c − x is −x + c.
            double sign = node.Operator == "Sub" && constantFirst ? -1 : 1;
            node.Output(0, Change(
                node, x, axis, sign == 1 ? null : DenseOperators.Fill(numbers.Length, -1),
                node.Operator == "Sub" && !constantFirst ? DenseOperators.Scale(numbers, -1) : numbers));
        }
        else
        {
            float[] factors = node.Operator == "Div" ? Array.ConvertAll(numbers, n => 1 / n) : numbers;
            node.Output(0, Change(node, x, axis, factors, null));
        }
    }

    /// <summary>γ (x − μ) / √(σ² + ε) + β, all of them constants.</summary>
    public static void BatchNormalization(NodeContext node)
    {
        Signal x = node.Signal(0);
        if (node.Whole("training_mode", 0) != 0 || node.Whole("is_test", 1) == 0 || node.Whole("spatial", 1) == 0)
            throw new NotTakenException("it normalises by the batch that it is given");
        int rank = x.Dims?.Count ?? throw new NotTakenException("its axes depend on a condition");
        List<ConstantTensor> parts = [node.Constant(1, "scale"), node.Constant(2, "B"), node.Constant(3, "mean"), node.Constant(4, "var")];
        if (parts.Exists(p => p.Reals is null || p.Dims is not [var size] || size != parts[0].Dims[0]))
            throw new NotTakenException("its constants are no vectors of one size");
        double epsilon = node.Real("epsilon", 1e-5f);
        float[] factors = [.. parts[0].Reals!.Select((scale, i) => (float)(scale / System.Math.Sqrt(parts[3].Reals![i] + epsilon)))];
        float[] shifts = [.. parts[1].Reals!.Select((shift, i) => (float)(shift - (parts[2].Reals![i] * (double)factors[i])))];
        long[] dims = [factors.Length, .. Enumerable.Repeat(1L, System.Math.Max(rank - 2, 0))];
        if (rank < 2)
            throw new NotTakenException("its X has no axis of channels");
        if (!x.Dims[1].HasNumbers && x.Dims.Any(d => d.HasNumbers && !d.IsOne))
            throw new NotTakenException("it normalises along another axis than that of the vectors");
        if (!x.Dims[1].HasNumbers)
            Axes.TakeFeatures(x, 1, factors.Length);
        node.Output(0, Change(
            node, x, Axes.FeatureAxis(x), Spread(node, x, new(dims, factors)), Spread(node, x, new(dims, shifts))));
    }

    public static void Neg(NodeContext node)
    {
        Signal x = node.Signal(0);
        int axis = Axes.FeatureAxis(x);
        node.Output(0, Change(node, x, axis, DenseOperators.Fill((int)Axes.WidthAlong(x, axis), -1), null));
    }

    /// <summary>x to a whole power, and the root.</summary>
    public static void Pow(NodeContext node)
    {
        double? exponent = Computing.Single(node.Input(1));
        if (Statistics.TryPower(node, exponent))
            return;
        Signal x = node.Signal(0);
        if (exponent == 0.5)
        {
            Math(node, "Sqrt");
            return;
        }

        if (node.Input(0) is Unknown unknown)
            throw new NotTakenException($"it takes {unknown.What}");
        if (exponent is not (1 or 2 or 3 or 4))
            throw new NotTakenException("its exponent is none of 0.5, 1, 2, 3 and 4");
        Signal power = x;
        for (int i = 1; i < exponent; i++)
            power = Combine(node, '*', power, x);
        node.Output(0, power);
    }

    /// <summary>Between two numbers: a HardSigmoid, a Relu, or within a cell what it is.</summary>
    public static void Clip(NodeContext node)
    {
        Signal x = node.Signal(0);
        double low = Bound("min", 1, double.NegativeInfinity), high = Bound("max", 2, double.PositiveInfinity);
        if (low == 0 && high == 1)
        {
            DenseElement layer = DenseOperators.LinearLayer(node, x);
            var (alpha, beta) = layer.Matrix is null && layer.Affine is { } affine ? affine : (1, 0);
            Signal inner = layer.Matrix is null && layer.Affine is not null ? new(layer.Inputs, x.Dims) { Grid = x.Grid } : x;
            node.Output(0, DenseOperators.Activated(node, inner, new(Activation.HardSigmoid, alpha, beta)));
        }
        else if (low == 0 && double.IsPositiveInfinity(high))
        {
            DenseOperators.Activate(node, Function.Of(Activation.Relu));
        }
        else if (double.IsNegativeInfinity(low) && double.IsPositiveInfinity(high))
        {
            node.Output(0, x);
        }
        else
        {
            Signal result = x;
            if (!double.IsNegativeInfinity(low))
                result = Math(node, "Max", [result], [low]);
            if (!double.IsPositiveInfinity(high))
                result = Math(node, "Min", [result], [high]);
            node.Output(0, result);
        }

        double Bound(string name, int input, double otherwise) => node.Has(name) ? node.Real(name, otherwise)
            : node.Optional(input) is { } value ? Computing.Single(value) ?? throw new NotTakenException($"its {name} is no constant")
            : otherwise;
    }

    public static void Math(NodeContext node) => Math(node, node.Operator);

    /// <summary>A function that RnnGen has in cells only.</summary>
    public static void Math(NodeContext node, string name)
    {
        if (name is "Sqrt" or "Reciprocal" && Statistics.TryPower(node, name == "Sqrt" ? 0.5 : -1))
            return;
        if (name == "Sqrt" && GridOperators.Magnitude(node, node.Signal(0)) is { } magnitude)
        {
            node.Output(0, magnitude);
            return;
        }

        if (name is "Max" or "Min" or "Div"
            && Enumerable.Range(0, node.InputCount).FirstOrDefault(i => Computing.Single(node.Input(i)) is not null, -1)
            is >= 0 and var place && node.InputCount == 2)
        {
            double number = Computing.Single(node.Input(place))!.Value;
            Signal one = node.Signal(1 - place);
            if (name == "Max" && number == 0)
                node.Output(0, DenseOperators.Activated(node, one, Function.Of(Activation.Relu)));
            else
                node.Output(0, Math(node, name == "Div" ? "Over" : name, [one], [number]));
            return;
        }

        if (name == "Reciprocal")
            node.Output(0, Math(node, "Over", [node.Signal(0)], [1]));
        else
            node.Output(0, Math(node, name, [.. Enumerable.Range(0, node.InputCount).Select(node.Signal)], []));
    }

    /// <summary>Two vectors added or multiplied element by element.</summary>
    public static Signal Combine(NodeContext node, char operation, Signal a, Signal b)
    {
        var (x, y, dims) = Fit(node, a, b);
        if (operation == '*' && Gated(node, x, y) is { } gated)
            return new([gated], dims) { Grid = a.Grid ?? b.Grid };
        List<IReadOnlyList<Element>> operands = [];
        foreach (IReadOnlyList<Element> side in new[] { x, y })
        {
            if (side is [CombinedElement combined] && combined.Operation == operation)
                operands.AddRange(combined.Operands);
            else
                operands.Add(side);
        }

        return new([node.Reader.Add(new CombinedElement(node.Reader.NextIndex, operation, operands))], dims) { Grid = a.Grid ?? b.Grid };
    }

    /// <summary>scale ⊙ x + shift: put into the layer that x is the output of, or a diagonal layer.</summary>
    public static Signal Change(NodeContext node, Signal x, int axis, float[]? scale, float[]? shift)
    {
        foreach (float[]? numbers in new[] { scale, shift })
        {
            if (numbers is not null && !Array.TrueForAll(numbers, float.IsFinite))
                throw new NotTakenException("its constant has numbers that are not finite");
        }

        _ = axis;
        if (x.Pieces is [NormElement norm])
        {
            float[]? gain = scale is null ? norm.Gain : [.. scale.Select((s, i) => s * (norm.Gain?[i] ?? 1))];
            float[]? bias = norm.Bias?.Select((b, i) => b * (scale?[i] ?? 1)).ToArray();
            if (shift is not null)
                bias = [.. shift.Select((s, i) => s + (bias?[i] ?? 0))];
            if (norm.IsCentred || bias is null)
                return DenseOperators.Result(x, node.Reader.Add(norm.With(node.Reader.NextIndex, norm.Inputs, gain, bias)));
        }

        if (x.Pieces is [ConvElement { Function.Kind: Activation.Linear } conv] && PerChannel(conv, scale) && PerChannel(conv, shift))
        {
            ConvWeights weights = conv.Weights;
            float[] before = weights.Matrix;
            int row = before.Length / weights.Channels;
            node.Reader.Reserve(before.Length);
            float[]? offsets = weights.Bias?.Select((b, i) => b * (scale?[i] ?? 1)).ToArray();
            if (shift is not null)
                offsets = [.. Enumerable.Range(0, weights.Channels).Select(i => shift[i] + (offsets?[i] ?? 0))];
            weights = weights with
            {
                Matrix = scale is null ? before : [.. before.Select((w, i) => w * scale[i / row])],
                Bias = offsets,
            };
            return DenseOperators.Result(x, node.Reader.Add(conv.With(node.Reader.NextIndex, conv.Inputs, weights, Function.Linear)));
        }

        // What is added to a sum is the bias of one of its layers.
        if (scale is null && x.Pieces is [CombinedElement { Operation: '+' } sum])
        {
            for (int i = 0; i < sum.Operands.Count; i++)
            {
                if (sum.Operands[i] is not [DenseElement { Function.Kind: Activation.Linear, Matrix: not null } term])
                    continue;
                IReadOnlyList<Element> biased = [node.Reader.Add(new DenseElement(node.Reader.NextIndex, term.Inputs, term.Width)
                {
                    Node = term.Node,
                    Matrix = term.Matrix,
                    Bias = term.Bias is null ? shift : [.. term.Bias.Zip(shift!, (l, r) => l + r)],
                })];
                return DenseOperators.Result(x, node.Reader.Add(new CombinedElement(
                    node.Reader.NextIndex, '+', [.. sum.Operands.Select((o, k) => k == i ? biased : o)])));
            }
        }

        DenseElement layer = DenseOperators.LinearLayer(node, x);
        float[]? matrix = layer.Matrix, diagonal = layer.Diagonal, biases = layer.Bias;
        if (scale is not null)
        {
            node.Reader.Reserve(matrix?.Length ?? 0);
            int inputs = matrix is null ? 1 : matrix.Length / scale.Length;
            matrix = matrix?.Select((w, i) => w * scale[i / inputs]).ToArray();
            diagonal = diagonal?.Select((w, i) => w * scale[i]).ToArray();
            biases = biases?.Select((w, i) => w * scale[i]).ToArray();
        }

        if (shift is not null)
            biases = biases is null ? shift : [.. biases.Zip(shift, (l, r) => l + r)];
        if (matrix is null && diagonal!.All(d => d == 1) && (biases is null || biases.All(b => b == 0)))
            return new(layer.Inputs, x.Dims) { Grid = x.Grid };
        return DenseOperators.Result(x, node.Reader.Add(new DenseElement(node.Reader.NextIndex, layer.Inputs, layer.Width)
        {
            Node = layer.Diagonal is null ? layer.Node : node.Name,
            Diagonal = diagonal,
            Matrix = matrix,
            Bias = biases,
        }));
    }

    /// <summary>
    /// A constant as one number for each of a signal's numbers, in their order; it must be the same for every step and row.
    /// </summary>
    public static float[] Spread(NodeContext node, Signal x, ConstantTensor constant)
    {
        Axes.CheckVectors(x);
        if (constant.Reals is not { } reals)
            throw new NotTakenException("its constant has no real numbers");
        IReadOnlyList<Axis> dims = x.Dims ?? throw new NotTakenException($"the axes of {x.What} depend on a condition");
        if (x.Grid is null)
        {
            int feature = Axes.FeatureAxis(x);
            Axes.TakeFeatures(x, feature, Axes.WidthAlong(x, feature));
        }

        int width = (int)x.Width;
        node.Reader.Reserve(4L * width);
        if (reals.Length == 1)
            return DenseOperators.Fill(width, reals[0]);
        if (constant.Dims.Length > dims.Count)
            throw new NotTakenException($"its constant is {constant.What}, with more axes than what it is combined with");
        List<Atom> along = [];
        long[] strides = new long[constant.Dims.Length];
        long stride = 1;
        for (int i = constant.Dims.Length - 1; i >= 0; i--)
        {
            strides[i] = constant.Dims[i] == 1 ? 0 : stride;
            stride *= constant.Dims[i];
        }

        // The numbers in the order of the tensor's axes, and where each of them lies.
        List<(long Size, long Stride)> axes = [];
        for (int i = 0; i < dims.Count; i++)
        {
            int own = i - dims.Count + constant.Dims.Length;
            long size = own < 0 ? 1 : constant.Dims[own];
            if (dims[i].HasNumbers)
            {
                if (size != 1 && size != dims[i].Size)
                    throw new NotTakenException($"its constant is {constant.What}, which does not fit {x.What}");
                along.AddRange(dims[i].Atoms);
                axes.Add((dims[i].Size ?? 1, own < 0 ? 0 : strides[own]));
            }
            else if (size != 1)
            {
                throw new NotTakenException($"its constant is {constant.What}: other numbers for other steps or rows");
            }
        }

        int[]? order = x.Grid is { } grid ? Axes.Order(along, grid) : null;
        if (axes.Aggregate(1L, (p, a) => p * a.Size) != width)
            throw new NotTakenException($"its constant is {constant.What}, which does not fit {x.What}");
        float[] numbers = new float[width];
        for (int i = 0; i < width; i++)
        {
            long rest = i, place = 0;
            for (int d = axes.Count - 1; d >= 0; d--)
            {
                place += rest % axes[d].Size * axes[d].Stride;
                rest /= axes[d].Size;
            }

            numbers[order?[i] ?? i] = reals[place];
        }

        return numbers;
    }

    private static void Combine(NodeContext node, Signal a, Signal b)
    {
        if (a.Pieces is [RnnElement first]
            && b.Pieces is [RnnElement second]
            && node.Operator is "Add" or "Mul"
            && first.Pair == second.Pair && first.IsReverse != second.IsReverse)
        {
            var (forward, reverse) = first.IsReverse ? (second, first) : (first, second);
            node.Output(0, ReductionOperators.Merge(node, a, forward, reverse, node.Operator == "Add" ? Merge.Sum : Merge.Multiply));
            return;
        }

        switch (node.Operator)
        {
            case "Add":
                node.Output(0, Combine(node, '+', a, b));
                break;
            case "Mul":
                node.Output(0, Combine(node, '*', a, b));
                break;
            case "Sub":
                int axis = Axes.FeatureAxis(b);
                node.Output(0, Combine(
                    node, '+', a, Change(node, b, axis, DenseOperators.Fill((int)Axes.WidthAlong(b, axis), -1), null)));
                break;
            default:
                node.Output(0, Math(node, "Div", [a, b], []));
                break;
        }
    }

    private static Signal Math(NodeContext node, string name, IReadOnlyList<Signal> operands, double[] numbers)
    {
        // Outside of a cell, an Erf can only be a Gelu's.
        if (!node.Reader.IsInLoop && !(name == "Erf" && node.Reader.IsGelu(node)))
            throw new NotTakenException($"RnnGen has {(name == "Over" ? "Div" : name)} within cells only");
        foreach (Signal operand in operands)
            DenseOperators.LinearLayer(node, operand);
        if (operands.Count == 2)
        {
            var (x, y, dims) = Fit(node, operands[0], operands[1]);
            return new([node.Reader.Add(new MathElement(node.Reader.NextIndex, name, [x, y], numbers))], dims);
        }

        return DenseOperators.Result(
            operands[0],
            node.Reader.Add(new MathElement(node.Reader.NextIndex, name, [.. operands.Select(o => o.Pieces)], numbers)));
    }

    /// <summary>Two vectors of one width: one number is repeated for all of the other's.</summary>
    private static (IReadOnlyList<Element> X, IReadOnlyList<Element> Y, IReadOnlyList<Axis>? Dims) Fit(NodeContext node, Signal a, Signal b)
    {
        foreach (Signal side in new[] { a, b })
            Axes.CheckVectors(side);
        if (a.Grid is { } l && b.Grid is { } r && !Axes.Same(l, r)
            && !l.Zip(r).All(p => p.First.Size == p.Second.Size && p.First.Size is not null))
            throw new NotTakenException("it combines grids of different shapes");
        long width = a.Source is { Width: 0 } or { } && a.Width == 0 ? b.Width : a.Width;
        foreach (var (side, other) in new[] { (a, b), (b, a) })
        {
            if (side.Grid is not null)
                continue;
            int axis = Axes.FeatureAxis(side);
            Axes.TakeFeatures(
                side, axis, side.Pieces is [StateElement { Width: 0 } or SourceElement { Width: 0 }]
                    && other.Width > 0 && side.Dims![axis].Size is null
                    ? other.Width
                    : Axes.WidthAlong(side, axis));
        }

        _ = width;
        if ((a.Grid is null) != (b.Grid is null) && a.Width != 1 && b.Width != 1)
            throw new NotTakenException("it combines a grid with vectors");
        var dims = Axes.Join(a, b);
        if (a.Width == b.Width)
        {
            if (a.Pieces[0].IsOnce != b.Pieces[0].IsOnce)
                throw new NotTakenException("it combines vectors of every step with vectors of the sequence");
            return (a.Pieces, b.Pieces, dims);
        }

        if (a.Pieces[0].IsOnce != b.Pieces[0].IsOnce)
            throw new NotTakenException("it combines vectors of every step with vectors of the sequence");
        return a.Width == 1 ? (Repeated(a, b.Width), b.Pieces, dims)
            : b.Width == 1 ? (a.Pieces, Repeated(b, a.Width), dims)
            : throw new NotTakenException($"it combines vectors of {a.Width} and of {b.Width} numbers");

        IReadOnlyList<Element> Repeated(Signal one, long count) =>
        [
            node.Reader.Add(new DenseElement(node.Reader.NextIndex, one.Pieces, (int)count)
            {
                Node = node.Name,
                Matrix = DenseOperators.Fill((int)count, 1),
            }),
        ];
    }

    /// <summary>x σ(x), and x (1 + erf(x / √2)) times a number.</summary>
    private static DenseElement? Gated(NodeContext node, IReadOnlyList<Element> x, IReadOnlyList<Element> y)
    {
        if ((Sigmoid(x, y) ?? Sigmoid(y, x)) is { } silu)
            return node.Reader.Add(silu.Copy(node.Reader.NextIndex, silu.Inputs, Function.Of(Activation.Silu)));
        return Error(x, y) ?? Error(y, x);

        static DenseElement? Sigmoid(IReadOnlyList<Element> plain, IReadOnlyList<Element> other)
        {
            if (other is not [DenseElement { Function.Kind: Activation.Sigmoid } gate])
                return null;
            if (gate.Diagonal is { } ones && gate.Bias is null && Array.TrueForAll(ones, o => o == 1))
                return gate.Inputs.SequenceEqual(plain) ? gate : null;
            return plain is [DenseElement { Function.Kind: Activation.Linear } layer]
                && layer.Matrix == gate.Matrix && layer.Diagonal == gate.Diagonal && layer.Bias == gate.Bias
                && layer.Inputs.SequenceEqual(gate.Inputs) ? gate : null;
        }

        DenseElement? Error(IReadOnlyList<Element> plain, IReadOnlyList<Element> other)
        {
            if (other is not [DenseElement { Function.Kind: Activation.Linear, Affine: { } outer } around]
                || around.Inputs is not [MathElement { Name: "Erf" } erf]
                || outer.Alpha != outer.Beta)
                return null;
            // The argument is x / √2; plain is s x.
            if (erf.Operands[0] is not [DenseElement { Function.Kind: Activation.Linear } argument])
                return null;
            float root = MathF.Sqrt(0.5f);
            float factor = 1;
            IReadOnlyList<Element> of = plain;
            float[] scaled;
            if (argument.Affine is { Beta: 0 } affine && MathF.Abs(affine.Alpha - root) < 1e-6f)
            {
                if (!argument.Inputs.SequenceEqual(of))
                {
                    if (of is not [DenseElement { Function.Kind: Activation.Linear, Affine: { Beta: 0 } half } scale]
                        || !scale.Inputs.SequenceEqual(argument.Inputs))
                        return null;
                    (factor, of) = (half.Alpha, scale.Inputs);
                }
            }
            else if (argument.Matrix is { } w && of is [DenseElement { Function.Kind: Activation.Linear, Matrix: { } v } layer]
                && layer.Inputs.SequenceEqual(argument.Inputs) && v.Length == w.Length)
            {
                // x is a layer's output, and its scale went into that.
                int largest = Enumerable.Range(0, v.Length).MaxBy(i => MathF.Abs(v[i]));
                float ratio = v[largest] / w[largest];
                if (!Same(v, w, ratio) || (layer.Bias is null) != (argument.Bias is null)
                    || (layer.Bias is not null && !Same(layer.Bias, argument.Bias!, ratio)))
                    return null;
                factor = ratio * root;
                if (MathF.Abs(factor - 1) > 1e-5f && MathF.Abs(factor - 0.5f) > 1e-5f)
                    return null;
                factor = MathF.Abs(factor - 1) <= 1e-5f ? 1 : 0.5f;
                of = factor == 1 ? of : [node.Reader.Add(new DenseElement(node.Reader.NextIndex, of, layer.Width)
                {
                    Node = node.Name,
                    Diagonal = DenseOperators.Fill(layer.Width, 2),
                })];
            }
            else
            {
                return null;
            }

            int width = of.Sum(e => e.Width);
            DenseElement gelu = node.Reader.Add(new DenseElement(node.Reader.NextIndex, of, width)
            {
                Node = node.Name,
                Diagonal = DenseOperators.Fill(width, 1),
                Function = Function.Of(Activation.Gelu),
            });
            scaled = DenseOperators.Fill(width, 2 * factor * outer.Alpha);
            return scaled[0] == 1 ? gelu : node.Reader.Add(new DenseElement(node.Reader.NextIndex, [gelu], width)
            {
                Node = node.Name,
                Diagonal = scaled,
            });

            static bool Same(float[] v, float[] w, float ratio) =>
                float.IsFinite(ratio) && v.Zip(w).All(p => MathF.Abs(p.First - (p.Second * ratio)) <= 1e-5f * (MathF.Abs(p.First) + 1e-6f));
        }
    }

    private static bool PerChannel(ConvElement conv, float[]? numbers) =>
        numbers is null || Enumerable.Range(0, numbers.Length).All(i => numbers[i] == numbers[i % conv.Weights.Channels]);
}
