namespace RnnGen.Onnx;

/// <summary>
/// Computes element by element what is known before the graph runs: constants, sizes, conditions, the numbers of a loop's steps. Sizes are
/// computed with as symbols, so that it does not matter by which operators an exporter goes from a shape to another.
/// </summary>
internal static class Computing
{
    private const int MostItems = 1024;

    private static readonly HashSet<string> Operators =
    [
        "Add", "Sub", "Mul", "Div", "Mod", "Pow", "Min", "Max", "Neg", "Abs", "Sqrt", "Reciprocal", "Exp", "Log", "Floor", "Ceil", "Round",
        "Equal", "Not", "And", "Or", "Xor", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Where", "Sign", "Tanh", "Sigmoid", "Relu",
    ];

    /// <summary>Computes a node all of whose inputs are known, if it is one of those that work element by element.</summary>
    public static bool TryApply(NodeContext node)
    {
        if (!Operators.Contains(node.Operator) || node.InputCount == 0)
            return false;
        int wanted = node.Operator switch
        {
            "Where" => 3,
            "Add" or "Sub" or "Mul" or "Div" or "Mod" or "Pow" or "Equal" or "And" or "Or" or "Xor"
            or "Greater" or "GreaterOrEqual" or "Less"
                or "LessOrEqual" => 2,
            _ => 1,
        };
        if (node.InputCount < wanted)
            throw new NotTakenException($"it has {node.InputCount} inputs, not {wanted}");
        List<Value> inputs = [.. Enumerable.Range(0, node.InputCount).Select(node.Input)];
        if (TrySteps(node, inputs) || TrySymbols(node, inputs))
            return true;
        if (node.Operator == "Where" && inputs[0] is Uniform or ConstantTensor { Count: 1 } && inputs.Count == 3)
        {
            node.Output(0, inputs[Single(inputs[0]) != 0 ? 1 : 2]);
            return true;
        }

        if (inputs.Exists(i => i is Unmeasured) && inputs.TrueForAll(i => i is Unmeasured or ShapeTensor or Uniform or ConstantTensor))
        {
            node.Output(0, Unmeasured.Instance);
            return true;
        }

        if (!inputs.TrueForAll(i => i is ConstantTensor or ShapeTensor or Uniform))
            return false;
        if (inputs.TrueForAll(i => i is Uniform))
        {
            bool isReal = inputs.Exists(i => ((Uniform)i).IsReal);
            double number = Number(node.Operator, [.. inputs.Select(i => ((Uniform)i).Number)], isReal);
            node.Output(
                0,
                new Uniform(number, isReal && !IsCondition(node.Operator),
                    inputs.Select(i => ((Uniform)i).Dims).FirstOrDefault(d => d is not null)));
            return true;
        }

        List<Listed> listed = inputs.ConvertAll(i => i is Uniform u ? u.IsReal ? new ConstantTensor([], [(float)u.Number])
            : new ConstantTensor([], [(long)u.Number]) : (Listed)i);
        var (dims, places) = Folding.Broadcast(node, listed.ConvertAll(l => l.Dims));
        int count = places[0].Length;
        if (listed.TrueForAll(l => l is ConstantTensor) && listed.Exists(l => l is ConstantTensor { Reals: not null }))
        {
            float[] numbers = new float[count];
            for (int i = 0; i < count; i++)
            {
                numbers[i] = (float)Number(
                    node.Operator, [.. listed.Select((l, k) => l is ConstantTensor { Reals: { } reals } ? reals[places[k][i]]
                        : (double)((ConstantTensor)l).Wholes![places[k][i]])], true);
            }

            node.Output(
                0, IsCondition(node.Operator)
                    ? new ConstantTensor(dims, Array.ConvertAll(numbers, n => (long)n))
                    : new ConstantTensor(dims, numbers));
            return true;
        }

        List<Size[]?> sizes = listed.ConvertAll(Sizes);
        if (sizes.Exists(s => s is null))
        {
            node.Output(0, Unmeasured.Instance);
            return true;
        }

        bool real = listed.Exists(l => l is ShapeTensor { IsReal: true } or ConstantTensor { Reals: not null });
        node.Output(0, Made(dims, [.. Enumerable.Range(0, count).Select(i => Compute(
            node.Operator, [.. sizes.Select((s, k) => s![places[k][i]])], real))], real && !IsCondition(node.Operator)));
        return true;
    }

