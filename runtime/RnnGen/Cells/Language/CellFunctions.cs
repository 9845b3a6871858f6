using System.ComponentModel;

namespace RnnGen.Generated;

/// <summary>The functions of the equation language, evaluated plainly.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CellFunctions
{
    /// <summary>1 / (1 + e^−x).</summary>
    public static Hidden Sigmoid(Hidden value) => value.Map(x => 1 / (1 + Math.Exp(-x)));

    /// <summary>tanh(x).</summary>
    public static Hidden Tanh(Hidden value) => value.Map(Math.Tanh);

    /// <summary>max(x, 0).</summary>
    public static Hidden Relu(Hidden value) => value.Map(x => Math.Max(x, 0));

    /// <summary>e^x.</summary>
    public static Hidden Exp(Hidden value) => value.Map(Math.Exp);

    /// <summary>ln(1 + e^x).</summary>
    public static Hidden Softplus(Hidden value) =>
        value.Map(x => Math.Max(x, 0) + (x < -36 ? Math.Exp(x) : Math.Log(1 + Math.Exp(-Math.Abs(x)))));

    /// <summary>√x; NaN for negative x.</summary>
    public static Hidden Sqrt(Hidden value) => value.Map(Math.Sqrt);

    /// <summary>ln x; −∞ for 0, NaN for negative x.</summary>
    public static Hidden Log(Hidden value) => value.Map(Math.Log);

    /// <summary>|x|.</summary>
    public static Hidden Abs(Hidden value) => value.Map(Math.Abs);

    /// <summary>sin x, x in radians.</summary>
    public static Hidden Sin(Hidden value) => value.Map(Math.Sin);

    /// <summary>cos x, x in radians.</summary>
    public static Hidden Cos(Hidden value) => value.Map(Math.Cos);

    /// <summary>The error function, 2/√π ∫₀ˣ e^−t² dt.</summary>
    public static Hidden Erf(Hidden value) => value.Map(Numerics.Functions.Erf);

    /// <summary>x².</summary>
    public static Hidden Square(Hidden value) => value.Map(x => x * x);

    /// <summary>x σ(x), also called swish.</summary>
    public static Hidden Silu(Hidden value) => value.Map(x => x / (1 + Math.Exp(-x)));

    /// <summary>x Φ(x) = x (1 + erf(x / √2)) / 2: the exact form, PyTorch's default.</summary>
    public static Hidden Gelu(Hidden value) => value.Map(x => x * (0.5 + (0.5 * Numerics.Functions.Erf(x * 0.7071067811865476))));

    /// <summary>x / (1 + |x|).</summary>
    public static Hidden Softsign(Hidden value) => value.Map(x => x / (1 + Math.Abs(x)));

    /// <summary>x where x &gt; 0, elsewhere α x.</summary>
    public static Hidden LeakyRelu(Hidden value, double alpha) => value.Map(x => x > 0 ? x : alpha * x);

    /// <summary>x where x &gt; α, elsewhere 0.</summary>
    public static Hidden ThresholdedRelu(Hidden value, double alpha) => value.Map(x => x > alpha ? x : 0);

    /// <summary>x where x &gt; 0, elsewhere α (e^x − 1).</summary>
    public static Hidden Elu(Hidden value, double alpha) => value.Map(x => x > 0 ? x : alpha * (Math.Exp(x) - 1));

    /// <summary>max(0, min(1, α x + β)).</summary>
    public static Hidden HardSigmoid(Hidden value, double alpha, double beta) =>
        value.Map(x => Math.Max(0, Math.Min(1, (alpha * x) + beta)));

    /// <summary>α tanh(β x).</summary>
    public static Hidden ScaledTanh(Hidden value, double alpha, double beta) => value.Map(x => alpha * Math.Tanh(beta * x));

    /// <summary>α x + β.</summary>
    public static Hidden Affine(Hidden value, double alpha, double beta) => value.Map(x => (alpha * x) + beta);

    /// <summary>min(limit, max(−limit, x)).</summary>
    public static Hidden Clip(Hidden value, double limit) => value.Map(x => Math.Min(limit, Math.Max(-limit, x)));

    /// <summary>The larger of the two, element by element.</summary>
    public static Hidden Max(Hidden left, Hidden right) => Hidden.Combine(left, right, Math.Max);

    /// <summary>The smaller of the two, element by element.</summary>
    public static Hidden Min(Hidden left, Hidden right) => Hidden.Combine(left, right, Math.Min);

    /// <summary>(x − mean) / √(variance + 10⁻⁵), over all units.</summary>
    public static Hidden Normalize(Hidden value)
    {
        double[] numbers = value.ToArray();
        double mean = numbers.Average(), variance = numbers.Average(x => (x - mean) * (x - mean));
        return value.Map(x => (x - mean) / Math.Sqrt(variance + Numerics.Normalization.Epsilon));
    }

    /// <summary>x / √units.</summary>
    public static Hidden Scaled(Hidden value) => value.Map(x => x / Math.Sqrt(value.Count));

    /// <summary>The function that the layer's Activation stands for.</summary>
    public static Hidden Activation(Hidden value) => value.Map(value.Functions.Activation);

    /// <summary>The function that the layer's GateActivation stands for.</summary>
    public static Hidden GateActivation(Hidden value) => value.Map(value.Functions.Gate);

    /// <summary>The function that the layer's OutputActivation stands for.</summary>
    public static Hidden OutputActivation(Hidden value) => value.Map(value.Functions.Output);

    /// <summary>A state of some steps before: that of one step is the state itself.</summary>
    /// <param name="state">The state, made with <see cref="Hidden.After"/> if more than one step is asked for.</param>
    /// <param name="steps">From 1.</param>
    /// <exception cref="InvalidOperationException">The state does not know as many steps.</exception>
    public static Hidden Delay(Hidden state, int steps) => state.Before(steps - 1);

    /// <summary>The input of some steps before.</summary>
    /// <param name="input">The input, made with <see cref="Input.After"/>.</param>
    /// <param name="steps">From 1.</param>
    /// <exception cref="InvalidOperationException">The input does not know as many steps.</exception>
    public static Input Delay(Input input, int steps) => input.Before(steps);
}
