using System.Buffers;
using System.Runtime.CompilerServices;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The rule by which gradients move parameters: a value that holds the hyperparameters. Numbers that change while training are
/// the trainer's. The optimisers here follow PyTorch's definitions and defaults (docs.pytorch.org, torch.optim).
/// </summary>
/// <remarks>An optimiser of your own derives from <see cref="Optimizer{TRule}"/>, as all of these do.</remarks>
public abstract record Optimizer
{
    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly double learningRate;
    private readonly double weightDecay;

    private protected Optimizer(double learningRate) => LearningRate = learningRate;

    /// <summary>The size of a step, before a schedule scales it: finite and at least 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double LearningRate
    {
        get => learningRate;
        init => learningRate = Finite(value);
    }

    /// <summary>The strength with which parameters are pulled to 0: finite and at least 0.</summary>
    /// <remarks>
    /// This multiple of a parameter is added to its gradient, but for <see cref="DecouplesWeightDecay"/>, as of <see cref="AdamW"/>.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double WeightDecay
    {
        get => weightDecay;
        init => weightDecay = Finite(value);
    }

    /// <summary>The optimiser's name, which its saved state bears: not empty.</summary>
    protected abstract string Name { get; }

    /// <summary>
    /// The names of the moments that these hyperparameters need, at most two: letters, digits and underscores, as <c>exp_avg</c>. A
    /// checkpoint has each moment of a parameter under <c>optimizer.name.parameter</c>.
    /// </summary>
    /// <remarks>Asked for in every update: return a static array.</remarks>
    protected virtual ReadOnlySpan<string> MomentNames => [];

    /// <summary>True if the rule itself applies <see cref="WeightDecay"/>; if not, it is added to the gradients.</summary>
    protected virtual bool DecouplesWeightDecay => false;

    /// <summary>The first value of every element of a moment: finite. The default is 0.</summary>
    /// <param name="index">The moment's position among <see cref="MomentNames"/>.</param>
    protected virtual double InitialMoment(int index) => 0;

    /// <summary>True if a moment is made of squares: a file in which it is negative is refused. The default is false.</summary>
    /// <param name="index">The moment's position among <see cref="MomentNames"/>.</param>
    protected virtual bool HoldsSquares(int index) => false;

    /// <summary>Refuses hyperparameters that are valid each, but not together.</summary>
    /// <exception cref="InvalidOperationException">They contradict each other.</exception>
    protected virtual void CheckTogether()
    {
    }

    /// <summary>
    /// A bound of the moments after an update. NaN, the default, says that none is known: then every update is tried before anything is
    /// written.
    /// </summary>
    /// <remarks>
    /// With bounds of moments and parameters an update that cannot overflow is not tried, which takes half the time. A wrong bound lets
    /// weights become infinite.
    /// </remarks>
    /// <param name="gradient">At least the absolute value of every gradient, scaled and with its weight decay.</param>
    /// <param name="moments">The largest magnitude of every moment before it.</param>
    protected virtual double BoundMoments(double gradient, double moments) => double.NaN;

    /// <summary>
    /// A bound of all that an update further computes: the new parameters, and what they are computed from. NaN, the default, says that
    /// none is known.
    /// </summary>
    /// <param name="parameters">At least the absolute value of every parameter before it.</param>
    /// <param name="gradient">The largest magnitude of every gradient.</param>
    /// <param name="moments">The largest magnitude of every moment after it.</param>
    /// <param name="update">The number of the update, from 1.</param>
    /// <param name="learningRate">The learning rate.</param>
    protected virtual double BoundParameters(double parameters, double gradient, double moments, long update, double learningRate) =>
        double.NaN;

    /// <summary>The state before the first update: step 0, and all moments as <see cref="InitialMoment"/> says.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="length">The length of the parameter buffer, padding included.</param>
    /// <exception cref="InvalidOperationException">The hyperparameters contradict each other, or the optimiser's name, its moments' names
    /// or what they start with are not valid.</exception>
    internal OptimizerState<T> CreateState<T>(int length) where T : unmanaged
    {
        CheckTogether();
        CheckNames();
        OptimizerState<T> state = new(Name, MomentNames.ToArray(), HoldsSquares, length);
        for (int i = 0; i < state.MomentNames.Count; i++)
        {
            T first = Element.FromDouble<T>(InitialMoment(i));
            if (!Element.IsFinite(first))
                throw new InvalidOperationException($"{Name} starts its moment {MomentNames[i]} "
                    + $"with {InitialMoment(i)}; it must be finite.");
            state.Buffer(i).Span.Fill(first);
        }

        return state;
    }

