using RnnGen.Numerics;

namespace RnnGen;

/// <content>Gradients of several batches for one update.</content>
public abstract partial record Trainer<T> where T : unmanaged
{
    // Shared by trainers that `with` makes.
    private readonly GradientSum<T> accumulated = new();

    /// <summary>The batches whose gradients wait for <see cref="Update()"/>; those in which nothing counts are not among them.</summary>
    public int Accumulated => accumulated.Count;

    /// <summary>
    /// One update with the gradients of all batches since the last: their mean, weighted by what counts in each, as if they had been one
    /// batch, but for rounding. Without any nothing happens.
    /// </summary>
    /// <exception cref="NotFiniteNumberException">A gradient is not finite, or a parameter or one of its moments would not be. Nothing has
    /// changed, but that nothing is accumulated any more.</exception>
    /// <exception cref="InvalidOperationException">The model has other parameters than those that the gradients are of. Nothing has
    /// changed, but that nothing is accumulated any more.</exception>
    public void Update()
    {
        using Exclusive.Scope call = Enter();
        if (accumulated.Count == 0)
            return;
        try
        {
            ParameterSet<T> parameters = Parameters;
            if (!ReferenceEquals(parameters, accumulated.Parameters))
                throw new InvalidOperationException(
                    "The model's parameters were replaced after gradients of the old ones had been accumulated. They are dropped.");
            Update(parameters, accumulated.MeanLoss, accumulated.Mean());
        }
        finally
        {
            accumulated.Clear();
        }
    }

    /// <summary>Adds a batch's gradients, within a call that has been entered.</summary>
    /// <param name="parameters">Those that the gradients are of.</param>
    /// <param name="loss">The batch's mean loss.</param>
    /// <param name="gradients">Its gradients.</param>
    /// <param name="weight">What counts in it, more than 0.</param>
    /// <exception cref="NotFiniteNumberException">The loss is not finite. Nothing has changed.</exception>
    private protected void Accumulate(ParameterSet<T> parameters, double loss, ParameterSet<T> gradients, double weight)
    {
        if (!double.IsFinite(loss))
            throw new NotFiniteNumberException(
                $"The loss is {loss}, not a finite number; nothing was added to the gradients. A lower learning rate or ClipNorm usually "
                + "helps.", loss);
        accumulated.Add(parameters, loss, gradients.Buffer, weight);
    }

    private protected void CheckNothingAccumulated()
    {
        if (accumulated.Count > 0)
            throw new InvalidOperationException(
                $"Gradients of {accumulated.Count} batches are accumulated: Update() comes first. Nothing has changed.");
    }
}

/// <summary>A sum of gradients, each times the weight of its batch.</summary>
internal sealed class GradientSum<T> where T : unmanaged
{
    private AlignedBuffer<T>? sum;
    private ParameterSet<T>? mean;
    private WeightedMean loss;

    /// <summary>Batches that were added.</summary>
    public int Count { get; private set; }

    /// <summary>The parameters that they are the gradients of.</summary>
    public ParameterSet<T>? Parameters { get; private set; }

    public double MeanLoss => loss.Value;

    public void Add(ParameterSet<T> parameters, double itsLoss, AlignedBuffer<T> gradients, double weight)
    {
        if (sum is null || sum.Length != gradients.Length)
        {
            sum = new(gradients.Length);
            mean = parameters.In(sum);
        }

        Parameters = parameters;
        Sums.Mix(sum, Count == 0 ? 0 : 1, gradients, weight);
        loss.Add(itsLoss, weight);
        Count++;
    }

    /// <summary>Turns the sum into the mean.</summary>
    public ParameterSet<T> Mean()
    {
        Sums.Mix(sum!, 1 / loss.Weight, sum!, 0);
        return mean!;
    }

    public void Clear()
    {
        Count = 0;
        Parameters = null;
        loss = default;
    }
}
