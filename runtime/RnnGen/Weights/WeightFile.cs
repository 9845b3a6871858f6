using System.ComponentModel;

namespace RnnGen;

/// <summary>
/// A model's weights as a safetensors file, under PyTorch's names and in PyTorch's shapes: what generated models save and load.
/// </summary>
public static class WeightFile
{
    /// <summary>
    /// The beginning of the names of an optimiser's tensors. A weight file may have such tensors; loading passes over them.
    /// </summary>
    public const string OptimizerPrefix = "optimizer.";

    /// <summary>Writes the weights to a file, as a whole or not at all; see <see cref="SafetensorsFile.Write(string)"/>.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="path">The file to write; an existing file is replaced.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    /// <exception cref="ArgumentException">A text of the metadata could not be read back: it is null, or half of a surrogate pair. Nothing
    /// is written.</exception>
    public static void Save<T>(string path, ParameterSet<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged => new SafetensorsFile(Tensors(parameters), metadata).Write(path);

    /// <summary>Writes the weights to a stream. Equal weights give equal bytes.</summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="stream">A writable stream.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="metadata">Texts to keep beside them.</param>
    /// <exception cref="ArgumentException">A text of the metadata could not be read back: it is null, or half of a surrogate pair. Nothing
    /// is written.</exception>
    public static void Save<T>(Stream stream, ParameterSet<T> parameters, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged => new SafetensorsFile(Tensors(parameters), metadata).Write(stream);

    /// <summary>
    /// Reads weights from a file, tensor by tensor; see <see cref="Load{T}(SafetensorsFile, ParameterSet{T})"/>. Neither the file nor a
    /// second set of weights is held in memory, but the header, the vectors and one matrix.
    /// </summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <returns>The texts stored beside the weights.</returns>
    /// <exception cref="InvalidDataException">The file is broken or does not fit. Nothing has changed.</exception>
    /// <exception cref="IOException">
    /// It cannot be read. If that happens, or somebody changes the file, after all of it has been checked and while the weights are copied,
    /// the message says so: the model then has some of its weights.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Load<T>(string path, ParameterSet<T> parameters)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Load(file, parameters);
    }

    /// <summary>
    /// Reads weights from a file into a new set, for the <c>Load</c> of a generated model, which then puts it in the place of the old one.
    /// </summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="path">The file.</param>
    /// <param name="parameters">The model's parameters, which stay as they are.</param>
    /// <exception cref="InvalidDataException">The file is broken or does not fit.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static ParameterSet<T> Read<T>(string path, ParameterSet<T> parameters)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        return Read(file, parameters);
    }

    /// <summary>Reads weights from a file's tensors into a new set.</summary>
    internal static ParameterSet<T> Read<T>(SafetensorsFile file, ParameterSet<T> parameters)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parameters);
        ParameterSet<T> loaded = parameters.Successor();
        TensorLoad<T> load = new(file);
        load.Ignore(OptimizerPrefix);
        load.Stage(loaded);
        load.Commit("; the model is unchanged");
        return loaded;
    }

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
    /// Tensors are missing, surplus, of another shape or type, or not finite: the message lists what is wrong. Nothing has changed.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Load<T>(SafetensorsFile file, ParameterSet<T> parameters) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parameters);
        TensorLoad<T> load = new(file);
        load.Ignore(OptimizerPrefix);
        load.Stage(parameters);
        lock (parameters.Writing)
            load.Commit();
        return file.Metadata;
    }

    /// <summary>
    /// Sets all parameters from tensors in the layouts of other frameworks. Two biases are added up where a layer's cell has one, and kept
    /// apart where they are two.
    /// </summary>
    /// <typeparam name="T">The model's element.</typeparam>
    /// <param name="file">The tensors, of the types F32, F64, F16 or BF16.</param>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="layers">The place and the layout of every layer.</param>
    /// <param name="ignore">The beginnings of names of tensors that may be in the file although the model has no use for them.</param>
    /// <returns>The texts stored beside the weights.</returns>
    /// <exception cref="InvalidDataException">
    /// Tensors are missing, surplus, misnamed, transposed, of another shape or type, or not finite, or a layer's cell is another network
    /// than the layout's: the message lists what is wrong. Nothing has changed.
    /// </exception>
    public static IReadOnlyDictionary<string, string> Load<T>(
        SafetensorsFile file, ParameterSet<T> parameters, IReadOnlyList<LayerWeights> layers, params string[] ignore)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(ignore);
        TensorLoad<T> load = new(file);
        foreach (string prefix in ignore)
            load.Ignore(prefix);
        load.Stage(parameters, layers);
        lock (parameters.Writing)
            load.Commit();
        return file.Metadata;
    }

    /// <summary>
    /// The parameters as tensors in the layouts of other frameworks: what
    /// <see cref="Load{T}(SafetensorsFile, ParameterSet{T}, IReadOnlyList{LayerWeights}, string[])"/> reads. What a tensor has beside them,
    /// such as the forget gate of a coupled LSTM, is 0.
    /// </summary>
    /// <typeparam name="T">The model's element; stored as F32 or F64.</typeparam>
    /// <param name="parameters">The model's parameters.</param>
    /// <param name="layers">The place and the layout of every layer.</param>
    /// <exception cref="InvalidDataException">The layers do not fit the model, or two of them meet in one tensor; the message lists what is
    /// wrong.</exception>
    public static SafetensorsFile Export<T>(ParameterSet<T> parameters, IReadOnlyList<LayerWeights> layers) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(layers);
        ProblemList problems = new();
        LayoutTensors<T> map = new(parameters, layers, problems.Add);
        OrderedDictionary<string, (TensorPlace Place, T[] Values)> tensors = new(StringComparer.Ordinal);
        using Lock.Scope whole = parameters.Writing.EnterScope();
        foreach (ParameterView<T> view in parameters)
        {
            TensorPlace? place = map.Find(view, out string? problem);
            if (!string.IsNullOrEmpty(problem))
                problems.Add(problem);
            if (place is null)
                continue;
            if (!tensors.TryGetValue(place.Name, out var tensor))
                tensors.Add(place.Name, tensor = (place, new T[place.Count]));
            if (!tensor.Place.Shape.SequenceEqual(place.Shape))
            {
                problems.Add($"{place.Name} would be both [{string.Join(", ", tensor.Place.Shape)}] and "
                    + $"[{string.Join(", ", place.Shape)}]");
                continue;
            }

            T[] values = new T[view.Count];
            view.CopyTo(values);
            place.Scatter<T>(values, tensor.Values, view.Rows, Math.Max(view.Columns, 1));
        }

        return problems.Count == 0
            ? new(tensors.Select(t => SafetensorsTensor.Create<T>(
                t.Key, [.. t.Value.Place.Shape.Select(size => (int)size)], t.Value.Values)))
            : throw new InvalidDataException($"The model cannot be exported:\n  {problems.Join("\n  ")}");
    }

    /// <summary>The parameters as tensors, their names behind <paramref name="prefix"/>.</summary>
    internal static List<SafetensorsTensor> Tensors<T>(ParameterSet<T> parameters, string prefix = "") where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(parameters);
        List<SafetensorsTensor> tensors = new(parameters.Count);
        using Lock.Scope whole = parameters.Writing.EnterScope();
        foreach (ParameterView<T> view in parameters)
        {
            T[] values = new T[view.Count];
            view.CopyTo(values);
            tensors.Add(SafetensorsTensor.Create<T>(prefix + view.Name, [.. view.Shape], values));
        }

        return tensors;
    }
}
