using System.Security.Cryptography;

namespace RnnGen.Compiler;

/// <summary>
/// A folder of compiled models. What is in it is code: a program that opens a model from it runs what the folder's owner has put there.
/// </summary>
/// <remarks>
/// <para>
/// A file's name is the hash of all that it was compiled from: the declaration, the versions of RnnGen, of its generator and of .NET, and
/// the options. A file begins with that hash and with the hash of the rest; one that differs from either (cut off, damaged, renamed) is
/// compiled anew. Who can write to the folder can also write a right hash: the folder is what protects the code, so it must be one that
/// nobody else can write to.
/// </para>
/// <para>
/// Files are replaced as a whole, so any number of processes may share a folder. One that cannot be written is no error: models are then
/// compiled each time, and <see cref="CompiledModel{T}.IsFromCache"/> says so.
/// </para>
/// </remarks>
public sealed class ModelCache
{
    private const string Ending = ".rnngen";
    private const int HashLength = SHA256.HashSizeInBytes, Header = 8 + (2 * HashLength), MostBytes = 256 << 20;
    private const UnixFileMode OnlyUser = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly bool isPrivate;

    /// <summary>A folder of the caller's.</summary>
    /// <param name="folder">The folder. It is made at the first use, on Unix for its user only (700); one that exists is taken as it is.
    /// </param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public ModelCache(string folder)
        : this(folder, isPrivate: false)
    {
    }

    private ModelCache(string folder, bool isPrivate)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (Folder, this.isPrivate) = (Path.GetFullPath(folder), isPrivate);
    }

    /// <summary>
    /// The user's folder, <c>RnnGen.Compiler</c> in <see cref="Environment.SpecialFolder.LocalApplicationData"/>; null where the user has
    /// none. On Unix its mode must be 700, which is checked at each use.
    /// </summary>
    public static ModelCache? ForUser { get; } =
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is
        { Length: > 0 } data
            ? new(Path.Combine(data, "RnnGen.Compiler"), isPrivate: true)
            : null;

    /// <summary>A folder whose mode must be 700.</summary>
    internal static ModelCache Private(string folder) => new(folder, isPrivate: true);

    private static ReadOnlySpan<byte> Magic => "RnnGenC1"u8;

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>Removes all compiled models. Those that are open go on.</summary>
    /// <exception cref="IOException">A file cannot be removed.</exception>
    /// <exception cref="UnauthorizedAccessException">A file must not be removed.</exception>
    public void Clear()
    {
        if (!Directory.Exists(Folder))
            return;
        foreach (string file in Directory.GetFiles(Folder, $"*{Ending}"))
            File.Delete(file);
    }

    /// <summary>The content that was written under a key; null if there is none, or it is not what was written.</summary>
    /// <exception cref="UnauthorizedAccessException">The user's folder could be written by others.</exception>
    internal byte[]? Read(byte[] key)
    {
        if (!Directory.Exists(Folder))
            return null;
        Check();
        try
        {
            string path = PathOf(key);
            if (!File.Exists(path) || new FileInfo(path).Length is < Header or > MostBytes)
                return null;
            byte[] file = File.ReadAllBytes(path);
            ReadOnlySpan<byte> head = file.AsSpan(0, Header), content = file.AsSpan(Header);
            Span<byte> hash = stackalloc byte[HashLength];
            SHA256.HashData(content, hash);
            bool isWhole = head.StartsWith(Magic) && head[Magic.Length..].StartsWith(key) && head.EndsWith(hash);
            return isWhole ? content.ToArray() : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes a content under a key, or nothing where it cannot.</summary>
    /// <exception cref="UnauthorizedAccessException">The user's folder could be written by others.</exception>
    internal void Write(byte[] key, byte[] content)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(Folder);
            else
                Directory.CreateDirectory(Folder, OnlyUser);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return;
        }

        Check();
        try
        {
            AtomicFile.Write(PathOf(key), stream =>
            {
                stream.Write(Magic);
                stream.Write(key);
                stream.Write(SHA256.HashData(content));
                stream.Write(content);
            });
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // The next program compiles it once more.
        }
    }

    internal string PathOf(byte[] key) => Path.Combine(Folder, Convert.ToHexStringLower(key) + Ending);

    private void Check()
    {
        if (!isPrivate || OperatingSystem.IsWindows())
            return;
        UnixFileMode mode = File.GetUnixFileMode(Folder);
        if (mode != OnlyUser || new DirectoryInfo(Folder).LinkTarget is not null)
            throw new UnauthorizedAccessException(
                $"{Folder} holds code, and must be a folder of the mode 700, not {Convert.ToString((int)mode, 8)}. Nothing of it was used. "
                + $"Remove it or run chmod 700, or choose another {nameof(ModelCache)}.");
    }
}
