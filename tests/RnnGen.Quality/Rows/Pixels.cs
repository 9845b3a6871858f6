using Digits;
using RnnGen.Numerics;

namespace RnnGen.Quality.Rows;

// Blocks of a linear memory and a dense layer, each added to what it took.
[RnnModel(Steps = 784)]
[Input(1), Dense(48, Name = "pixel")]
[Rnn<RotatingUnits>(96, Name = "memory1"), Dense(48, Activation = Activation.Gelu, Name = "block1")]
[LayerNorm(From = "pixel + block1", Name = "sum1"), Rnn<RotatingUnits>(96, Name = "memory2")]
[Dropout(0.1), Dense(48, Activation = Activation.Gelu, Name = "block2")]
[LayerNorm(From = "sum1 + block2", Name = "sum2"), Rnn<RotatingUnits>(96, Name = "memory3")]
[Dropout(0.1), Dense(48, Activation = Activation.Gelu, Name = "block3")]
[LayerNorm(From = "sum2 + block3"), Pool(Pooling.Mean)]
[Dense(10), SoftmaxCrossEntropy]
internal sealed partial class PixelModel;

/// <summary>MNIST, pixel after pixel, in the order of lines or in another one.</summary>
/// <param name="images">All digits: the last ones are to test on, those before them to watch by.</param>
/// <param name="order">Which pixel each step brings.</param>
internal sealed class Pixels(DigitImages images, int[] order)
{
    private const int Tests = 1000, Watched = 500, Rows = 32, Epochs = 11, MostShift = 2;
    private readonly int learned = images.Count - Tests - Watched;

    public static string Run(bool permuted, Action<string> tell)
    {
        int[] order = [.. Enumerable.Range(0, PixelModel.Steps)];
        if (permuted)
            Array.Sort([.. order.Select(pixel => new CounterRandom(1).Uniform((ulong)pixel))], order);
        return new Pixels(DigitImages.ReadMnist(Path.Combine(AppContext.BaseDirectory, "data", "mnist10k")), order).Train(tell);
    }

    private string Train(Action<string> tell)
    {
        PixelModel model = new(seed: 1, Initialization.Glorot);
        foreach (string layer in new[] { "memory1", "memory2", "memory3" })
            Eigenvalues.Set(model.Parameters, layer, shortest: 0.9, longest: 0.999, turn: Math.PI);
        var trainer = model.CreateTrainer(new AdamW(4e-3) { WeightDecay = 0.03 }) with
        {
            ClipNorm = 1,
            Seed = 1,
            Threads = Environment.ProcessorCount,
            Schedule = new CosineSchedule((long)Epochs * ((learned + Rows - 1) / Rows), linearWarmup: 200),
        };
        using StreamedBatches<float, int> batches = new(Moved, Rows, pool: learned, seed: 1, steps: PixelModel.Steps);
        trainer.Fit(batches, Fixed(learned, Watched), new() { Epochs = Epochs, Progress = new Quality.Epochs(tell) });
        Accuracy accuracy = new();
        trainer.Evaluate(Fixed(learned + Watched, Tests), accuracy);
        return $"{accuracy.Value:P1} after {Epochs} epochs, {PixelModel.ParameterCount:N0} parameters";
    }

    /// <summary>The digits to learn from, in each epoch moved another way by up to two pixels.</summary>
    private IEnumerable<SequencePair<float, int>> Moved(int epoch)
    {
        CounterRandom random = new((ulong)epoch + 1);
        ulong position = 0;
        for (int image = 0; image < learned; image++)
            yield return Pair(image, Shift(), Shift());

        int Shift() => (int)(random.Uniform(position++) * ((2 * MostShift) + 1)) - MostShift;
    }

    private SequenceBatches<float, int> Fixed(int start, int count)
    {
        SequencePair<float, int>[] pairs = [.. Enumerable.Range(start, count).Select(image => Pair(image, 0, 0))];
        return SequencePairs.Of(
            Sequences.Of<float>([.. pairs.Select(pair => pair.Input.ToArray())]),
            Sequences.Of<int>([.. pairs.Select(pair => pair.Target.ToArray())]))
            .Batches(Rows, order: BatchOrder.InOrder, steps: PixelModel.Steps);
    }

    private SequencePair<float, int> Pair(int image, int down, int right)
    {
        float[] picture = new float[order.Length];
        int[] label = new int[1];
        images.CopyTo([image], picture, label, _ => (down, right));
        return new(order.Select(pixel => picture[pixel]).ToArray(), label);
    }
}
