using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace RnnGen.Hosting;

/// <summary>A served model and the file that its weights come from.</summary>
/// <typeparam name="TModel">The model's class.</typeparam>
public sealed class RnnModelFile<TModel> where TModel : class, ITrainedModel
{
    private readonly Lock loading = new();
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private volatile RnnModelStatus status;
    private FileStamp seen;

    internal RnnModelFile(TModel model, RnnModelOptions options, ILogger<RnnModelFile<TModel>> logger, TimeProvider time)
    {
        (Model, Options, this.logger, this.time) = (model, options, logger, time);
        byte[] bytes = ReadWhole(options.Path);
        try
        {
            model.Load(SafetensorsFile.Read(bytes));
        }
        catch (InvalidDataException error)
        {
            throw new InvalidDataException($"{typeof(TModel).Name} cannot be served with {options.Path}: {error.Message}", error);
        }

        status = new(options.Path, Hash(bytes), time.GetUtcNow(), Loads: 1);
        Log.Loaded(logger, typeof(TModel).Name, options.Path, status.Hash);
    }

    /// <summary>The model: always the same object.</summary>
    public TModel Model { get; }

    /// <summary>The file that serves, and why a newer one does not. A <c>Load</c> that the program calls itself is not known.</summary>
    public RnnModelStatus Status => status;

    internal RnnModelOptions Options { get; }

    /// <summary>The last file that was loaded or refused.</summary>
    internal FileStamp Seen
    {
        get
        {
            lock (loading)
                return seen;
        }
    }

    /// <summary>
    /// Loads the file now, if it has other bytes than what serves. A file that cannot be loaded is logged, and <see cref="Status"/> says
    /// why; the model goes on with the weights that it has.
    /// </summary>
    /// <returns>True if the model has new weights.</returns>
    public bool Reload()
    {
        lock (loading)
        {
            string path = Options.Path;
            FileStamp before = FileStamp.Of(path);
            try
            {
                byte[] bytes = File.ReadAllBytes(path);
                if (FileStamp.Of(path) != before)
                    return false;    // somebody is writing: the watcher comes again
                seen = before;
                string hash = Hash(bytes);
                bool isNew = hash != status.Hash;
                if (isNew)
                {
                    Model.Load(SafetensorsFile.Read(bytes));
                    status = new(path, hash, time.GetUtcNow(), status.Loads + 1);
                    Log.Loaded(logger, typeof(TModel).Name, path, hash);
                }
                else if (status.Refusal is not null)
                {
                    status = status with { Refusal = null };
                }

                return isNew;
            }
            catch (Exception error)
            {
                // Whatever it is: a file is no reason for a server to end.
                seen = before;
                status = status with { Refusal = error.Message };
                Log.Refused(logger, typeof(TModel).Name, path, status.Hash, error);
                return false;
            }
        }
    }

    /// <summary>Bytes that nobody wrote to while they were read.</summary>
    private byte[] ReadWhole(string path)
    {
        for (int attempt = 0; attempt < 20; attempt++)
        {
            FileStamp before = FileStamp.Of(path);
            byte[] bytes = File.ReadAllBytes(path);
            if (FileStamp.Of(path) == before)
            {
                seen = before;
                return bytes;
            }

            Thread.Sleep(100);
        }

        throw new IOException($"{path} cannot be loaded: it was written to for two seconds.");
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
