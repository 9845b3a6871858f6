using System.Runtime.CompilerServices;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Moves a model's parameters along their gradients: the part of training that knows nothing of inputs and targets.
/// <see cref="Trainer{T, TInput, TTarget, TState}"/> adds the passes forward and back.
/// </summary>
/// <remarks>
/// A record: <c>model.CreateTrainer(new Adam()) with { ClipNorm = 5 }</c> is a trainer with another option that goes on with the same
/// optimiser state. It trains the parameters that the model has when a call begins, in place. A model may have several trainers, but of all
/// their calls only one may run at a time: another is refused with an <see cref="InvalidOperationException"/>.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract partial record Trainer<T> where T : unmanaged
{
    private readonly ITrainedModel<T> model;
    // One for all trainers that `with` has made of this one: a load replaces the state for each of them.
    private readonly StrongBox<OptimizerState<T>> shared;
    private readonly double? clipNorm;
    private readonly double? clipValue;
    private readonly LearningRateSchedule schedule = new ConstantSchedule();

    // What the schedule remembers of losses. Like the optimiser's state it is shared by trainers that `with` makes, until one gets another
    // schedule.
    private readonly double[] memory = [];
    private readonly IReadOnlyList<string>? train;
    private readonly IReadOnlyList<ParameterGroup> groups = [];
    private readonly UpdatePlan plan;
    private RecurrentMatrix? matrix;
    private UpdateBackup<T>? backup;

    /// <summary>Starts training.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">The rule by which gradients move its parameters.</param>
    protected Trainer(ITrainedModel<T> model, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        this.model = model;
        Optimizer = optimizer;
        shared = new(optimizer.CreateState<T>(model.Parameters.Buffer.Length));
        plan = Plan();
    }

    /// <summary>The rule by which gradients move parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>The factor on the optimiser's learning rate at each update. The default is always 1.</summary>
    /// <remarks>A <see cref="LossSchedule"/> also depends on what <see cref="Report"/> is told, and begins anew where it is set.</remarks>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LearningRateSchedule Schedule
    {
        get => schedule;
        init
        {
            schedule = Guard.NotNull(value, nameof(Schedule));
            memory = schedule.InitialMemory.ToArray();
        }
    }

    /// <summary>
    /// The largest Euclidean norm of all gradients together; larger ones are scaled down to it. Null, the default, is no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double? ClipNorm
    {
        get => clipNorm;
        init => clipNorm = Positive(value, nameof(ClipNorm));
    }

    /// <summary>
    /// The largest absolute value of a single gradient; larger ones are cut off, before <see cref="ClipNorm"/> looks at them. Null, the
    /// default, is no limit.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double? ClipValue
    {
        get => clipValue;
        init => clipValue = Positive(value, nameof(ClipValue));
    }

    /// <summary>
    /// The constraint on recurrent matrices, applied after updates. Null, the default, leaves them as the optimiser moved them.
    /// </summary>
    public RecurrentConstraint? RecurrentConstraint { get; init; }

    /// <summary>
    /// The parameters that are trained: names of parameters or layers, or patterns, as of a <see cref="ParameterGroup"/>. Null, the
    /// default, trains all. The others and their moments stay as they are, and their gradients count in no norm: <c>Train = ["dense"]</c>
    /// fine-tunes a last layer.
    /// </summary>
    /// <remarks>Their gradients are still computed; a layer declared with <c>Frozen = true</c> has none.</remarks>
    /// <exception cref="ArgumentException">A name means no parameter, or nothing is left to train.</exception>
    public IReadOnlyList<string>? Train
    {
        get => train;
        init
        {
            train = value is null ? null : [.. value];
            plan = Plan();
        }
    }

    /// <summary>
    /// Parameters with a learning rate, a weight decay or a range of their own. The default is none. A parameter belongs to the first group
    /// that names it; <see cref="Train"/> decides before.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    /// <exception cref="ArgumentException">A name means no parameter, or a group's range is empty.</exception>
    public IReadOnlyList<ParameterGroup> Groups
    {
        get => groups;
        init
        {
            groups = [.. Guard.NotNull(value, nameof(Groups))];
            plan = Plan();
        }
    }

    /// <summary>The number of updates so far.</summary>
    public long Updates => State.Step;

    /// <summary>The learning rate of the next update: the optimiser's, times the schedule's factor.</summary>
    public double LearningRate => Optimizer.LearningRate * Schedule.FactorAt(Updates, memory);

    /// <summary>The parameters that are trained: those that the model has now.</summary>
    protected ParameterSet<T> Parameters => model.Parameters;

    /// <summary>The optimiser's state, which a load replaces.</summary>
    private protected OptimizerState<T> State => shared.Value!;

    /// <summary>What the schedule remembers of losses.</summary>
    private protected ReadOnlySpan<double> Remembered => memory;

    /// <summary>False for a trainer whose checkpoints another process writes.</summary>
    private protected virtual bool IsWriter => true;

    /// <summary>The most shards of a batch, which a checkpoint keeps.</summary>
    private protected virtual int ShardLimit => RunOptions.DefaultMostShards;

    /// <summary>
    /// Tells the <see cref="Schedule"/>, a <see cref="LossSchedule"/>, of a loss: of a validation set after an epoch, for instance.
    /// </summary>
    /// <param name="loss">A finite number.</param>
    /// <exception cref="InvalidOperationException">The schedule depends on updates alone. Nothing has changed.</exception>
    /// <exception cref="NotFiniteNumberException">The loss is not finite. Nothing has changed.</exception>
    public void Report(double loss)
    {
        using Exclusive.Scope call = Enter();
        if (Schedule is not LossSchedule following)
            throw new InvalidOperationException($"{Schedule.GetType().Name} depends on updates alone, so there is no use in reporting "
                + "losses; a LossSchedule follows them.");
        if (!double.IsFinite(loss))
            throw new NotFiniteNumberException($"The reported loss is {loss}, not a finite number; the schedule is unchanged.", loss);
        Span<double> next = memory.Length <= 32 ? stackalloc double[memory.Length] : new double[memory.Length];
        memory.CopyTo(next);
        following.Report(loss, next);
        next.CopyTo(memory);
    }

    /// <summary>
    /// Writes the weights, the optimiser's state and what the schedule remembers, so that training goes on to the bit where it stopped. The
    /// file also loads as a weight file. Of ranks that train together, rank 0 writes; the others do nothing.
    /// </summary>
    /// <param name="path">The file to write; an existing file is replaced as a whole.</param>
    /// <param name="metadata">Texts to keep with them, for instance the place in the data.</param>
    /// <param name="beside">Further sets of the model's parameters to keep in the file, for instance the best so far, by names of your
    /// own.</param>
    /// <exception cref="InvalidOperationException">Gradients are accumulated, which the file would not have: <see cref="Update()"/> comes
    /// first.</exception>
    public void Save(
        string path, IReadOnlyDictionary<string, string>? metadata = null, IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
    {
        using Exclusive.Scope call = Enter();
        CheckNothingAccumulated();
        if (IsWriter)
            TrainingFile.Save(path, Parameters, State, metadata, memory, ShardLimit, beside);
    }

    /// <summary>
    /// Reads what <see cref="Save"/> wrote. Whatever goes wrong, also while the file is read, neither the model nor the optimiser's state
    /// changes. The model gets a new set of parameters, as by its own <c>Load</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="beside">Further sets to be filled, by the names that they were saved under; others in the file are passed over.</param>
    /// <returns>The texts stored with it.</returns>
    /// <exception cref="InvalidDataException">The file is not such a file, or does not fit; the message lists all that is
    /// wrong.</exception>
    /// <exception cref="IOException">It cannot be read, or somebody changed it meanwhile. Sets of <paramref name="beside"/> may be filled
    /// in part then.</exception>
    public IReadOnlyDictionary<string, string> Load(string path, IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Load(file, beside);
    }

    /// <summary>
    /// Loads from an open file. All of it is read into a new set and a new state; then they take the places of the old ones.
    /// </summary>
    internal IReadOnlyDictionary<string, string> Load(
        SafetensorsFile file, IReadOnlyDictionary<string, ParameterSet<T>>? beside = null)
    {
        using Exclusive.Scope call = Enter();
        ParameterSet<T> parameters = Parameters.Successor();
        OptimizerState<T> state = Optimizer.CreateState<T>(parameters.Buffer.Length);
        double[] remembered = new double[memory.Length];
        TrainingFile.Load(file, parameters, state, remembered, ShardLimit, beside);
        accumulated.Clear();
        model.Publish(parameters);
        shared.Value = state;
        remembered.CopyTo(memory, 0);
        return file.Metadata;
    }

    /// <summary>Clips the gradients, updates the parameters and applies the <see cref="RecurrentConstraint"/>.</summary>
    /// <param name="loss">The loss they belong to.</param>
    /// <param name="gradients">The parameters' gradients, which clipping may change.</param>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or a gradient is not finite, or a parameter or one of its moments would not be. Parameters, moments and
    /// <see cref="Updates"/> are unchanged.
    /// </exception>
    /// <exception cref="InvalidOperationException">The schedule's factor is not finite, or negative, the optimiser's rule moves padding, or
    /// another call to a trainer of the model has not ended. Nothing has changed.</exception>
    protected void Update(double loss, ParameterSet<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        using Exclusive.Scope call = Enter();
        Update(Parameters, loss, gradients);
    }

    /// <summary>Begins a call, which no other call to a trainer of the model may overlap.</summary>
    private protected Exclusive.Scope Enter() => Parameters.Training.Enter();

    /// <summary>Updates the parameters, within a call that has been entered.</summary>
    /// <param name="parameters">Those that the loss was computed with.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="gradients">Its gradients.</param>
    private protected void Update(ParameterSet<T> parameters, double loss, ParameterSet<T> gradients)
    {
        if (!double.IsFinite(loss))
            throw new NotFiniteNumberException(
                $"The loss is {loss}, not a finite number; the parameters are unchanged. A lower learning rate or ClipNorm usually helps.",
                loss);
        OptimizerState<T> state = State;
        double rate = Optimizer.LearningRate * Schedule.FactorAt(state.Step, memory);
        plan.ClearStill(gradients.Buffer);
        double norm = Clip.Norm(gradients.Buffer);
        if (!double.IsFinite(norm))
            throw NotFinite(norm, gradients);
        double scale = 1;
        if (clipValue is { } limit)
        {
            Clip.ByValue(gradients.Buffer, limit);
            norm = clipNorm is null ? norm : Clip.Norm(gradients.Buffer);
        }

        if (clipNorm is { } largest)
            scale = Clip.Scale(norm, largest);
        // Whoever copies the parameters meanwhile gets them as they were before, or as they are afterwards.
        lock (parameters.Writing)
        {
            RecurrentConstraint? constraint = RecurrentConstraint is { } some && (state.Step + 1) % some.Every == 0 ? some : null;
            if (constraint is { NeverFails: false })
                (backup ??= new(parameters, state)).Keep(parameters, state);
            Optimizer.Update(plan, state, parameters, gradients, norm, rate, scale);
            if (constraint is not null)
                Constrain(constraint, parameters, state);
            plan.Limit(parameters.Buffer);
        }
    }

    private UpdatePlan Plan() => new(Optimizer, model.Parameters.Table, model.Parameters.Buffer.Length, train, groups);

    private void Constrain(RecurrentConstraint constraint, ParameterSet<T> parameters, OptimizerState<T> state)
    {
        try
        {
            constraint.Apply(parameters, plan, matrix ??= new());
        }
        catch when (!constraint.NeverFails)
        {
            backup!.Restore(parameters, state);
            throw;
        }
    }

    private static NotFiniteNumberException NotFinite(double norm, ParameterSet<T> gradients)
    {
        foreach (ParameterView<T> view in gradients)
        {
            T[] values = new T[view.Count];
            view.CopyTo(values);
            foreach (T value in values)
            {
                if (!double.IsFinite(Element.ToDouble(value)))
                    return new(
                        $"The gradient of {view.Name} has the entry {value}, not a finite number; the parameters are unchanged. A lower "
                        + "learning rate or ClipNorm usually helps.",
                        norm);
            }
        }

        return new($"The gradients' norm is {norm}, not a finite number; the parameters are unchanged.", norm);
    }

    private static double? Positive(double? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A limit must be positive.");
}
