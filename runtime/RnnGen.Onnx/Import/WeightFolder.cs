using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>
/// The files of weights beside a model: they lie in its folder or below, and nothing else is read, whatever the file says.
/// </summary>
/// <param name="folder">The model's folder; null if the model is in memory.</param>
internal sealed class WeightFolder(string? folder)
{
    private const int LargestElement = 8;

    public long BytesRead { get; private set; }

    /// <summary>The bytes of a tensor whose numbers lie in another file.</summary>
    /// <param name="tensor">The tensor.</param>
    /// <param name="count">How many numbers it has.</param>
    /// <exception cref="NotTakenException">There is no such file in the folder, or it is shorter.</exception>
    public byte[] Read(TensorProto tensor, long count)
    {
        string Entry(string key) => tensor.ExternalData.FirstOrDefault(e => e.Key == key)?.Value ?? "";

        string location = Entry("location");
        if (folder is null)
            throw new NotTakenException("its numbers lie in another file, and the model was given without its folder");
        long offset = Number("offset", 0);
        long most = count * LargestElement, length = Number("length", -1);
        string path = PathOf(location);
        FileInfo file = new(path);
        if (length < 0)
            length = Math.Max(file.Length - offset, 0);
        if (length > most || offset > file.Length || length > file.Length - offset)
            throw new NotTakenException($"its numbers lie in '{location}', bytes {offset} to {offset + (double)length}, which has "
                + $"{file.Length}, for {count} numbers");
        byte[] bytes = new byte[length];
        using FileStream stream = file.OpenRead();
        stream.Position = offset;
        stream.ReadExactly(bytes);
        BytesRead += length;
        return bytes;

        long Number(string key, long otherwise)
        {
            string text = Entry(key);
            return text.Length == 0 ? otherwise : long.TryParse(text, out long number) && number >= 0 ? number
                : throw new NotTakenException($"its {key} in another file is '{text}'");
        }
    }

    private string PathOf(string location)
    {
        if (location.Length is 0 or > 1000 || location.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(location)
            || location.Split('/', '\\').Contains(".."))
            throw new NotTakenException($"its numbers lie in '{location}', outside of the model's folder");
        string root = Path.GetFullPath(folder!), path = Path.GetFullPath(Path.Combine(root, location));
        string inside = root.EndsWith(Path.DirectorySeparatorChar) ? root : root + Path.DirectorySeparatorChar;
        if (!path.StartsWith(inside, StringComparison.Ordinal))
            throw new NotTakenException($"its numbers lie in '{location}', outside of the model's folder");
        for (string? part = path; part is not null && part.Length > root.Length; part = Path.GetDirectoryName(part))
        {
            FileSystemInfo info = Directory.Exists(part) ? new DirectoryInfo(part) : new FileInfo(part);
            if (info.LinkTarget is not null)
                throw new NotTakenException($"its numbers lie in '{location}', which is a link");
        }

        return File.Exists(path)
            ? path
            : throw new NotTakenException($"its numbers lie in '{location}', which is not in the model's folder");
    }
}
