using System.Diagnostics.CodeAnalysis;

namespace RnnGen;

/// <summary>
/// Additive attention (Bahdanau et al. 2015, "Neural machine translation by jointly learning to align and translate"):
/// score(q, k) = vᵀ tanh(Wq q + Wk k).
/// </summary>
[RnnAttention]
public readonly partial struct AdditiveScore
{
    private readonly Map Wq, Wk;
    private readonly PerUnit v;

    /// <summary>The vector whose sum over the units is the score.</summary>
    /// <param name="q">The query.</param>
    /// <param name="k">The key.</param>
    public Hidden Score(Hidden q, Hidden k) => v * Tanh(Wq * q + Wk * k);
}

/// <summary>
/// Dot-product attention (Luong et al. 2015, "Effective approaches to attention-based neural machine translation", dot): score(q, k) = qᵀ
/// k. Query and key have as many numbers as the score has units.
/// </summary>
[RnnAttention]
public readonly partial struct DotScore
{
    /// <summary>The vector whose sum over the units is the score.</summary>
    /// <param name="q">The query.</param>
    /// <param name="k">The key.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "A score without parameters is evaluated as any other is.")]
    public Hidden Score(Hidden q, Hidden k) => q * k;
}

/// <summary>
/// Multiplicative attention (Luong et al. 2015, general): score(q, k) = qᵀ W k. The query has as many numbers as the score has units.
/// </summary>
[RnnAttention]
public readonly partial struct GeneralScore
{
    private readonly Map W;

    /// <summary>The vector whose sum over the units is the score.</summary>
    /// <param name="q">The query.</param>
    /// <param name="k">The key.</param>
    public Hidden Score(Hidden q, Hidden k) => q * (W * k);
}

/// <summary>
/// Scaled dot-product attention (Vaswani et al. 2017, "Attention is all you need"): score(q, k) = qᵀ k / √units. Query and key have as many
/// numbers as the score has units.
/// </summary>
[RnnAttention]
public readonly partial struct ScaledDotScore
{
    /// <summary>The vector whose sum over the units is the score.</summary>
    /// <param name="q">The query.</param>
    /// <param name="k">The key.</param>
    [SuppressMessage("Performance", "CA1822", Justification = "A score without parameters is evaluated as any other is.")]
    public Hidden Score(Hidden q, Hidden k) => Scaled(q * k);
}
