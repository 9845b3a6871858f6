using Microsoft.Win32.SafeHandles;

namespace RnnGen;

/// <summary>An open file whose tensors are read when they are asked for.</summary>
internal sealed class SafetensorsStorage(string path) : IDisposable
{
    // Delete: on Windows, too, a file may be replaced by a newer one while it is open here.
    private readonly SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);

    public long Length => RandomAccess.GetLength(handle);

    /// <summary>Fills <paramref name="destination"/> from a place in the file on.</summary>
    /// <param name="destination">Receives the bytes.</param>
    /// <param name="offset">Their offset in the file.</param>
    /// <param name="what">The word for them in the message.</param>
    /// <param name="name">Its name, if it has one.</param>
    /// <exception cref="InvalidDataException">The file ends before that.</exception>
    /// <exception cref="ObjectDisposedException">The file has been closed.</exception>
    public void Read(Span<byte> destination, long offset, string what, string? name = null)
    {
        for (int read = 0; read < destination.Length;)
        {
            int more = RandomAccess.Read(handle, destination[read..], offset + read);
            if (more == 0)
                throw new InvalidDataException("The safetensors file is broken: "
                    + $"{what}{(name is null ? "" : $" {FileText.Quote(name)}")} should take {destination.Length} bytes from byte "
                    + $"{offset} on, but only {read} are left.");
            read += more;
        }
    }

    public void Dispose() => handle.Dispose();
}