    /// <summary>
    /// Moves the parameters once, in one pass over whole buffers. Where parameter and gradient are 0, as in padding, the parameter stays 0.
    /// Equal inputs give equal bits on every machine. Nothing is allocated.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="state">Made by <see cref="CreateState"/> of an optimiser of the same kind.</param>
    /// <param name="parameters">The parameters to move.</param>
    /// <param name="gradients">The loss's gradients; they are not changed.</param>
    /// <param name="learningRate">The rate of this update: <see cref="LearningRate"/> times a schedule's factor. Finite and at least
    /// 0.</param>
    /// <param name="gradientScale">Multiplies every gradient first, for instance by <see cref="Clip.Scale"/>. Finite and at least
    /// 0.</param>
    /// <exception cref="ArgumentException">The buffers' lengths differ, or the state belongs to another optimiser. Nothing has
    /// changed.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">A parameter or a moment would not be finite. Nothing has changed.</exception>
    /// <exception cref="InvalidOperationException">The optimiser's rule does not leave padding at 0. Nothing has changed.</exception>
    internal void Update<T>(
        OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double learningRate, double gradientScale = 1)
        where T : unmanaged
    {
        Finite(learningRate);
        UpdateGroup all = new(this, RateFactor: 1, Runs: null);
        Update(new(in all), state, parameters, gradients, norm: null, learningRate, gradientScale, names: null);
    }

    /// <summary>Updates parameters by gradients whose norm is known. The message of a refused update says the parameters' names.</summary>
    internal void Update<T>(
        UpdatePlan plan, OptimizerState<T> state, ParameterSet<T> parameters, ParameterSet<T> gradients, double norm, double learningRate,
        double gradientScale)
        where T : unmanaged
        => Update(plan.Groups, state, parameters.Buffer, gradients.Buffer, norm, Finite(learningRate), gradientScale, parameters);

    private void Update<T>(
        ReadOnlySpan<UpdateGroup> groups, OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double? norm,
        double learningRate, double gradientScale, ParameterSet<T>? names)
        where T : unmanaged
    {
        Finite(gradientScale);
        if (parameters.Length != state.Length)
            throw new ArgumentException(
                $"The state was made for {state.Length} parameters, but there are {parameters.Length}.", nameof(parameters));
        if (gradients.Length != state.Length)
            throw new ArgumentException($"There are {parameters.Length} parameters, but {gradients.Length} gradients.", nameof(gradients));
        if (state.OptimizerName != Name || state.MomentNames.Count != MomentNames.Length)
            throw new ArgumentException(
                $"The state of {state.OptimizerName} with {state.MomentNames.Count} moments does not belong to {Name} with "
                + $"{MomentNames.Length}.",
                nameof(state));
        double largest = norm ?? Magnitude.Of(gradients);
        int bad = UpdateGroup.Update(groups, state, parameters, gradients, largest, learningRate, gradientScale);
        if (bad >= 0)
            throw NotFinite(bad, parameters, gradients, names);
        state.Step++;
    }

    /// <summary>A phase of the update of some of the parameters.</summary>
    /// <returns>Of a trial the first parameter that would not be finite, or whose moments would not be; −1 if there is none.</returns>
    internal int Apply<T>(
        in UpdateGroup group, OptimizerState<T> state, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, double learningRate,
        double gradientScale, UpdatePhase phase)
        where T : unmanaged
    {
        int moments = MomentNames.Length;
        AlignedBuffer<T> first = moments > 0 ? state.Buffer(0) : parameters, second = moments > 1 ? state.Buffer(1) : parameters;
        ParameterUpdate<T> update = new(
            parameters, gradients, first, second, moments, state.Step + 1, learningRate * group.RateFactor, gradientScale,
            DecouplesWeightDecay ? 0 : WeightDecay, group.Runs, phase);
        // No generic virtual method: .NET finds one in a table that allocates when it grows, and an update allocates nothing.
        return typeof(T) == typeof(float) ? Apply(Unsafe.As<ParameterUpdate<T>, ParameterUpdate<float>>(ref update))
            : typeof(T) == typeof(double) ? Apply(Unsafe.As<ParameterUpdate<T>, ParameterUpdate<double>>(ref update))
            : throw Element.Unsupported<T>();
    }

    /// <summary>A bound of the moments after an update, if that shows that no number overflows; otherwise NaN.</summary>
    /// <param name="largestParameter">At least the absolute value of every parameter.</param>
    /// <param name="largestGradient">At least the absolute value of every gradient, scaled.</param>
    /// <param name="moments">The largest magnitude of every moment before it.</param>
    /// <param name="limit">What numbers must stay below.</param>
    /// <param name="update">The number of the update, from 1.</param>
    /// <param name="learningRate">The rate of the update.</param>
    /// <param name="gradientScale">The factor on gradients.</param>
    internal double SafeBound(
        double largestParameter, double largestGradient, double moments, double limit, long update, double learningRate,
        double gradientScale)
    {
        double gradient = largestGradient + (WeightDecay * largestParameter);
        double after = BoundMoments(gradient, moments);
        double all = after + gradientScale + WeightDecay + learningRate
            + BoundParameters(largestParameter, gradient, after, update, learningRate);
        // NaN is not below it.
        return all < limit ? after : double.NaN;
    }

