using System.Collections;
using System.Globalization;
using System.Text;

namespace RnnGen.Formats;

/// <summary>
/// Reads the tensors of PyTorch's files: a <c>state_dict</c> that <c>torch.save</c> wrote (<c>.pt</c>, <c>.pth</c>), also within other
/// dictionaries, and the weights of a TorchScript archive.
/// </summary>
/// <remarks>
/// Nothing of a pickle is run. Before it is read, one pass refuses every class but those that tensors are made of, and every length that
/// the file has no room for. Tensors keep their names, those of dictionaries in dictionaries joined by dots:
/// <c>model.lstm.weight_ih_l0</c>. Numbers and texts beside them become texts. Views and tensors that share a storage are read as the
/// tensors that they are. A file of n bytes takes at most 32 MB + 1,000 n.
/// </remarks>
public static class PyTorchFile
{
    private const string What = "The PyTorch file", Pickle = "data.pkl";

    private const int MostDepth = 64;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, up to 2 GB.</param>
    /// <exception cref="InvalidDataException">It is no such file, broken, or has more than tensors in it; the message says
    /// what.</exception>
    public static SafetensorsFile Read(string path) => Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">It is no such file, broken, or has more than tensors in it; the message says
    /// what.</exception>
    public static SafetensorsFile Read(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        if (file is [0x80, ..])
            throw new InvalidDataException($"{What} is a bare pickle, as torch.save wrote before PyTorch 1.6 or with "
                + "_use_new_zipfile_serialization=False: load it in PyTorch and save it again.");
        using Archive archive = new(file, What);
        string entry = archive.Names.FirstOrDefault(name => name == Pickle || name.EndsWith($"/{Pickle}", StringComparison.Ordinal))
            ?? throw new InvalidDataException($"{What} has no entry {Pickle}.");
        string folder = entry[..^Pickle.Length];
        if (archive.Has($"{folder}byteorder") && Encoding.ASCII.GetString(archive.Read($"{folder}byteorder")) is var order and not "little")
            throw new InvalidDataException($"{What} has the byte order {FileText.Quote(order)}, and only little is read.");
        byte[] pickle = archive.Read(entry);
        // Archives keep pickles as they are. One that expands could be far larger than the file.
        if (pickle.Length > file.Length)
            throw new InvalidDataException($"{What} has a pickle of {pickle.Length} bytes, more than the file's {file.Length}.");
        byte[] isChecked = PickleCheck.Run(pickle, out Dictionary<string, int> positions);
        object? root = Guarded.Call($"{What}'s pickle", () =>
        {
            using TorchUnpickler reader = new();
            return reader.loads(isChecked);
        });
        return new Collection(archive, folder, positions, pickle.Length, file.Length).Collect(root);
    }

    /// <summary>Goes through what a pickle made, and takes its tensors.</summary>
    private sealed class Collection(
        Archive archive, string folder, Dictionary<string, int> order, int mostVisited, long fileLength)
    {
        private readonly Dictionary<string, byte[]> storages = new(StringComparer.Ordinal);
        private readonly List<SafetensorsTensor> tensors = [];
        private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
        private long copied = Archive.BytesAtOnce + (Archive.BytesPerByte * fileLength);
        private int visited;

        public SafetensorsFile Collect(object? root)
        {
            Visit(root, "", 0);
            return tensors.Count > 0
                ? TensorNames.File(What, tensors, texts)
                : throw new InvalidDataException($"{What} has no tensors.");
        }

        private void Visit(object? value, string name, int depth)
        {
            // Dictionaries can contain each other, and one can be in many places.
            if (depth > MostDepth || ++visited > mostVisited)
                throw new InvalidDataException($"{What} has dictionaries within each other without end.");
            switch (value)
            {
                case PickledModule module:
                    // Its lists have what is elsewhere too, as nn.LSTM's list of its weights.
                    foreach (var (key, item) in Ordered(module.Attributes).Where(entry => entry.Value is not ArrayList))
                        Visit(item, Join(name, key), depth + 1);
                    break;
                case Hashtable dictionary:
                    foreach (var (key, item) in Ordered(dictionary))
                        Visit(item, Join(name, key), depth + 1);
                    break;
                case ArrayList or object[]:
                    int index = 0;
                    foreach (object? item in (IEnumerable)value)
                        Visit(item, Join(name, (index++).ToString(CultureInfo.InvariantCulture)), depth + 1);
                    break;
                case TorchTensor tensor:
                    tensors.Add(Read(tensor, TensorNames.Check(What, name.Length > 0 ? name : "tensor")));
                    break;
                case int or long or double or bool or string when name.Length > 0 && value is not string { Length: > 200 }:
                    string text = Convert.ToString(value, CultureInfo.InvariantCulture)!;
                    TensorNames.Check(What, text);
                    texts[TensorNames.Check(What, name)] = text;
                    break;
            }
        }

        private static string Join(string name, string key) => name.Length == 0 ? key : $"{name}.{key}";

        private IEnumerable<(string Key, object? Value)> Ordered(Hashtable dictionary) =>
            dictionary.Cast<DictionaryEntry>()
                .Where(entry => entry.Key is string or int or long)
                .Select(entry => (Key: Convert.ToString(entry.Key, CultureInfo.InvariantCulture)!, entry.Value))
                .OrderBy(entry => order.GetValueOrDefault(entry.Key, int.MaxValue))
                .ThenBy(entry => entry.Key, StringComparer.Ordinal);

        private SafetensorsTensor Read(TorchTensor tensor, string name)
        {
            ElementType type = tensor.Storage.Type;
            if (!storages.TryGetValue(tensor.Storage.Key, out byte[]? bytes))
                storages[tensor.Storage.Key] = bytes = archive.Read($"{folder}data/{tensor.Storage.Key}");
            long count = StridedBytes.Count(tensor.Shape) ?? throw Bad(name, "has more elements than an array can");
            Int128 last = tensor.Offset;
            for (int i = 0; i < tensor.Shape.Length && count > 0; i++)
                last += (Int128)(tensor.Shape[i] - 1) * tensor.Strides[i];
            Int128 end = count == 0 ? 0 : (last + 1) * type.Size;
            if (end > bytes.Length)
                throw Bad(name, $"ends at byte {end} of a storage of {bytes.Length}");
            if (count == 0)
                return SafetensorsTensor.FromBytes(name, type.Name, tensor.Shape, default);
            int start = (int)tensor.Offset * type.Size;
            if (StridedBytes.IsRowByRow(tensor.Shape, tensor.Strides))
                return SafetensorsTensor.FromBytes(name, type.Name, tensor.Shape, bytes.AsMemory(start, (int)(count * type.Size)));
            if ((copied -= count * type.Size) < 0)
                throw Bad(name, "repeats its elements more often than a file of this length may");
            return SafetensorsTensor.FromBytes(
                name, type.Name, tensor.Shape, StridedBytes.Copy(bytes.AsSpan(start), tensor.Shape, tensor.Strides, type.Size));
        }

        private static InvalidDataException Bad(string name, string reason) =>
            new($"{What} is broken: {FileText.Quote(name)} {reason}.");
    }
}
