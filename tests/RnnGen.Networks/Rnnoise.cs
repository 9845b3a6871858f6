namespace RnnGen.Networks;

/// <summary>
/// RNNoise 0.2's network (Valin 2018, version of 2024): from 65 features of 10 ms of sound, gains for 32 bands, and whether somebody
/// speaks.
/// </summary>
[RnnModel(Steps = 32)]
[Input(65)]
[Conv1d(128, Activation = Activation.Tanh)]
[Conv1d(384, Activation = Activation.Tanh, Name = "seen")]
[Rnn<Gru>(384, Name = "a")]
[Rnn<Gru>(384, Name = "b")]
[Rnn<Gru>(384, Name = "c")]
[Dense(32, From = "seen, a, b, c"), SigmoidCrossEntropy]
[Dense(1, From = "seen, a, b, c"), SigmoidCrossEntropy]
public sealed partial class Rnnoise2;

/// <summary>Trains it on made data: features of bands that are loud or not; the loudest say that somebody speaks.</summary>
internal static class RnnoiseTraining
{
    private const int Rows = 8;
    private const int Bands = 32;

    /// <returns>The loss on other data, before and after.</returns>
    public static (double Before, double After) Run(Rnnoise2 model, int updates)
    {
        var trainer = model.CreateTrainer(new Adam(1e-3)) with { ClipNorm = 1 };
        var (inputs, targets) = Batch(new(0));
        double before = trainer.Evaluate(inputs, targets);
        Random random = new(1);
        for (int update = 0; update < updates; update++)
        {
            var (x, t) = Batch(random);
            trainer.Step(x, t);
        }

        return (before, trainer.Evaluate(inputs, targets));
    }

    private static (float[] Inputs, float[] Targets) Batch(Random random)
    {
        float[] inputs = new float[Rnnoise2.Steps * Rows * Rnnoise2.InputSize];
        float[] targets = new float[Rnnoise2.Steps * Rows * Rnnoise2.OutputSize];
        for (int item = 0; item < Rnnoise2.Steps * Rows; item++)
        {
            Span<float> x = inputs.AsSpan(item * Rnnoise2.InputSize, Rnnoise2.InputSize);
            Span<float> t = targets.AsSpan(item * Rnnoise2.OutputSize, Rnnoise2.OutputSize);
            int loud = 0;
            for (int band = 0; band < Bands; band++)
            {
                bool isLoud = random.Next(3) == 0;
                loud += isLoud ? 1 : 0;
                x[band] = (isLoud ? 1 : -1) + (0.3f * ((float)random.NextDouble() - 0.5f));
                x[Bands + band] = 0.3f * ((float)random.NextDouble() - 0.5f);
                t[band] = isLoud ? 1 : 0;
            }

            t[Bands] = loud > Bands / 3 ? 1 : 0;
        }

        return (inputs, targets);
    }
}