    /// <summary>True if bounds of the moments are known.</summary>
    internal bool HasBounds => !double.IsNaN(BoundMoments(0, 0));

    /// <summary>A phase of an update.</summary>
    /// <returns>Of a trial the first parameter that would not be finite, or whose moments would not be; −1 if there is none.</returns>
    internal abstract int Apply(in ParameterUpdate<float> update);

    /// <inheritdoc cref="Apply(in ParameterUpdate{float})"/>
    internal abstract int Apply(in ParameterUpdate<double> update);

    private static NotFiniteNumberException NotFinite<T>(
        int bad, AlignedBuffer<T> parameters, AlignedBuffer<T> gradients, ParameterSet<T>? names)
        where T : unmanaged
    {
        string name = names?.NameOf(bad) ?? $"parameter {bad} of the buffer";
        (T parameter, T gradient) = bad < parameters.Length ? (parameters.Span[bad], gradients.Span[bad]) : default;
        return new(
            $"The update would make {name} or a moment of it infinite or NaN: it is {parameter}, its gradient {gradient}. " +
            "Parameters, moments and the number of updates are unchanged. A lower learning rate or ClipNorm usually helps.");
    }

    private void CheckNames()
    {
        if (string.IsNullOrEmpty(Name))
            throw new InvalidOperationException($"{GetType().Name} has an empty name.");
        ReadOnlySpan<string> names = MomentNames;
        if (names.Length > 2)
            throw new InvalidOperationException($"{Name} names {names.Length} moments: "
                + $"{string.Join(", ", names.ToArray())}. There may be two.");
        foreach (string name in names)
        {
            if (string.IsNullOrEmpty(name) || name.AsSpan().ContainsAnyExcept(NameCharacters))
                throw new InvalidOperationException($"{Name} names a moment {FileText.Quote(name ?? "")}: a name has letters, digits and "
                    + "underscores only.");
        }

        if (names.Length == 2 && names[0] == names[1])
            throw new InvalidOperationException($"{Name} names two moments {names[0]}.");
    }

    private protected static double Finite(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value >= 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(name, value, "Must be finite and at least 0.");

    /// <summary>A share that decays by multiplication: at 1 nothing would ever be learned.</summary>
    private protected static double Fraction(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be at least 0 and less than 1.");

    /// <summary>A guard against division by 0: in float it must not vanish either, or padding would become 0 / 0.</summary>
    private protected static double Guard(double value, [CallerArgumentExpression(nameof(value))] string name = "") =>
        value is >= 1e-30 and <= 1 ? value : throw new ArgumentOutOfRangeException(name, value, "Must be from 1e-30 to 1.");

    /// <summary>value^exponent by squaring: Math.Pow may differ from machine to machine in the last bit.</summary>
    /// <param name="value">The base.</param>
    /// <param name="exponent">At least 0.</param>
    protected internal static double Power(double value, long exponent)
    {
        double result = 1;
        for (; exponent > 0; exponent >>= 1, value *= value)
        {
            if ((exponent & 1) != 0)
                result *= value;
        }

        return result;
    }
}

/// <summary>An optimiser with the arithmetic of a rule. The built-in ones are of this kind, and yours can be.</summary>
/// <remarks>
/// An update is all or nothing: it is refused, and everything is as it was, if a parameter or moment would not be finite. Checkpoints,
/// clipping, schedules, constraints and threads take every optimiser alike, and nothing is allocated.
/// </remarks>
/// <typeparam name="TRule">The rule: a <c>readonly struct</c>, so that the compiler puts its arithmetic into the loop over all
/// parameters.</typeparam>
public abstract record Optimizer<TRule> : Optimizer
    where TRule : struct, IUpdateRule
{
    /// <summary>Sets the learning rate.</summary>
    /// <param name="learningRate">Finite and at least 0.</param>
    protected Optimizer(double learningRate)
        : base(learningRate)
    {
    }

    /// <summary>The rule of an update.</summary>
    /// <param name="update">The number of the update, from 1.</param>
    /// <param name="learningRate">The rate of this update: <see cref="Optimizer.LearningRate"/> times the schedule's factor.</param>
    protected abstract TRule RuleOf(long update, double learningRate);

    internal sealed override int Apply(in ParameterUpdate<float> update) => Run(update);

    internal sealed override int Apply(in ParameterUpdate<double> update) => Run(update);

    private int Run<T>(in ParameterUpdate<T> update) where T : unmanaged
    {
        TRule rule = RuleOf(update.Number, update.Rate);
        if (update.Phase == UpdatePhase.Check
            && update.MovesPadding(rule, update.Moments > 0 ? InitialMoment(0) : 0, update.Moments > 1 ? InitialMoment(1) : 0))
            throw new InvalidOperationException(
                $"{Name} moves a parameter of 0 whose gradient and momentum are 0, and so the padding between weights, which must stay "
                + "0. Nothing has changed.");
        return update.Phase == UpdatePhase.Check ? -1 : update.Run(rule);
    }
}
