using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RnnGen.Package.Tests;

public class PackageTests(PackageFixture fixture) : IClassFixture<PackageFixture>
{
    [Fact]
    public void One_package_carries_runtime_and_generator()
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package);
        string[] files = [.. package.Entries.Select(entry => entry.FullName).Where(name => name.Split('/')[0] is not ("_rels" or "package" or "[Content_Types].xml" or "RnnGen.nuspec")).Order(StringComparer.Ordinal)];
        Assert.Equal(
            ["README.md", "analyzers/dotnet/cs/RnnGen.Generator.dll", "lib/net10.0/RnnGen.dll", "lib/net10.0/RnnGen.xml", "lib/net9.0/RnnGen.dll", "lib/net9.0/RnnGen.xml"],
            files);
    }

    [Fact]
    public void It_names_its_licence_and_depends_on_nothing()
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package);
        using Stream nuspec = package.GetEntry("RnnGen.nuspec")!.Open();
        XElement metadata = XDocument.Load(nuspec).Root!.Elements().Single();
        XElement Get(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.Equal("MIT", Get("license").Value);
        Assert.Equal("README.md", Get("readme").Value);
        Assert.Equal(["net10.0", "net9.0"], Get("dependencies").Elements().Select(group => group.Attribute("targetFramework")!.Value).Order(StringComparer.Ordinal));
        Assert.Empty(Get("dependencies").Elements().Elements());
    }

    [Fact]
    public async Task The_readmes_example_builds_without_a_warning_and_runs()
    {
        Dictionary<string, string> files = Example(await File.ReadAllTextAsync(Path.Combine(fixture.Repository, "README.md")));
        Assert.Equal(["CharModel.cs", "Program.cs"], files.Keys.Order(StringComparer.Ordinal));
        files["Program.cs"] += "Console.WriteLine($\"{trainer.Updates} updates, probabilities of {probabilities.Sum():F3}\");\n";
        string folder = fixture.CreateProject("Example", files);
        // One symbol more than ten batches of 32 rows and 64 steps.
        string text = string.Concat(Enumerable.Repeat("The sea was blue, the sky was grey. ", 600))[..((10 * 32 * 64) + 1)];
        await File.WriteAllTextAsync(Path.Combine(folder, "book.txt"), text);

        string built = (await Dotnet.Run(folder, "build", "-c", "Release")).Successful();
        Assert.Contains("0 Warning(s)", built);
        string output = (await Dotnet.Run(folder, "run", "-c", "Release", "--no-build")).Successful();
        Assert.Equal("10 updates, probabilities of 1.000", output.Trim());
        Assert.True(new FileInfo(Path.Combine(folder, "char.safetensors")).Length > 1_000_000);
    }

    [Fact]
    public async Task A_mistake_does_not_compile()
    {
        string folder = fixture.CreateProject("Mistaken", new Dictionary<string, string> { ["Program.cs"] = """
            using RnnGen;

            [RnnModel(Steps = 64)]
            [OneHot(0)]
            [Rnn<Lstm>(128)]
            [SoftmaxCrossEntropy]
            public sealed partial class Mistaken
            {
                public static void Main() { }
            }
            """ });
        Result result = await Dotnet.Run(folder, "build");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Program.cs(4,9): error RNN010: ", result.Output);
    }

    /// <summary>The blocks of C# that begin with a file's name.</summary>
    private static Dictionary<string, string> Example(string readme) => Regex
        .Matches(readme, @"^```csharp\r?\n// (?<name>\w+\.cs)\r?\n(?<source>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["source"].Value);
}
