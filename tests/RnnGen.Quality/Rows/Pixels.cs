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
internal static class Pixels
{
    private const int Tests = 1000, Watched = 500, Rows = 32, Epochs = 14;

    public static string Run(bool permuted, Action<string> tell)
    {
        DigitImages images = DigitImages.ReadMnist(Path.Combine(AppContext.BaseDirectory, "data", "mnist10k"));
        int[] order = [.. Enumerable.Range(0, PixelModel.Steps)];
        if (permuted)
            Array.Sort([.. order.Select(pixel => new CounterRandom(1).Uniform((ulong)pixel))], order);
        float[] pixels = [.. Enumerable.Range(0, images.Count).SelectMany(
            image => order.Select(pixel => images.Pixels[(image * order.Length) + pixel]))];
        var pairs = SequencePairs.Of(
            Sequences.OfRows<float>(pixels, PixelModel.Steps), Sequences.OfRows<int>(images.Labels, steps: 1));
        PixelModel model = new(seed: 1, Initialization.Glorot);
        foreach (string layer in new[] { "memory1", "memory2", "memory3" })
            Eigenvalues.Set(model.Parameters, layer, shortest: 0.9, longest: 0.999, turn: Math.PI);
        var batches = pairs[..^(Tests + Watched)].Batches(Rows, seed: 1, steps: PixelModel.Steps);
        var trainer = model.CreateTrainer(new AdamW(4e-3) { WeightDecay = 0.03 }) with
        {
            ClipNorm = 1,
            Seed = 1,
            Threads = Environment.ProcessorCount,
            Schedule = new CosineSchedule((long)Epochs * batches.Count, linearWarmup: 200),
        };
        trainer.Fit(batches, Fixed(pairs[^(Tests + Watched)..^Tests]), new() { Epochs = Epochs, Progress = new Quality.Epochs(tell) });
        Accuracy accuracy = new();
        trainer.Evaluate(Fixed(pairs[^Tests..]), accuracy);
        return $"{accuracy.Value:P1} after {Epochs} epochs, {PixelModel.ParameterCount:N0} parameters";
    }

    private static SequenceBatches<float, int> Fixed(SequencePairs<float, int> pairs) =>
        pairs.Batches(Rows, order: BatchOrder.InOrder, steps: PixelModel.Steps);
}
