using System.IO.Compression;
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
    public async Task A_new_project_builds_without_a_warning_and_learns()
    {
        string folder = fixture.CreateProject("Learns", await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Example", "Program.cs")));
        // 128 batches of a text that repeats itself.
        await File.WriteAllTextAsync(Path.Combine(folder, "book.txt"), string.Concat(Enumerable.Repeat("The sea was blue, the sky was grey. ", 7400)));
        string built = (await Dotnet.Run(folder, "build", "-c", "Release")).Successful();
        Assert.Contains("0 Warning(s)", built);

        string output = (await Dotnet.Run(folder, "run", "-c", "Release", "--no-build")).Successful();
        string[] lines = output.Split('\n');
        Assert.True(BitsOf(lines[12]) < 0.3 * BitsOf(lines[0]), output);
        Assert.Contains("The sea was", output);
        Assert.True(File.Exists(Path.Combine(folder, "char.safetensors")));
    }

    [Fact]
    public async Task A_mistake_does_not_compile()
    {
        string folder = fixture.CreateProject("Mistaken", """
            using RnnGen;

            [RnnModel(Steps = 64)]
            [OneHot(0)]
            [Rnn<Lstm>(128)]
            [SoftmaxCrossEntropy]
            public sealed partial class Mistaken
            {
                public static void Main() { }
            }
            """);
        Result result = await Dotnet.Run(folder, "build");
        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("Program.cs(4,9): error RNN010: ", result.Output);
    }

    // "batch 10: 3.21 bits a character"
    private static double BitsOf(string line) => double.Parse(line.Split(' ')[2], System.Globalization.CultureInfo.InvariantCulture);
}
