using System.Reflection;

namespace RnnGen.Tests.Properties;

/// <summary>
/// A model in use, with a stream, a tape, a trainer and files of its own. Whatever is called, two fresh sessions give the same bits.
/// </summary>
internal abstract class Session : IDisposable
{
    protected TemporaryFolder Folder { get; } = new();

    /// <summary>Makes a call.</summary>
    /// <returns>All numbers that it gave.</returns>
    public abstract double[] Do(Call call);

    /// <summary>All that a call can change: parameters, states, the number of updates.</summary>
    public abstract double[] Everything();

    /// <summary>A checkpoint of the trainer; without one, of the weights.</summary>
    public byte[] Saved()
    {
        Save(Folder["saved"]);
        return File.ReadAllBytes(Folder["saved"]);
    }

    /// <summary>Becomes what another session was.</summary>
    /// <param name="saved">What it <see cref="Saved"/>.</param>
    /// <param name="states">Its <see cref="States"/>.</param>
    public void Restore(byte[] saved, double[] states)
    {
        File.WriteAllBytes(Folder["restored"], saved);
        Load(Folder["restored"]);
        Restore(states);
    }

    /// <summary>The numbers of all states.</summary>
    public abstract double[] States();

    protected abstract void Save(string path);

    protected abstract void Load(string path);

    protected abstract void Restore(double[] states);

    public void Dispose() => Folder.Dispose();

    /// <summary>Saves, damages the file if asked to, and loads it.</summary>
    protected void Reload(Call call, Action<string> save, Action<string> load)
    {
        string path = Folder["file"];
        save(path);
        if (call.Fault != Fault.None)
            Damage(path, call);
        load(path);
    }

    /// <summary>A method of the model's own, of which no interface tells; null if it has none.</summary>
    protected static TDelegate? Own<TDelegate>(object owner, string name) where TDelegate : Delegate
    {
        Type[] parameters = [.. typeof(TDelegate).GetMethod("Invoke")!.GetParameters().Select(p => p.ParameterType)];
        return owner.GetType().GetMethod(name, BindingFlags.Public | BindingFlags.Instance, parameters)?.CreateDelegate<TDelegate>(owner);
    }

    /// <summary>A file that is a byte too short or too long, or whose numbers are NaN.</summary>
    private static void Damage(string path, Call call)
    {
        byte[] bytes = File.ReadAllBytes(path);
        switch (call.Fault)
        {
            case Fault.Short:
                bytes = bytes[..^(1 + (call.Seed % (bytes.Length - 1)))];
                break;
            case Fault.Long:
                bytes = [.. bytes, (byte)call.Seed];
                break;
            default:
                bytes.AsSpan(bytes.Length - sizeof(double)).Fill(0xff);
                break;
        }

        File.WriteAllBytes(path, bytes);
    }
}
