namespace RnnGen;

/// <summary>Weights from and to paths and streams, for every model and for what stands for one in a test.</summary>
/// <remarks>
/// All of them replace or copy whole sets: see <see cref="ITrainedModel.Load"/> and <see cref="ITrainedModel.ToSafetensors"/>. A path is
/// read tensor by tensor; a stream's bytes are in memory until they are loaded.
/// </remarks>
public static class TrainedModelExtensions
{
    /// <summary>Replaces all weights by those of a file.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file.</param>
    /// <exception cref="InvalidDataException">It is broken or does not fit; the message lists all mistakes. Nothing has
    /// changed.</exception>
    /// <exception cref="IOException">It cannot be read. Nothing has changed.</exception>
    public static void Load(this ITrainedModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        model.Load(file);
    }

    /// <summary>Replaces all weights by those of a stream.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Read from its position to its end.</param>
    /// <exception cref="InvalidDataException">It is broken or does not fit; the message lists all mistakes. Nothing has
    /// changed.</exception>
    /// <exception cref="IOException">It cannot be read. Nothing has changed.</exception>
    public static void Load(this ITrainedModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Load(SafetensorsFile.Read(stream));
    }

    /// <summary>Replaces all weights by those of a file, on a thread of the pool.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="cancellationToken">Keeps the load from beginning.</param>
    /// <exception cref="InvalidDataException">It is broken or does not fit; the message lists all mistakes. Nothing has
    /// changed.</exception>
    /// <exception cref="IOException">It cannot be read. Nothing has changed.</exception>
    public static Task LoadAsync(this ITrainedModel model, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Task.Run(() => model.Load(path), cancellationToken);
    }

    /// <summary>Replaces all weights by those of a stream, such as the body of a request.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">Read from its position to its end.</param>
    /// <param name="cancellationToken">Ends the reading. Nothing has changed.</param>
    /// <exception cref="InvalidDataException">It is broken or does not fit; the message lists all mistakes. Nothing has
    /// changed.</exception>
    /// <exception cref="IOException">It cannot be read. Nothing has changed.</exception>
    public static async Task LoadAsync(this ITrainedModel model, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream bytes = new();
        await stream.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        model.Load(SafetensorsFile.Read(bytes.GetBuffer().AsMemory(0, (int)bytes.Length)));
    }

    /// <summary>Writes the weights to a file, as a whole or not at all; see <see cref="SafetensorsFile.Write(string)"/>.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    public static void Save(this ITrainedModel model, string path)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.ToSafetensors().Write(path);
    }

    /// <summary>Writes the weights to a stream. Equal weights give equal bytes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">A writable stream.</param>
    public static void Save(this ITrainedModel model, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.ToSafetensors().Write(stream);
    }

    /// <summary>Writes the weights to a file on a thread of the pool, as a whole or not at all.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="cancellationToken">Keeps the writing from beginning.</param>
    public static Task SaveAsync(this ITrainedModel model, string path, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Task.Run(() => model.Save(path), cancellationToken);
    }

    /// <summary>Writes the weights to a stream: those of the moment of the call.</summary>
    /// <param name="model">The model.</param>
    /// <param name="stream">A writable stream.</param>
    /// <param name="cancellationToken">Ends the writing; the stream then has a part.</param>
    public static async Task SaveAsync(this ITrainedModel model, Stream stream, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(stream);
        using MemoryStream bytes = new();
        model.Save(bytes);
        bytes.Position = 0;
        await bytes.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
    }
}
