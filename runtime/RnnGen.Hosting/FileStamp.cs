namespace RnnGen.Hosting;

/// <summary>A file's length and time, which tell that it has changed without reading it; the default for a file that is absent.</summary>
internal readonly record struct FileStamp(long Length, DateTime Written)
{
    /// <summary>Follows links, whose own time does not change when the file at their end does.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
