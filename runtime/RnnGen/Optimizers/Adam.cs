namespace RnnGen;

/// <summary>
/// Adam (Kingma and Ba 2015), as torch.optim.Adam: m ← β1 m + (1 − β1) g, v ← β2 v + (1 − β2) g²,
/// p ← p − rate / (1 − β1ᵗ) · m / (√v / √(1 − β2ᵗ) + ε).
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record Adam(double LearningRate = 1e-3) : AdamBase(LearningRate, weightDecay: 0)
{
    private protected override string Name => "Adam";

    private protected override (double ToGradient, double ToParameter) Decay(double learningRate) => (WeightDecay, 1);
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as torch.optim.AdamW: a parameter is first multiplied by
/// 1 − rate · <see cref="Optimizer.WeightDecay"/>, which is 0.01 by default, and then moved as <see cref="Adam"/> does.
/// </summary>
/// <param name="LearningRate">The size of a step: finite and at least 0.</param>
public sealed record AdamW(double LearningRate = 1e-3) : AdamBase(LearningRate, weightDecay: 0.01)
{
    private protected override string Name => "AdamW";

    private protected override (double ToGradient, double ToParameter) Decay(double learningRate) => (0, 1 - (learningRate * WeightDecay));
}
