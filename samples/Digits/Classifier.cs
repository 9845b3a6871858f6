using System.Diagnostics;
using RnnGen;
using RnnGen.Numerics;
using Samples;

namespace Digits;

/// <summary>Trains a network to read digits, and counts how many it gets right.</summary>
internal sealed class Classifier<TState>(IRnnModel<float, float, int, TState> model, Recipe recipe, TextWriter output)
    where TState : struct, IRnnState<float>
{
    /// <summary>Learns from pictures. What does not fill a batch waits for the next epoch, whose order is another.</summary>
    public void Train(DigitImages images)
    {
        Trainer<float, float, int, TState> trainer = model.CreateTrainer(new Adam(recipe.LearningRate)) with
        {
            ClipNorm = 1,
            Schedule = recipe.Schedule(images.Count),
            Threads = Math.Min(Environment.ProcessorCount, 64),
        };
        CounterRandom random = new(1);
        ulong position = 0;
        float[] inputs = new float[recipe.Rows * images.Size * images.Size];
        int[] targets = new int[recipe.Rows];
        Stopwatch clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= recipe.Epochs; epoch++)
        {
            int[] order = Shuffle.Order(images.Count, (ulong)epoch);
            double loss = 0;
            int batches = images.Count / recipe.Rows;
            for (int batch = 0; batch < batches; batch++)
            {
                images.CopyTo(order.AsSpan(batch * recipe.Rows, recipe.Rows), inputs, targets, recipe.Shift == 0 ? null : Shift);
                loss += trainer.Step(inputs, targets) / batches;
            }

            if (epoch % 5 == 0 || epoch == recipe.Epochs)
                output.WriteLine($"{epoch,3} epochs  loss {loss:F4}  {clock.Elapsed.TotalSeconds:F1} s");
        }

        (int Down, int Right) Shift(int row) => (OneShift(), OneShift());
        int OneShift() => (int)(random.Uniform(position++) * ((2 * recipe.Shift) + 1)) - recipe.Shift;
    }

    /// <summary>The share of pictures that are read right.</summary>
    public double Accuracy(DigitImages images)
    {
        float[] inputs = new float[images.Size * images.Size];
        int[] target = new int[1];
        float[] probabilities = new float[model.Shape.OutputSize];
        int right = 0;
        for (int image = 0; image < images.Count; image++)
        {
            images.CopyTo([image], inputs, target);
            TState state = default;
            model.Forward(inputs, ref state, probabilities);
            right += Array.IndexOf(probabilities, probabilities.Max()) == target[0] ? 1 : 0;
        }

        return (double)right / images.Count;
    }
}
