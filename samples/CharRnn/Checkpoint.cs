using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RnnGen;

namespace CharRnn;

/// <summary>
/// A saved run: a safetensors file with weights, the optimiser's state and its number of updates, which is also the position in the text. What else
/// is needed to go on is in the file's metadata.
/// </summary>
internal sealed record Checkpoint(string Path, string Cell, Vocabulary Vocabulary, byte[] States)
{
    private const string CellKey = "charrnn.cell", CharactersKey = "charrnn.characters", UnknownKey = "charrnn.unknown", StatesKey = "charrnn.states";

    /// <summary>Writes a run.</summary>
    public static void Save<TState>(string path, Trainer<float> trainer, Span<TState> states, string cell, Vocabulary vocabulary)
        where TState : unmanaged
    {
        if (System.IO.Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        trainer.Save(path, new Dictionary<string, string>
        {
            [CellKey] = cell,
            [CharactersKey] = vocabulary.Characters,
            [UnknownKey] = $"{vocabulary.Unknown}",
            [StatesKey] = Convert.ToBase64String(MemoryMarshal.AsBytes(states)),
        });
    }

    /// <summary>Reads all but the tensors, which wait for their network.</summary>
    /// <exception cref="InvalidDataException">The file is not one of this program's.</exception>
    public static Checkpoint Read(string path)
    {
        IReadOnlyDictionary<string, string> metadata = SafetensorsFile.Read(path).Metadata;
        string Text(string key) => metadata.GetValueOrDefault(key) ?? throw new InvalidDataException($"{path} was not saved by this program: it has no {key}.");
        try
        {
            Vocabulary vocabulary = new(Text(CharactersKey), Text(UnknownKey) is [char unknown] ? unknown : null);
            return new(path, Text(CellKey), vocabulary, Convert.FromBase64String(Text(StatesKey)));
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>How many rows of a network's states were carried.</summary>
    public int Rows<TState>() where TState : unmanaged => States.Length / Unsafe.SizeOf<TState>();

    /// <summary>Sets weights, the optimiser's state and the carried states.</summary>
    /// <exception cref="InvalidDataException">It is another network's, or another number of rows.</exception>
    public void Restore<TState>(Trainer<float> trainer, Span<TState> states) where TState : unmanaged
    {
        Span<byte> bytes = MemoryMarshal.AsBytes(states);
        if (States.Length != bytes.Length)
            throw new InvalidDataException($"{Path} carries {States.Length} bytes of states, but {states.Length} rows of this network have {bytes.Length}.");
        trainer.Load(Path);
        States.CopyTo(bytes);
    }
}
