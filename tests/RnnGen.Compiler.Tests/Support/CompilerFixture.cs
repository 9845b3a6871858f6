namespace RnnGen.Compiler.Tests;

/// <summary>A folder for a class of tests, and compiled models in it, so that a declaration is compiled once.</summary>
public sealed class CompilerFixture : IDisposable
{
    private int files;

    public string Folder { get; } = Directory.CreateTempSubdirectory("rnngen-compiler-").FullName;

    public RnnCompilerOptions Options => new() { Cache = new(Path.Combine(Folder, "cache")) };

    /// <summary>The path of a new file.</summary>
    internal string Write(string content, string name = "model.json")
    {
        string path = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder, $"{files++}")).FullName, name);
        File.WriteAllText(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Numbers as a signal has them.</summary>
    internal static float[] Signal(int count, int seed = 1)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(i => (float)((0.6 * Math.Sin(0.05 * i)) + (0.2 * (random.NextDouble() - 0.5))))];
    }
}
