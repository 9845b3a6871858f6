namespace RnnGen.Onnx;

/// <summary>
/// The activations of a recurrent node. ONNX's rule: α and β are lists that only those functions take from that have them; what is missing
/// is the default of the operator of that name. For three there is none to rely on: Affine and ScaledTanh are no operators any more, and
/// ThresholdedRelu's 1 is not what ONNX Runtime takes, which is 0 for all three. They are refused without their numbers.
/// </summary>
internal static class RecurrentFunctions
{
    private static readonly Dictionary<string, Activation> Kinds = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Tanh"] = Activation.Tanh,
        ["Sigmoid"] = Activation.Sigmoid,
        ["Relu"] = Activation.Relu,
        ["Affine"] = Activation.Affine,
        ["LeakyRelu"] = Activation.LeakyRelu,
        ["ThresholdedRelu"] = Activation.ThresholdedRelu,
        ["ScaledTanh"] = Activation.ScaledTanh,
        ["HardSigmoid"] = Activation.HardSigmoid,
        ["Elu"] = Activation.Elu,
        ["Softsign"] = Activation.Softsign,
        ["Softplus"] = Activation.Softplus,
    };

    /// <summary>The functions of each direction, in ONNX's order f, g, h.</summary>
    public static Function[][] Read(NodeContext node, int directions, IReadOnlyList<Activation> defaults)
    {
        var texts = node.Texts("activations");
        if (texts.Count != 0 && texts.Count != directions * defaults.Count)
            throw new NotTakenException($"it has {texts.Count} activations for {directions} direction{(directions == 1 ? "" : "s")}, not "
                + $"{directions * defaults.Count}");
        var alphas = new Queue<float>(node.Reals("activation_alpha"));
        var betas = new Queue<float>(node.Reals("activation_beta"));
        var result = new Function[directions][];
        for (int d = 0; d < directions; d++)
        {
            result[d] = new Function[defaults.Count];
            for (int i = 0; i < defaults.Count; i++)
            {
                Activation kind = defaults[i];
                if (texts.Count != 0 && !Kinds.TryGetValue(texts[(d * defaults.Count) + i], out kind))
                    throw new NotTakenException($"its activation '{texts[(d * defaults.Count) + i]}' is none of ONNX's");
                Function function = Function.Of(kind);
                if (function.HasAlpha)
                    function = function with { Alpha = Next(alphas, "alpha", function, function.Alpha) };
                if (function.HasBeta)
                    function = function with { Beta = Next(betas, "beta", function, function.Beta) };
                if (!double.IsFinite(function.Alpha) || !double.IsFinite(function.Beta))
                    throw new NotTakenException($"its {kind} has the numbers {function.Alpha} and {function.Beta}");
                result[d][i] = function;
            }
        }

        return result;
    }

    private static double Next(Queue<float> numbers, string name, Function function, double otherwise)
    {
        if (numbers.TryDequeue(out float number))
            return number;
        return function.Kind is Activation.Affine or Activation.ScaledTanh or Activation.ThresholdedRelu
            ? throw new NotTakenException($"its {function.Kind} has no number in activation_{name}: ONNX says none for it here, and ONNX "
                + "Runtime takes 0, which makes a constant or a Relu of it")
            : otherwise;
    }
}
