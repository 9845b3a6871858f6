namespace Pronounce;

/// <summary>How a network is trained. All but <see cref="Minutes"/> and <see cref="Threads"/> says what comes out, to the bit.</summary>
internal sealed record Recipe
{
    /// <summary>
    /// Adam's learning rate: it stays there for one part in <see cref="SteadyPart"/> of the training, and then falls to 0 along half a
    /// cosine wave.
    /// </summary>
    public const double LearningRate = 1.5e-3;

    /// <summary>What part of the training has the full learning rate, as 1 / this.</summary>
    public const int SteadyPart = 6;

    /// <summary>The largest norm of all gradients together.</summary>
    public const double ClipNorm = 5;

    /// <summary>Words of a batch.</summary>
    public int Rows { get; init; } = 32;

    /// <summary>Updates over which the learning rate at first grows to <see cref="LearningRate"/>.</summary>
    public int Warmup { get; init; } = 200;

    /// <summary>How often each pronunciation is seen: at least 1.</summary>
    public int Epochs { get; init; } = 24;

    /// <summary>Instead of <see cref="Epochs"/>: how long to train. What comes out then depends on the machine.</summary>
    public double? Minutes { get; init; }

    /// <summary>What all random numbers follow from.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many threads work on a batch.</summary>
    public int Threads { get; init; } = 1;
}
