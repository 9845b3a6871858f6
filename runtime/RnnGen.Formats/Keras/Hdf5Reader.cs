using PureHDF;

namespace RnnGen.Formats;

/// <summary>A dataset with its numbers.</summary>
internal sealed record Hdf5Tensor(string Name, ElementType Type, int[] Shape, byte[] Data);

/// <summary>Takes the datasets and the texts out of an HDF5 file that Keras wrote.</summary>
internal sealed class Hdf5Reader(byte[] file, string what)
{
    private const string Model = "model_weights", Optimizer = "optimizer", OptimizerOfModel = "optimizer_weights";

    private const int MostDepth = 32;

    private readonly List<Hdf5Tensor> tensors = [];
    private long left = file.Length;

    /// <summary>The datasets under their paths.</summary>
    /// <param name="texts">Receives the architecture and Keras' version.</param>
    /// <exception cref="InvalidDataException">The file is broken, or has what Keras does not write.</exception>
    public List<Hdf5Tensor> Read(Dictionary<string, string> texts)
    {
        Hdf5Check.Run(file, what);
        return Guarded.Call(what, () =>
        {
            using var root = H5File.Open(new MemoryStream(file), leaveOpen: false);
            foreach (IH5Attribute attribute in root.Attributes())
            {
                if (attribute.Name is KerasFile.ConfigText or "keras_version" && Text(attribute) is { } text)
                    texts[attribute.Name] = text;
            }

            IH5Group weights = root.Children().OfType<IH5Group>().FirstOrDefault(group => group.Name == Model) ?? root;
            Visit(weights, "", 0);
            return tensors;
        });
    }

    private void Visit(IH5Group group, string path, int depth)
    {
        if (depth > MostDepth)
            throw new InvalidDataException($"groups lie deeper than {MostDepth} within each other");
        foreach (IH5Object child in group.Children())
        {
            string name = path + child.Name;
            if (child is IH5Group below && !(depth == 0 && child.Name is Optimizer or OptimizerOfModel))
                Visit(below, name + "/", depth + 1);
            else if (child is IH5Dataset dataset)
                tensors.Add(Read(dataset, name.EndsWith(":0", StringComparison.Ordinal) ? name[..^2] : name));
        }
    }

    private Hdf5Tensor Read(IH5Dataset dataset, string name)
    {
        ElementType type = (dataset.Type.Class, dataset.Type.Size) switch
        {
            (H5DataTypeClass.FloatingPoint, 2 or 4 or 8) => ElementType.Real(dataset.Type.Size),
            (H5DataTypeClass.FixedPoint, 1 or 2 or 4 or 8) =>
                ElementType.Integer(dataset.Type.Size, dataset.Type.FixedPoint.IsSigned),
            var (kind, size) => throw new InvalidDataException($"{FileText.Quote(name)} has elements of type {kind} with {size} bytes"),
        };
        ulong[] dimensions = dataset.Space.Dimensions;
        if (Array.Exists(dimensions, size => size > int.MaxValue))
            throw new InvalidDataException($"{FileText.Quote(name)} is larger than the file");
        int[] shape = [.. dimensions.Select(size => (int)size)];
        long bytes = (StridedBytes.Count(shape) ?? long.MaxValue / 16) * type.Size;
        // Chunks may be compressed, and then expand; all tensors together are bounded by the file.
        if ((left -= dataset.Layout.Class == H5DataLayoutClass.Chunked ? bytes / Archive.BytesPerByte : bytes) < 0)
            throw new InvalidDataException($"{FileText.Quote(name)} is larger than the file");
        byte[] data = bytes == 0 ? [] : type.Name switch
        {
            "F16" => Bytes<Half>(dataset),
            "F32" => Bytes<float>(dataset),
            "F64" => Bytes<double>(dataset),
            "I8" => Bytes<sbyte>(dataset),
            "U8" => Bytes<byte>(dataset),
            "I16" => Bytes<short>(dataset),
            "U16" => Bytes<ushort>(dataset),
            "I32" => Bytes<int>(dataset),
            "U32" => Bytes<uint>(dataset),
            "I64" => Bytes<long>(dataset),
            _ => Bytes<ulong>(dataset),
        };
        return data.Length == bytes
            ? new(name, type, shape, data)
            : throw new InvalidDataException($"{FileText.Quote(name)} has {data.Length} bytes instead of {bytes}");
    }

    /// <summary>The elements' bytes; SafetensorsTensor's are little-endian, as the numbers are here.</summary>
    private static byte[] Bytes<T>(IH5Dataset dataset) where T : unmanaged =>
        SafetensorsTensor.Create<T>("", [.. dataset.Space.Dimensions.Select(size => (int)size)], dataset.Read<T[]>()).Data.ToArray();

    /// <summary>A text; an empty list of names has another type.</summary>
    private string? Text(IH5Attribute attribute) =>
        attribute.Space.Dimensions.Length == 0 && attribute.Type.Class is H5DataTypeClass.VariableLength or H5DataTypeClass.String
            && attribute.Type.Size <= file.Length
            && attribute.Read<string>() is var text && TensorNames.IsUnicode(text)
            ? text
            : null;
}
