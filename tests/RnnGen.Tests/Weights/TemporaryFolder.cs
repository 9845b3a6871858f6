namespace RnnGen.Tests;

/// <summary>A folder of a test's own, gone after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rnngen");

    public string Path => folder.FullName;

    public string this[string name] => System.IO.Path.Combine(folder.FullName, name);

    public string[] Files => [.. folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    public void Dispose() => folder.Delete(recursive: true);
}
