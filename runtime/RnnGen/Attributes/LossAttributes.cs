using RnnGen.Generated;

namespace RnnGen;

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

/// <summary>
/// The loss is the mean over steps, rows and outputs of |y − t|, as PyTorch's <c>L1Loss</c> has it. Outliers among the targets count less
/// than with <see cref="SquaredErrorAttribute"/>.
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class AbsoluteErrorAttribute : LossAttribute;