    /// <summary>Integers as sizes, real numbers too where they are whole; null for everything else.</summary>
    public static Size[]? Sizes(Value value) => value switch
    {
        ConstantTensor { Wholes: { } wholes } => Array.ConvertAll(wholes, w => (Size)w),
        ConstantTensor { Reals: { } reals } when Array.TrueForAll(reals, r => r == MathF.Floor(r) && MathF.Abs(r) < 1e9f) =>
            Array.ConvertAll(reals, r => (Size)(long)r),
        ShapeTensor shape => shape.Items,
        Uniform { IsReal: false, Dims: [] } uniform => [(long)uniform.Number],
        _ => null,
    };

    /// <summary>A tensor of sizes: a constant, if all are known.</summary>
    public static Listed Made(long[] dims, Size[] items, bool isReal = false)
    {
        if (!Array.TrueForAll(items, i => i.Value is not null))
            return new ShapeTensor(dims, items, isReal);
        return isReal
            ? new ConstantTensor(dims, Array.ConvertAll(items, i => (float)i.Value!.Value))
            : new ConstantTensor(dims, Array.ConvertAll(items, i => i.Value!.Value));
    }

    /// <summary>The one number that a value is, if it is known.</summary>
    public static double? Single(Value value) => value switch
    {
        Uniform uniform => uniform.Number,
        ConstantTensor { Reals: [var real] } => real,
        ConstantTensor { Wholes: [var whole] } => whole,
        ShapeTensor { Items: [var item] } => item.Value,
        _ => null,
    };

    /// <summary>The one integer that a value is, if it is known.</summary>
    public static long? Whole(Value value) =>
        value is ConstantTensor { Reals: not null } or Uniform { IsReal: true } ? null : (long?)Single(value);

    private static bool IsCondition(string name) =>
        name is "Equal" or "Not" or "And" or "Or" or "Xor" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual";

    private static double Number(string name, double[] v, bool isReal) => name switch
    {
        "Add" => v[0] + v[1],
        "Sub" => v[0] - v[1],
        "Mul" => v[0] * v[1],
        "Div" => isReal ? v[0] / v[1] : v[1] == 0 ? throw new NotTakenException("it divides by 0") : Math.Truncate(v[0] / v[1]),
        "Mod" => v[1] == 0 ? throw new NotTakenException("it divides by 0") : v[0] - (v[1] * Math.Floor(v[0] / v[1])),
        "Pow" => Math.Pow(v[0], v[1]),
        "Min" => v.Min(),
        "Max" => v.Max(),
        "Neg" => -v[0],
        "Abs" => Math.Abs(v[0]),
        "Sqrt" => Math.Sqrt(v[0]),
        "Reciprocal" => 1 / v[0],
        "Exp" => Math.Exp(v[0]),
        "Log" => Math.Log(v[0]),
        "Floor" => Math.Floor(v[0]),
        "Ceil" => Math.Ceiling(v[0]),
        "Round" => Math.Round(v[0], MidpointRounding.ToEven),
        "Sign" => Math.Sign(v[0]),
        "Tanh" => Math.Tanh(v[0]),
        "Sigmoid" => 1 / (1 + Math.Exp(-v[0])),
        "Relu" => Math.Max(v[0], 0),
        "Equal" => v[0] == v[1] ? 1 : 0,
        "Not" => v[0] == 0 ? 1 : 0,
        "And" => v[0] != 0 && v[1] != 0 ? 1 : 0,
        "Or" => v[0] != 0 || v[1] != 0 ? 1 : 0,
        "Xor" => v[0] != 0 != (v[1] != 0) ? 1 : 0,
        "Greater" => v[0] > v[1] ? 1 : 0,
        "GreaterOrEqual" => v[0] >= v[1] ? 1 : 0,
        "Less" => v[0] < v[1] ? 1 : 0,
        "LessOrEqual" => v[0] <= v[1] ? 1 : 0,
        _ => v[0] != 0 ? v[1] : v[2],
    };

    private static Size Compute(string name, Size[] v, bool isReal)
    {
        if (Array.TrueForAll(v, s => s.Value is not null) && !(isReal && name == "Div"))
        {
            double number = Number(name, Array.ConvertAll(v, s => (double)s.Value!.Value), false);
            return Math.Abs(number) < 1L << 53 ? (long)number : Exact(name, v);
        }

        return name switch
        {
            "Add" => v[0] + v[1],
            "Sub" => v[0] - v[1],
            "Mul" => v[0] * v[1],
            "Div" => v[0].Value is { } a && v[1].Value is { } b && b != 0 && a % b != 0 ? Size.Unknown : v[0] / v[1],
            "Neg" => v[0] * -1,
            "Equal" when v[0].Same(v[1]) => 1,
            "Where" when v[0].Value is { } condition => v[condition != 0 ? 1 : 2],
            "Where" when v[1].Same(v[2]) => v[1],
            "And" when v.Any(s => s.Value == 0) => 0,
            "Or" when v.Any(s => s.Value is not (null or 0)) => 1,
            "Min" or "Max" when v.All(s => s.Same(v[0])) => v[0],
            "Floor" or "Ceil" or "Round" => v[0],
            _ => Size.Unknown,
        };
    }

