using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// The outputs are the scores of classes. Outputs of <c>Step</c> and <c>Forward</c> are their probabilities, the loss is the
/// mean over steps and rows of −ln p(target), in nats.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SoftmaxCrossEntropyAttribute : LossAttribute
{
    /// <summary>
    /// The share of each target that goes to all classes evenly, 0 to below 1, in training and evaluation alike (Szegedy et al. 2016,
    /// "Rethinking the Inception architecture", as PyTorch's <c>label_smoothing</c>). The default is 0.
    /// </summary>
    public double LabelSmoothing { get; set; }

    /// <summary>
    /// True if a target is a share of every class, 0 to 1, instead of one class; the loss is then −Σ t ln p. The default is false.
    /// </summary>
    public bool SoftTargets { get; set; }
}

/// <summary>
/// The outputs are independent scores. Outputs of <c>Step</c> and <c>Forward</c> are their probabilities σ(y), the loss is the mean
/// over steps, rows and outputs of −t ln σ(y) − (1 − t) ln(1 − σ(y)) for targets t in 0…1.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SigmoidCrossEntropyAttribute : LossAttribute;

/// <summary>The loss is the mean over steps, rows and outputs of (y − t)², as PyTorch's <c>MSELoss</c> has it.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class SquaredErrorAttribute : LossAttribute;

/// <summary>
/// The loss is the mean over steps, rows and outputs of |y − t|, as PyTorch's <c>L1Loss</c> has it. Outliers among the targets count less
/// than with <see cref="SquaredErrorAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AbsoluteErrorAttribute : LossAttribute;

/// <summary>
/// A loss that equations define: a built-in one such as <see cref="HuberLoss"/>, or your own. It is the mean over steps, rows and targets.
/// </summary>
/// <remarks>
/// Where the equations take several outputs for a target, these are parts of the outputs, one behind the other: with n targets, the
/// first n outputs are the first of each. Outputs of <c>Step</c> and <c>Forward</c> are the numbers that the equations take.
/// </remarks>
/// <typeparam name="TLoss">A struct that is marked <see cref="RnnLossAttribute"/>.</typeparam>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class LossAttribute<TLoss> : LossAttribute where TLoss : struct
{
    /// <summary>
    /// Other values for the loss's constants, such as <c>"delta = 2"</c>; finite, several with commas between them. The default is those
    /// that the struct gives.
    /// </summary>
    public string Constants { get; set; } = "";
}

/// <summary>
/// The outputs are quantiles of the targets (Koenker and Bassett 1978, "Regression quantiles"): of each level τ one, for which the loss is
/// max(τ (t − y), (τ − 1)(t − y)), the pinball loss. It is the mean over steps, rows, targets and levels.
/// </summary>
/// <remarks>
/// With n targets, the first n outputs are the quantiles of the first level. Nothing keeps a higher level's quantile above a lower one's.
/// </remarks>
/// <param name="levels">1 to 16 levels between 0 and 1, in rising order.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class QuantilesAttribute(params double[] levels) : LossAttribute
{
    /// <summary>The levels.</summary>
    public IReadOnlyList<double> Levels { get; } = levels;
}

/// <summary>
/// Connectionist temporal classification (Graves et al. 2006, "Connectionist temporal classification: labelling unsegmented sequence data
/// with recurrent neural networks"): the outputs are the scores of labels and of a blank, and a sequence's targets are its labels in their
/// order, without their times.
/// </summary>
/// <remarks>
/// <para>
/// Targets are [step][row] as those of classes are: a row's labels, one a step from the first step on, and −1 behind the last
/// (<see cref="CtcTargets"/>). A row needs as many steps as labels, and one more between two labels that are equal.
/// </para>
/// <para>
/// The loss is Σ −ln p(labels) over the rows, divided by the steps of all of them: nats a step. The weight of a row is that of its first
/// step. Outputs of <c>Step</c> and <c>Forward</c> are probabilities; <see cref="CtcDecoder"/> makes labels of them.
/// </para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class CtcAttribute : LossAttribute
{
    /// <summary>The class that stands for no label. The default is 0, as in PyTorch's <c>CTCLoss</c>.</summary>
    public int Blank { get; set; }
}
