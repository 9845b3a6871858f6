namespace RnnGen;

/// <summary>
/// A model's weights as a safetensors file, under PyTorch's names and in PyTorch's shapes: what generated models save and load.
/// </summary>
public static class WeightFile
{
    /// <summary>What the names of an optimiser's tensors start with. A weight file may have such tensors; loading passes over them.</summary>
    public const string OptimizerPrefix = "optimizer.";

    /// <summary>Writes the weights to a file. A crash on the way leaves what was there before.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="path">Where to; an existing file is replaced.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    public static void Save<T>(string path, ParameterSet<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged => new SafetensorsFile(Tensors(parameters), metadata).Write(path);

    /// <summary>Writes the weights to a stream. Equal weights give equal bytes.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="stream">A writable stream.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    public static void Save<T>(Stream stream, ParameterSet<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged => new SafetensorsFile(Tensors(parameters), metadata).Write(stream);

    /// <summary>Reads weights from a file; see <see cref="Load{T}(SafetensorsFile, ParameterSet{T})"/>.</summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="path">Where it is.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <returns>The texts stored beside the weights.</returns>
    /// <exception cref="InvalidDataException">The file is broken or does not fit. Nothing has changed.</exception>
    public static IReadOnlyDictionary<string, string> Load<T>(string path, ParameterSet<T> parameters)
        where T : unmanaged => Load(SafetensorsFile.Read(path), parameters);

    /// <summary>Reads weights from a stream; see <see cref="Load{T}(SafetensorsFile, ParameterSet{T})"/>.</summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="stream">Read from its position to its end.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <returns>The texts stored beside the weights.</returns>
    /// <exception cref="InvalidDataException">The file is broken or does not fit. Nothing has changed.</exception>
    public static IReadOnlyDictionary<string, string> Load<T>(Stream stream, ParameterSet<T> parameters)
        where T : unmanaged => Load(SafetensorsFile.Read(stream), parameters);

    /// <summary>
    /// Sets all parameters from a file's tensors of the same names and shapes, of the types F32, F64, F16 or BF16. Rows without
    /// a parameter of their own (the second bias of PyTorch's cells) are added to the one that stands for them.
    /// </summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="file">The file.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <returns>The texts stored beside the weights.</returns>
    /// <exception cref="InvalidDataException">
    /// Tensors are missing, surplus, of another shape or type, or not finite: the message lists all that is wrong. Nothing has changed.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Load<T>(SafetensorsFile file, ParameterSet<T> parameters) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parameters);
        TensorLoad<T> load = new(file);
        load.Ignore(OptimizerPrefix);
        load.Stage(parameters);
        load.Commit();
        return file.Metadata;
    }

    /// <summary>The parameters as tensors, their names behind <paramref name="prefix"/>.</summary>
    internal static List<SafetensorsTensor> Tensors<T>(ParameterSet<T> parameters, string prefix = "") where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        List<SafetensorsTensor> tensors = new(parameters.Count);
        foreach (ParameterView<T> view in parameters)
        {
            T[] values = new T[view.Count];
            view.CopyTo(values);
            tensors.Add(SafetensorsTensor.Create<T>(prefix + view.Name, [.. view.Shape], values));
        }

        return tensors;
    }
}
