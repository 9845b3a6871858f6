using System.IO.Compression;

namespace RnnGen.Formats;

/// <summary>
/// A zip file in memory whose entries are read whole. What they expand to together is bounded by the file's length, whatever their headers
/// say, so that a small file cannot become a large one.
/// </summary>
internal sealed class Archive : IDisposable
{
    /// <summary>What entries may take together: this much, …</summary>
    public const long BytesAtOnce = 16 << 20;

    /// <summary>… and so many times the archive's length.</summary>
    public const int BytesPerByte = 64;

    private readonly ZipArchive zip;
    private readonly Dictionary<string, ZipArchiveEntry> entries = new(StringComparer.Ordinal);
    private readonly string what;
    private long left;

    /// <param name="file">The whole file.</param>
    /// <param name="what">What it is, for messages: "The NumPy archive".</param>
    /// <exception cref="InvalidDataException">It is no zip file, or two entries have one name.</exception>
    public Archive(byte[] file, string what)
    {
        this.what = what;
        left = BytesAtOnce + (BytesPerByte * (long)file.Length);
        zip = Guarded.Call(what, () => new ZipArchive(new MemoryStream(file), ZipArchiveMode.Read));
        foreach (ZipArchiveEntry entry in Guarded.Call(what, () => zip.Entries))
        {
            if (!entries.TryAdd(entry.FullName, entry))
                throw new InvalidDataException($"{what} has two entries {FileText.Quote(entry.FullName)}.");
        }
    }

    /// <summary>The entries' names, in the order of the archive's table.</summary>
    public IReadOnlyCollection<string> Names => entries.Keys;

    /// <summary>True if there is an entry of that name.</summary>
    public bool Has(string name) => entries.ContainsKey(name);

    /// <summary>The bytes of an entry.</summary>
    /// <exception cref="InvalidDataException">There is none, it is broken, or the entries expand beyond the bound.</exception>
    public byte[] Read(string name) => entries.TryGetValue(name, out ZipArchiveEntry? entry)
        ? Guarded.Call($"{what}, entry {FileText.Quote(name)},", () => Read(entry))
        : throw new InvalidDataException($"{what} has no entry {FileText.Quote(name)}.");

    public void Dispose() => zip.Dispose();

    private byte[] Read(ZipArchiveEntry entry)
    {
        if (entry.Length > left)
            throw new InvalidDataException(
                $"claims {entry.Length} bytes, more than the {left} that are left for an archive of this length");
        left -= entry.Length;
        byte[] bytes = new byte[entry.Length];
        using Stream stream = entry.Open();
        stream.ReadExactly(bytes);
        return stream.ReadByte() < 0 ? bytes : throw new InvalidDataException($"is longer than the {entry.Length} bytes that it claims");
    }
}
