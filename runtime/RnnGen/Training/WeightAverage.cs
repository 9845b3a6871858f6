using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// The exponential moving average of a model's weights over its updates (Polyak and Juditsky 1992): a smoother model, often better than the
/// last one. Not for several threads at once.
/// </summary>
/// <remarks>
/// After update t the average moves by 1 − d toward the weights, with d the smaller of <see cref="Decay"/> and (1 + t) / (10 + t): so the
/// beginning is soon forgotten.
/// </remarks>
/// <typeparam name="T">The model's numbers: <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed class WeightAverage<T> where T : unmanaged
{
    private readonly ITrainedModel<T> model;
    private ParameterSet<T> parameters;
    private long updates;

    /// <summary>Begins with the weights that the model has now.</summary>
    /// <param name="model">The model.</param>
    /// <param name="decay">The share of the average that stays at an update, at least 0 and less than 1: 0.999, for instance.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="decay"/> is outside that range.</exception>
    public WeightAverage(ITrainedModel<T> model, double decay)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (decay is not (>= 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(decay), decay, "Must be at least 0 and less than 1.");
        this.model = model;
        Decay = decay;
        parameters = model.Parameters.Successor();
        model.Parameters.CopyTo(parameters);
    }

    /// <summary>The share of the average that stays at an update, after the first ones.</summary>
    public double Decay { get; }

    /// <summary>The average; while it is in use, the model's own weights.</summary>
    public ParameterSet<T> Parameters => parameters;

    /// <summary>The updates that it is over, at least 0: to be set where <see cref="Parameters"/> were read from a file.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public long Updates
    {
        get => updates;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Updates));
            updates = value;
        }
    }

    /// <summary>Takes the model's weights into the average; call it after each update. Nothing is allocated.</summary>
    public void Observe()
    {
        double decay = Math.Min(Decay, (1.0 + Updates) / (10.0 + Updates));
        ParameterSet<T> now = model.Parameters;
        lock (now.Writing)
            Sums.Mix(parameters.Buffer, decay, now.Buffer, 1 - decay);
        Updates++;
    }

    /// <summary>
    /// Gives the model the average, until the result is disposed, to evaluate with: <c>using (average.Use()) trainer.Evaluate(…)</c>. For
    /// whoever else uses the model meanwhile it has these weights, too.
    /// </summary>
    public Scope Use()
    {
        Exchange();
        return new(this);
    }

    private void Exchange()
    {
        ParameterSet<T> now = model.Parameters;
        model.Publish(parameters);
        parameters = now;
    }

    /// <summary>While it lasts, the model has the average.</summary>
    public readonly ref struct Scope : IDisposable
    {
        private readonly WeightAverage<T> average;

        internal Scope(WeightAverage<T> average) => this.average = average;

        /// <summary>Gives the model its own weights back.</summary>
        public void Dispose() => average?.Exchange();
    }
}
