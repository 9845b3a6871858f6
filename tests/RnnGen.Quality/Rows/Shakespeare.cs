namespace RnnGen.Quality.Rows;

[RnnModel(Steps = 64)]
[OneHot(65)]
[Rnn<Lstm>(512), Dropout(0.5)]
[Dense(65), SoftmaxCrossEntropy]
internal sealed partial class ShakespeareModel;

/// <summary>Characters of tiny Shakespeare, split as nanoGPT splits them: the last tenth is to test on.</summary>
internal static class Shakespeare
{
    private const int Rows = 32, Epochs = 7;

    public static string Run(string folder, Action<string> tell)
    {
        string text = File.ReadAllText(Path.Combine(folder, "text", "tinyshakespeare.txt"));
        Vocabulary vocabulary = Vocabulary.Of(text, ShakespeareModel.InputSize);
        SymbolStream stream = new(text, vocabulary), training = stream[..(int)(0.9 * stream.Length)], test = stream[training.Length..];
        SymbolBatches batches = training.Batches(Rows, ShakespeareModel.Steps);
        ShakespeareModel model = new(seed: 1, Initialization.Glorot);
        var trainer = model.CreateTrainer(new Adam(4e-3)) with
        {
            ClipNorm = 5,
            Seed = 1,
            Threads = Environment.ProcessorCount,
            Schedule = new CosineSchedule((long)Epochs * batches.Count),
        };
        trainer.Fit(batches, test.Batches(1, ShakespeareModel.Steps), new()
        {
            Epochs = Epochs,
            AverageDecay = 0.99,
            RestoresBest = false,
            Progress = new Quality.Epochs(tell),
        });
        return $"{Nats(model, test):F4} nats after {trainer.Updates:N0} updates; states are carried through the whole text";
    }

    /// <summary>The mean of −ln p of each character but the first, the text read as one stream from the zero state.</summary>
    private static double Nats(ShakespeareModel model, SymbolStream stream)
    {
        ShakespeareModel.State state = default;
        float[] probabilities = new float[ShakespeareModel.OutputSize];
        double sum = 0;
        for (int i = 0; i + 1 < stream.Length; i++)
        {
            model.Step(stream.Symbols[i], ref state, probabilities);
            sum -= Math.Log(probabilities[stream.Symbols[i + 1]]);
        }

        return sum / (stream.Length - 1);
    }
}
