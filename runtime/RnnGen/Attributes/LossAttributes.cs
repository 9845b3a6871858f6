using System.ComponentModel;

namespace RnnGen;

/// <summary>
/// What a model is trained for: an output and its loss. Several of them make several heads: their outputs lie side by side in the order in which they are
/// written, and so do their targets; the loss is the weighted sum of theirs.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LossAttribute : Attribute
{
    private protected LossAttribute()
    {
    }

    /// <summary>The name of the layer whose outputs these are. The default is whatever stands above.</summary>
    public string From { get; set; } = "";

    /// <summary>What this loss is multiplied by: a positive number. The default is 1.</summary>
    public double Weight { get; set; } = 1;
}

/// <summary>
/// The outputs are the scores of classes. Outputs of <c>Step</c> and <c>Forward</c> are their probabilities, the loss is the
/// mean over steps and rows of −ln p(target), in nats.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SoftmaxCrossEntropyAttribute : LossAttribute;

/// <summary>
/// The outputs are independent scores. Outputs of <c>Step</c> and <c>Forward</c> are their probabilities σ(y), the loss is the mean
/// over steps, rows and outputs of −t ln σ(y) − (1 − t) ln(1 − σ(y)) for targets t in 0…1.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SigmoidCrossEntropyAttribute : LossAttribute;

/// <summary>The loss is the mean over steps, rows and outputs of (y − t)², as PyTorch's <c>MSELoss</c> has it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SquaredErrorAttribute : LossAttribute;
