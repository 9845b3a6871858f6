namespace RnnGen;

/// <summary>
/// Moves a model's parameters along their gradients: the part of training that knows nothing of inputs and targets.
/// <see cref="Trainer{T, TInput, TTarget, TState}"/> adds the passes forward and back.
/// </summary>
/// <remarks>
/// A record: <c>model.CreateTrainer(new Adam()) with { ClipNorm = 5 }</c> is a trainer with another option that goes on with the same optimiser state.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public abstract record Trainer<T> where T : unmanaged
{
    private readonly OptimizerState<T> state;
    private readonly double? clipNorm;
    private readonly double? clipValue;
    private readonly LearningRateSchedule schedule = new ConstantSchedule();
    private RecurrentMatrix? matrix;

    /// <summary>Starts training.</summary>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="optimizer">How gradients move them.</param>
    protected Trainer(ParameterSet<T> parameters, Optimizer optimizer)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(optimizer);
        Parameters = parameters;
        Optimizer = optimizer;
        state = optimizer.CreateState<T>(parameters.Buffer.Length);
    }

    /// <summary>How gradients move parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>What the optimiser's learning rate is multiplied by at each update. The default is always 1.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public LearningRateSchedule Schedule
    {
        get => schedule;
        init => schedule = Guard.NotNull(value, nameof(Schedule));
    }

    /// <summary>The largest Euclidean norm of all gradients together; larger ones are scaled down to it. Null, the default, is no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double? ClipNorm
    {
        get => clipNorm;
        init => clipNorm = Positive(value, nameof(ClipNorm));
    }

    /// <summary>The largest absolute value of a single gradient; larger ones are cut off, before <see cref="ClipNorm"/> looks at them. Null, the default, is no limit.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public double? ClipValue
    {
        get => clipValue;
        init => clipValue = Positive(value, nameof(ClipValue));
    }

    /// <summary>What the recurrent matrices are brought back to after updates. Null, the default, leaves them as the optimiser moved them.</summary>
    public RecurrentConstraint? RecurrentConstraint { get; init; }

    /// <summary>How many updates there were.</summary>
    public long Updates => state.Step;

    /// <summary>The parameters that are trained.</summary>
    protected ParameterSet<T> Parameters { get; }

    /// <summary>Writes the weights and the optimiser's state, so that training goes on to the bit where it stopped. The file also loads as a weight file.</summary>
    /// <param name="path">Where to; an existing file is replaced as a whole.</param>
    /// <param name="metadata">Texts to keep with them, for instance the place in the data.</param>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null) => TrainingFile.Save(path, Parameters, state, metadata);

    /// <summary>Reads what <see cref="Save"/> wrote. If the file is broken or another model's, nothing changes.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The texts stored with it.</returns>
    /// <exception cref="InvalidDataException">The file is not such a file, or does not fit; the message lists all that is wrong.</exception>
    public IReadOnlyDictionary<string, string> Load(string path) => TrainingFile.Load(path, Parameters, state);

    /// <summary>Clips the gradients, updates the parameters and applies the <see cref="RecurrentConstraint"/>.</summary>
    /// <param name="loss">The loss they belong to.</param>
    /// <param name="gradients">The parameters' gradients, which clipping may change.</param>
    /// <exception cref="NotFiniteNumberException">
    /// The loss or a gradient is not finite, or a parameter or one of its moments would not be. Parameters, moments and <see cref="Updates"/> are unchanged.
    /// </exception>
    /// <exception cref="InvalidOperationException">The schedule's factor is not finite, or negative. Nothing has changed.</exception>
    protected void Update(double loss, ParameterSet<T> gradients)
    {
        ArgumentNullException.ThrowIfNull(gradients);
        if (!double.IsFinite(loss))
            throw new NotFiniteNumberException($"The loss is {loss}, not a finite number; the parameters are unchanged. A lower learning rate or ClipNorm usually helps.", loss);
        double rate = Optimizer.LearningRate * Schedule.FactorAt(state.Step);
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
        Optimizer.Update(state, Parameters, gradients, norm, rate, scale);
        if (RecurrentConstraint is { } constraint && state.Step % constraint.Every == 0)
            constraint.Apply(Parameters, matrix ??= new());
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
                    return new($"The gradient of {view.Name} has the entry {value}, not a finite number; the parameters are unchanged. A lower learning rate or ClipNorm usually helps.", norm);
            }
        }

        return new($"The gradients' norm is {norm}, not a finite number; the parameters are unchanged.", norm);
    }

    private static double? Positive(double? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "A limit must be positive.");
}
