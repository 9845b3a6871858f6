using static RnnGen.Generator.Equations.LanguageFunction;
using static RnnGen.Generator.Equations.Operators;

namespace RnnGen.Generator.Equations;

/// <summary>The functions of the equation language.</summary>
internal static class Language
{
    public const string Delay = "Delay";

    /// <summary>A vector divided by the root of the number of units, which the layer knows.</summary>
    public const string Scaled = "Scaled";

    /// <summary>The furthest step back that <c>Delay</c> reaches.</summary>
    public const int LongestDelay = 64;

    public static readonly LanguageFunction[] Functions =
    [
        .. All.Where(o => o.IsInLanguage).OrderBy(o => o.Arity).Select(Of),
        Of("Min", (x, y) => IfGreater.Of(x, y, y, x)),
        Of("Relu", x => Max.Of(0, x)),
        Of("Square", x => x * x),
        Of("Silu", x => x * Sigmoid.Of(x)),
        // Exact, not by way of tanh: PyTorch's default.
        Of("Gelu", x => x * (0.5 + (0.5 * Erf.Of(0.7071067811865476 * x)))),
        Of("Softsign", x => x / (1 + IfGreater.Of(x, 0, x, -x))),
        // A choice between slopes: one select forward and one back.
        Of("LeakyRelu", "alpha", (x, a) => x * IfGreater.Of(x, 0, 1, a)),
        Of("ThresholdedRelu", "alpha", (x, a) => IfGreater.Of(x, a, x, 0)),
        // The exponential of the negative part only: where it is not chosen it must not overflow, or its gradient would be 0 · ∞.
        Of("Elu", "alpha", (x, a) => IfGreater.Of(x, 0, x, a * (Exp.Of(IfGreater.Of(x, 0, 0, x)) - 1))),
        Of("HardSigmoid", "alpha", "beta", (x, a, b) => Max.Of(0, AtMost(1, (a * x) + b))),
        Of("ScaledTanh", "alpha", "beta", (x, a, b) => a * Tanh.Of(b * x)),
        Of("Affine", "alpha", "beta", (x, a, b) => (a * x) + b),
        Of("Clip", "limit", (x, limit) => AtMost(limit, Max.Of(-limit, x))),
        new("Normalize", 1, [], (x, _) => x[0].Normalize()) { InScores = false },
        OfLayer("Activation") with { InScores = false },
        OfLayer("GateActivation") with { InScores = false },
        OfLayer("OutputActivation") with { InScores = false },
        OfLayer(Delay, "steps") with { InScores = false, Takes = "the input or a state, and a number of steps, a constant from 1 to 64" },
        OfLayer(Scaled) with { InCells = false },
    ];

    public static LanguageFunction? Find(string name) => Functions.FirstOrDefault(f => f.Name == name);

    private static Term AtMost(double limit, Term x) => IfGreater.Of(x, limit, limit, x);
}
