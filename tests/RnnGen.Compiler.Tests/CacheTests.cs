namespace RnnGen.Compiler.Tests;

/// <summary>What is compiled once is loaded again, and nothing that was changed.</summary>
public class CacheTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    private const string Declaration = """
        using RnnGen;
        [RnnModel, Input(1), Rnn<Gru>(3), SquaredError] public partial class Small;
        """;

    [Fact]
    public void TheSecondTimeItIsLoaded()
    {
        RnnCompilerOptions options = Fresh("twice");
        using CompiledModel<float> first = RnnCompiler.Compile(Declaration, options), second = RnnCompiler.Compile(Declaration, options);
        Assert.Equal((false, true), (first.IsFromCache, second.IsFromCache));
        Assert.Equal(Outputs(first), Outputs(second));
        Assert.Single(Directory.GetFiles(options.Cache!.Folder));
        options.Cache.Clear();
        Assert.Empty(Directory.GetFiles(options.Cache.Folder));
        Assert.False(Compiled(options));
    }

    [Fact]
    public void AnotherDeclarationOrBoundIsAnotherFile()
    {
        RnnCompilerOptions options = Fresh("other");
        Assert.False(Compiled(options));
        Assert.False(Compiled(options with { MostLayers = 100 }));
        using CompiledModel<float> other = RnnCompiler.Compile(Declaration + " ", options);
        Assert.False(other.IsFromCache);
        Assert.True(Compiled(options));
        Assert.Equal(3, Directory.GetFiles(options.Cache!.Folder).Length);
    }

    [Theory]
    [InlineData("content")]
    [InlineData("hash")]
    [InlineData("key")]
    [InlineData("magic")]
    [InlineData("short")]
    [InlineData("empty")]
    [InlineData("longer")]
    public void AFileThatWasChangedIsCompiledAnew(string change)
    {
        RnnCompilerOptions options = Fresh(change);
        Assert.False(Compiled(options));
        string path = Assert.Single(Directory.GetFiles(options.Cache!.Folder));
        byte[] file = File.ReadAllBytes(path), changed = [.. file];
        if (change is "content" or "hash" or "key" or "magic")
            changed[change switch { "content" => file.Length / 2, "hash" => 60, "key" => 20, _ => 1 }] ^= 1;
        changed = change switch
        {
            "short" => changed[..^1],
            "empty" => [],
            "longer" => [.. changed, 0],
            _ => changed,
        };
        File.WriteAllBytes(path, changed);
        Assert.False(Compiled(options));
        Assert.Equal(file, File.ReadAllBytes(path));
        Assert.True(Compiled(options));
    }

    [Fact]
    public void AFileUnderAnothersNameIsCompiledAnew()
    {
        RnnCompilerOptions options = Fresh("renamed");
        Assert.False(Compiled(options));
        string path = Assert.Single(Directory.GetFiles(options.Cache!.Folder));
        using (RnnCompiler.Compile(Declaration.Replace("3", "4", StringComparison.Ordinal), options))
        {
        }

        string other = Directory.GetFiles(options.Cache.Folder).Single(file => file != path);
        File.Copy(other, path, overwrite: true);
        using CompiledModel<float> model = RnnCompiler.Compile(Declaration, options);
        Assert.False(model.IsFromCache);
        Assert.Equal(3, model.OutputSize);
    }

    [Fact]
    public void WithoutAFolderItIsCompiledEachTime()
    {
        Assert.False(Compiled(new() { Cache = null }));
        Assert.False(Compiled(new() { Cache = null }));
        // A file where the folder should be.
        string path = Path.Combine(fixture.Folder, "file");
        File.WriteAllText(path, "");
        Assert.False(Compiled(new() { Cache = new(path) }));
        Assert.Throws<ArgumentException>(() => new ModelCache(""));
    }

    [Fact]
    public void OnUnixTheFolderIsTheUsersOnly()
    {
        if (OperatingSystem.IsWindows())
            return;
        RnnCompilerOptions options = Fresh("mode");
        Assert.False(Compiled(options));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(options.Cache!.Folder));

        ModelCache user = ModelCache.Private(Path.Combine(fixture.Folder, "private"));
        Assert.False(Compiled(new() { Cache = user }));
        Assert.True(Compiled(new() { Cache = user }));
        File.SetUnixFileMode(user.Folder, File.GetUnixFileMode(user.Folder) | UnixFileMode.GroupWrite);
        string message = Assert.Throws<UnauthorizedAccessException>(() => Compiled(new() { Cache = user })).Message;
        Assert.Contains("chmod 700", message, StringComparison.Ordinal);
        string link = Path.Combine(fixture.Folder, "link");
        Directory.CreateSymbolicLink(link, options.Cache.Folder);
        Assert.Throws<UnauthorizedAccessException>(() => Compiled(new() { Cache = ModelCache.Private(link) }));
    }

    [Fact]
    public void TheUsersFolderIsTheDefault()
    {
        Assert.Same(ModelCache.ForUser, new RnnCompilerOptions().Cache);
        if (ModelCache.ForUser is { } user)
            Assert.Equal("RnnGen.Compiler", Path.GetFileName(user.Folder));
    }

    [Fact]
    public void ProcessesMayWriteAtTheSameTime()
    {
        RnnCompilerOptions options = Fresh("parallel");
        Parallel.For(0, 6, _ => Compiled(options));
        Assert.True(Compiled(options));
        Assert.Single(Directory.GetFiles(options.Cache!.Folder));
    }

    private static bool Compiled(RnnCompilerOptions options)
    {
        using CompiledModel<float> model = RnnCompiler.Compile(Declaration, options);
        Assert.Equal(3, model.OutputSize);
        return model.IsFromCache;
    }

    private static float[] Outputs(CompiledModel<float> model)
    {
        float[] y = new float[30];
        model.Forward(CompilerFixture.Signal(10), y);
        return y;
    }

    private RnnCompilerOptions Fresh(string name) => new() { Cache = new(Path.Combine(fixture.Folder, $"cache-{name}")) };
}
