namespace RnnGen;

/// <summary>
/// Huber's loss (Huber 1964, as PyTorch's <c>HuberLoss</c> has it): (y − t)² / 2 near the target, and δ (|y − t| − δ/2) from δ on, so that
/// outliers among the targets do not rule. δ is 1 unless <c>[Loss&lt;HuberLoss&gt;(Constants = "delta = …")]</c> says otherwise.
/// </summary>
[RnnLoss]
public readonly partial struct HuberLoss
{
    private const double delta = 1;

    /// <summary>The loss.</summary>
    /// <param name="y">The output.</param>
    /// <param name="target">The target.</param>
    public static Hidden Loss(Hidden y, Hidden target)
    {
        var distance = Abs(y - target);
        var near = Min(distance, delta);
        return near * (distance - 0.5 * near);
    }
}

/// <summary>
/// The likelihood of a count, without the terms that no output moves: e^y − t y, as PyTorch's <c>PoissonNLLLoss</c> has it. The output is
/// the logarithm of the expected count, and targets are 0 or more.
/// </summary>
[RnnLoss]
public readonly partial struct PoissonLoss
{
    /// <summary>The loss.</summary>
    /// <param name="y">The output: the logarithm of the expected count.</param>
    /// <param name="target">The count.</param>
    public static Hidden Loss(Hidden y, Hidden target) => Exp(y) - target * y;
}

/// <summary>
/// The likelihood of a normal distribution (Nix and Weigend 1994), without its constant, as PyTorch's <c>GaussianNLLLoss</c> has it:
/// (v + (t − m)² e^−v) / 2. Each target has two outputs, first the means m of all targets, then the logarithms v of their variances.
/// </summary>
[RnnLoss]
public readonly partial struct GaussianLoss
{
    /// <summary>The loss.</summary>
    /// <param name="mean">The first output: the mean.</param>
    /// <param name="logVariance">The second output: the logarithm of the variance.</param>
    /// <param name="target">The target.</param>
    public static Hidden Loss(Hidden mean, Hidden logVariance, Hidden target)
    {
        var distance = target - mean;
        return 0.5 * (logVariance + distance * distance * Exp(-logVariance));
    }
}

/// <summary>The hinge loss of support vector machines, as Keras' <c>Hinge</c> has it: max(0, 1 − t y) for targets −1 and 1.</summary>
[RnnLoss]
public readonly partial struct HingeLoss
{
    /// <summary>The loss.</summary>
    /// <param name="y">The output, whose sign is the answer.</param>
    /// <param name="target">−1 or 1.</param>
    public static Hidden Loss(Hidden y, Hidden target) => Relu(1 - target * y);
}

/// <summary>
/// Focal loss (Lin et al. 2017, "Focal loss for dense object detection", as torchvision's <c>sigmoid_focal_loss</c> has it): the
/// cross-entropy of a yes or no, times (1 − p)^γ for the probability p of what is true, so that easy answers hardly count, and times α
/// for a yes and 1 − α for a no. Outputs are scores, whose σ is the probability of a yes; targets are 0 and 1. γ is 2 and α is 0.25 unless
/// <c>Constants = "gamma = …, alpha = …"</c> says otherwise.
/// </summary>
[RnnLoss]
public readonly partial struct FocalLoss
{
    private const double gamma = 2;
    private const double alpha = 0.25;

    /// <summary>The loss.</summary>
    /// <param name="y">The output: a score.</param>
    /// <param name="target">0 for no, 1 for yes.</param>
    public static Hidden Loss(Hidden y, Hidden target)
    {
        var score = (2 * target - 1) * y;
        var balance = alpha * target + (1 - alpha) * (1 - target);
        return balance * Exp(-gamma * Softplus(score)) * Softplus(-score);
    }
}
