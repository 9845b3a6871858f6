using System.Buffers.Binary;

namespace RnnGen.Formats;

/// <summary>The one way in: weights of any format, recognised by what the file has.</summary>
/// <remarks>
/// Tensors have the file's own names and shapes; <see cref="LayerWeights"/> says where a model's layers are among them. For a format that
/// is not here, make the tensors yourself (<see cref="SafetensorsTensor.Create"/>, <see cref="SafetensorsTensor.FromBytes"/>) and put them
/// together: <c>new SafetensorsFile(tensors)</c> is what everything that loads weights takes.
/// </remarks>
public static class TensorFile
{
    private const int LengthField = 8;

    /// <summary>Opens a file. Tensors of a safetensors file stay on the disk until they are read; other files are read whole.</summary>
    /// <param name="path">The file; up to 2 GB, if it is not safetensors.</param>
    /// <returns>The tensors, to be disposed of.</returns>
    /// <exception cref="InvalidDataException">The format is not known or has no weights that can be read, or the file is broken; the
    /// message says which.</exception>
    public static SafetensorsFile Open(string path) =>
        IsSafetensors(path) ? SafetensorsFile.Open(path) : Read(File.ReadAllBytes(path));

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <exception cref="InvalidDataException">The format is not known or has no weights that can be read, or the file is broken; the
    /// message says which.</exception>
    public static SafetensorsFile Read(byte[] file)
    {
        FileFormat format = FormatOf(file);
        return format switch
        {
            FileFormat.Safetensors => SafetensorsFile.Read(file),
            FileFormat.NumpyArray or FileFormat.NumpyArchive => NumpyFile.Read(file),
            FileFormat.PyTorch or FileFormat.TorchScript or FileFormat.Pickle => PyTorchFile.Read(file),
            FileFormat.Keras or FileFormat.Hdf5 => KerasFile.Read(file),
            FileFormat.StateDictJson or FileFormat.RtNeural or FileFormat.AidaX or FileFormat.GuitarMl or FileFormat.Nam =>
                JsonWeights.Read(file),
            FileFormat.Onnx => throw new InvalidDataException("This is an ONNX model, which is a declaration and weights: "
                + "OnnxImport.Read or 'rnngen import' reads it."),
            FileFormat.TensorFlowLite => throw new InvalidDataException("This is a TensorFlow Lite model, which is a declaration and "
                + "weights: ModelImport.Read or 'rnngen import' reads it."),
            _ => throw new InvalidDataException("The file is in no format that is known: it begins with neither safetensors, a zip file "
                + "of Keras, PyTorch or NumPy, HDF5, TensorFlow Lite, ONNX nor JSON of weights. Tensors of other formats can be put "
                + "together with new SafetensorsFile(tensors)."),
        };
    }

    /// <summary>The format of a file.</summary>
    /// <param name="path">The file.</param>
    public static FileFormat FormatOf(string path) => IsSafetensors(path) ? FileFormat.Safetensors : FormatOf(File.ReadAllBytes(path));

    /// <summary>The format of a file that is in memory, by how it begins and, of a zip file or JSON, by the names in it.</summary>
    /// <param name="file">The whole file.</param>
    public static FileFormat FormatOf(byte[] file)
    {
        ArgumentNullException.ThrowIfNull(file);
        ReadOnlySpan<byte> start = file;
        if (IsSafetensors(start, file.LongLength))
            return FileFormat.Safetensors;
        if (NumpyFile.IsArray(start))
            return FileFormat.NumpyArray;
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n']))
            return FileFormat.Hdf5;
        if (start.Length > 8 && start[4..].StartsWith("TFL3"u8))
            return FileFormat.TensorFlowLite;
        if (start.StartsWith("PK"u8))
            return FormatOfArchive(file);
        if (start is [0x80, >= 1 and <= 5, ..])
            return FileFormat.Pickle;
        if (start.TrimStart(" \t\r\n"u8) is [(byte)'{', ..] or [0xEF, 0xBB, 0xBF, (byte)'{', ..])
            return FormatOfJson(file);
        // A message of ONNX begins with the field ir_version, a small number.
        return start is [0x08, >= 1 and < 32, ..] ? FileFormat.Onnx : FileFormat.Unknown;
    }

    /// <summary>A length that the file has room for, and behind it JSON. JSON itself would be a length beyond any file.</summary>
    private static bool IsSafetensors(ReadOnlySpan<byte> start, long length) =>
        start.Length > LengthField
            && BinaryPrimitives.ReadUInt64LittleEndian(start) <= (ulong)(length - LengthField)
            && start[LengthField..Math.Min(LengthField + 16, start.Length)].TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    private static bool IsSafetensors(string path)
    {
        using FileStream stream = File.OpenRead(path);
        Span<byte> start = stackalloc byte[LengthField + 16];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        return IsSafetensors(start, stream.Length);
    }

    private static FileFormat FormatOfArchive(byte[] file)
    {
        try
        {
            using Archive archive = new(file, "The archive");
            if (archive.Has(KerasFile.Weights))
                return FileFormat.Keras;
            if (archive.Names.Any(name => name is "data.pkl" || name.EndsWith("/data.pkl", StringComparison.Ordinal)))
                return archive.Names.Any(name => name is "constants.pkl" || name.EndsWith("/constants.pkl", StringComparison.Ordinal))
                    ? FileFormat.TorchScript
                    : FileFormat.PyTorch;
            return archive.Names.Count > 0 && archive.Names.All(name => name.EndsWith(".npy", StringComparison.Ordinal))
                ? FileFormat.NumpyArchive
                : FileFormat.Unknown;
        }
        catch (InvalidDataException)
        {
            return FileFormat.Unknown;
        }
    }

    private static FileFormat FormatOfJson(byte[] file)
    {
        try
        {
            using var document = JsonWeights.Parse(file);
            return JsonWeights.FormatOf(document.RootElement);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            return FileFormat.Unknown;
        }
    }
}
