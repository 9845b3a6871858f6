using System.Diagnostics;
using RnnGen;

namespace Browser;

/// <summary>Trains a <see cref="TextModel"/> on a text, an update at a time, and lets it write.</summary>
internal sealed class TextTrainer
{
    private const int Rows = 8;

    /// <summary>The shortest text: one batch.</summary>
    public const int ShortestText = (Rows * TextModel.Steps) + 1;

    private readonly TextModel model = new(seed: 1);
    private readonly TextModel.Trainer trainer;
    private readonly TextModel.State[] states = new TextModel.State[Rows];
    private readonly Vocabulary vocabulary;
    private readonly SymbolBatches batches;
    private readonly List<double> losses = [];
    private readonly string beginning;
    private long elapsed;

    /// <param name="text">At least <see cref="ShortestText"/> characters.</param>
    public TextTrainer(string text)
    {
        vocabulary = Vocabulary.Of(text, TextModel.InputSize, unknown: '?');
        batches = new SymbolStream(text, vocabulary).Batches(Rows, TextModel.Steps);
        trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 5 };
        beginning = text[..1];
    }

    /// <summary>The loss of each update, in nats per character.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>Updates per second of computing.</summary>
    public double Speed => elapsed == 0 ? 0 : losses.Count * (double)Stopwatch.Frequency / elapsed;

    /// <summary>One update on the next part of the text; after the last, on the first again.</summary>
    public void Update()
    {
        int batch = losses.Count % batches.Count;
        if (batch == 0)
            Array.Clear(states);
        long start = Stopwatch.GetTimestamp();
        losses.Add(trainer.Step(batches[batch], states));
        elapsed += Stopwatch.GetTimestamp() - start;
    }

    /// <summary>A text of the model's own.</summary>
    /// <param name="length">Its characters.</param>
    public string Write(int length)
    {
        var writer = SymbolModel.Of(model, vocabulary.Count);
        int[] written = new int[length];
        TextModel.State state = default;
        writer.Generate(vocabulary.Encode(beginning[0]), ref state, new Sampler { Temperature = 0.6, Seed = (ulong)losses.Count }, written);
        return beginning + vocabulary.Decode(written);
    }

    /// <summary>The weights as a safetensors file.</summary>
    public byte[] Save() => WithFile(file =>
    {
        model.Save(file);
        return File.ReadAllBytes(file);
    });

    /// <summary>Takes weights from a safetensors file. If it does not fit, nothing changes.</summary>
    /// <exception cref="InvalidDataException">It does not fit.</exception>
    public void Load(byte[] weights) => WithFile(file =>
    {
        File.WriteAllBytes(file, weights);
        model.Load(file);
        return true;
    });

    // A browser's files are in memory, and gone with the tab.
    private static T WithFile<T>(Func<string, T> use)
    {
        string file = Path.Combine(Path.GetTempPath(), "weights.safetensors");
        try
        {
            return use(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
