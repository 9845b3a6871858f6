using RnnGen.Generated;

namespace RnnGen;

/// <summary>An element-wise function.</summary>
public enum Activation
{
    /// <summary>tanh(x).</summary>
    Tanh,

    /// <summary>The logistic function 1 / (1 + e^−x).</summary>
    Sigmoid,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x.</summary>
    Linear,

    /// <summary>α x + β. α = 1, β = 0 by default.</summary>
    Affine,

    /// <summary>x where x &gt; 0, elsewhere α x. α = 0.01 by default.</summary>
    LeakyRelu,

    /// <summary>x where x &gt; α, elsewhere 0. α = 1 by default.</summary>
    ThresholdedRelu,

    /// <summary>α tanh(β x). α = β = 1 by default.</summary>
    ScaledTanh,

    /// <summary>max(0, min(1, α x + β)). α = 0.2, β = 0.5 by default, as in ONNX and Keras 2; PyTorch and Keras 3 have α = 1/6.</summary>
    HardSigmoid,

    /// <summary>x where x &gt; 0, elsewhere α (e^x − 1). α = 1 by default.</summary>
    Elu,

    /// <summary>x / (1 + |x|).</summary>
    Softsign,

    /// <summary>ln(1 + e^x).</summary>
    Softplus,

    /// <summary>
    /// x Φ(x) = x (1 + erf(x / √2)) / 2 (Hendrycks and Gimpel 2016): exact, PyTorch's default. The form by way of tanh is another function.
    /// </summary>
    Gelu,

    /// <summary>x σ(x) (Elfwing et al. 2017), also called swish.</summary>
    Silu,
}