    /// <summary>Beyond 2^53 a double is not exact: the largest integers stand for "to the end".</summary>
    private static Size Exact(string name, Size[] v) => name switch
    {
        "Add" => v[0] + v[1],
        "Sub" => v[0] - v[1],
        "Mul" => v[0] * v[1],
        "Neg" => v[0] * -1,
        "Min" => v.Min(s => s.Value!.Value),
        "Max" => v.Max(s => s.Value!.Value),
        _ => Size.Unknown,
    };

    /// <summary>The number of a loop's step plus a constant, and how long the loop goes on.</summary>
    private static bool TrySteps(NodeContext node, List<Value> inputs)
    {
        if (inputs.Count == 2 && node.Operator is "Add" or "Sub" && inputs.Exists(i => i is StepNumber))
        {
            if (inputs[0] is StepNumber first && Whole(inputs[1]) is { } right)
                node.Output(0, new StepNumber(first.Loop, first.Offset + (node.Operator == "Add" ? right : -right)));
            else if (inputs[1] is StepNumber second && Whole(inputs[0]) is { } left && node.Operator == "Add")
                node.Output(0, new StepNumber(second.Loop, second.Offset + left));
            else
                return false;
            return true;
        }

        if (inputs is [StepNumber step, Listed or Uniform] && node.Operator == "Less" && Sizes(inputs[1]) is [var limit])
        {
            // The step after step i is done if i + offset < limit.
            node.Output(0, new StepCondition(step.Loop, [limit - step.Offset + 1]));
            return true;
        }

        if (inputs is [Listed or Uniform, StepNumber other] && node.Operator == "Greater" && Sizes(inputs[0]) is [var bound])
        {
            node.Output(0, new StepCondition(other.Loop, [bound - other.Offset + 1]));
            return true;
        }

        if (inputs.Count == 2 && node.Operator == "And" && inputs.Exists(i => i is StepCondition))
        {
            var conditions = inputs.OfType<StepCondition>().ToList();
            if (!inputs.TrueForAll(i => i is StepCondition || Whole(i) is not (null or 0)))
                return false;
            node.Output(0, new StepCondition(conditions[0].Loop, [.. conditions.SelectMany(c => c.Counts)]));
            return true;
        }

        return false;
    }

    /// <summary>Symbols are 0 or more: whatever an exporter does for negative ones has no effect.</summary>
    private static bool TrySymbols(NodeContext node, List<Value> inputs)
    {
        if (!inputs.Exists(i => i is Signal { IsSymbols: true } or ShiftedSymbols))
            return false;
        Value? result = (node.Operator, inputs) switch
        {
            ("Less", [Signal { IsSymbols: true }, var bound]) when Single(bound) <= 0 => new Uniform(0, false),
            ("GreaterOrEqual", [Signal { IsSymbols: true }, var bound]) when Single(bound) <= 0 => new Uniform(1, false),
            ("Greater", [var bound, Signal { IsSymbols: true }]) when Single(bound) <= 0 => new Uniform(0, false),
            ("Add", [Signal { IsSymbols: true } symbols, var added]) when Single(added) is { } number =>
                number == 0 ? symbols : new ShiftedSymbols(symbols),
            ("Add", [var added, Signal { IsSymbols: true } symbols]) when Single(added) is { } number =>
                number == 0 ? symbols : new ShiftedSymbols(symbols),
            ("Mul", [Signal { IsSymbols: true } symbols, Uniform { Number: 1 }]) => symbols,
            ("Mul", [Uniform { Number: 1 }, Signal { IsSymbols: true } symbols]) => symbols,
            ("Mul", [_, Uniform { Number: 0 }]) or ("Mul", [Uniform { Number: 0 }, _]) => new Uniform(0, false),
            ("Where", [Uniform condition, var yes, var no]) => condition.Number != 0 ? yes : no,
            _ => null,
        };
        if (result is not null)
            node.Output(0, result);
        return result is not null;
    }
}
