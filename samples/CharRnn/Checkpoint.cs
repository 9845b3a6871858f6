using System.Runtime.InteropServices;
using RnnGen;

namespace CharRnn;

/// <summary>
/// A saved run: a safetensors file with weights, the optimiser's state and its number of updates, which is also the position in the text.
/// What else is needed to go on is in the file's metadata.
/// </summary>
internal sealed record Checkpoint(string Path, string Cell, Vocabulary Vocabulary, float[] States)
{
    private const string CellKey = "charrnn.cell", VocabularyKey = "charrnn.vocabulary", StatesKey = "charrnn.states";

    /// <summary>Writes a run.</summary>
    public static void Save<TState>(string path, Trainer<float> trainer, TState[] states, int stateSize, string cell, Vocabulary vocabulary)
        where TState : struct, IRnnState<float>
    {
        float[] numbers = new float[states.Length * stateSize];
        for (int row = 0; row < states.Length; row++)
            states[row].CopyTo(numbers.AsSpan(row * stateSize, stateSize));
        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        trainer.Save(path, new Dictionary<string, string>
        {
            [CellKey] = cell,
            [VocabularyKey] = vocabulary.ToJson(),
            [StatesKey] = Convert.ToBase64String(MemoryMarshal.AsBytes<float>(numbers)),
        });
    }

    /// <summary>Reads all but the tensors, which wait for their network.</summary>
    /// <exception cref="InvalidDataException">The file is not one of this program's.</exception>
    public static Checkpoint Read(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        IReadOnlyDictionary<string, string> metadata = file.Metadata;
        string Text(string key) =>
            metadata.GetValueOrDefault(key) ?? throw new InvalidDataException($"{path} was not saved by this program: it has no {key}.");
        try
        {
            Vocabulary vocabulary = TextVocabulary.FromJson(Text(VocabularyKey)) as Vocabulary
                ?? throw new InvalidDataException($"{path} has a vocabulary that is not one of characters.");
            return new(
                path, Text(CellKey), vocabulary, MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Text(StatesKey))).ToArray());
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>Sets weights, the optimiser's state and the carried states.</summary>
    /// <exception cref="InvalidDataException">It is another network's, or another number of rows.</exception>
    public void Restore<TState>(Trainer<float> trainer, TState[] states, int stateSize) where TState : struct, IRnnState<float>
    {
        if (States.Length != states.Length * stateSize)
            throw new InvalidDataException($"{Path} carries the states of {(double)States.Length / stateSize} rows, not {states.Length}.");
        trainer.Load(Path);
        for (int row = 0; row < states.Length; row++)
            states[row].CopyFrom(States.AsSpan(row * stateSize, stateSize));
    }
}
