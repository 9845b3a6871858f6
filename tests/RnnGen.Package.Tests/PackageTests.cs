using System.IO.Compression;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace RnnGen.Package.Tests;

[Collection("packages")]
public class PackageTests(PackageFixture fixture)
{
    [Fact]
    public void OnePackageCarriesRuntimeAndGenerator()
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package("RnnGen"));
        string[] files = [.. package.Entries.Select(entry => entry.FullName)
            .Where(name => name.Split('/')[0] is not ("_rels" or "package" or "[Content_Types].xml" or "RnnGen.nuspec")).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                "README.md", "analyzers/dotnet/cs/RnnGen.CodeFixes.dll", "analyzers/dotnet/cs/RnnGen.Generator.dll", "icon.png",
                "lib/net10.0/RnnGen.dll", "lib/net10.0/RnnGen.xml", "lib/net9.0/RnnGen.dll", "lib/net9.0/RnnGen.xml"
            ],
            files);
    }

    [Fact]
    public void ItNamesItsLicenceAndDependsOnNothing()
    {
        XElement metadata = Nuspec("RnnGen");
        XElement Get(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.Equal("MIT", Get("license").Value);
        Assert.Equal("README.md", Get("readme").Value);
        Assert.Equal("icon.png", Get("icon").Value);
        Assert.Equal(
            ["net10.0", "net9.0"],
            Get("dependencies").Elements().Select(group => group.Attribute("targetFramework")!.Value).Order(StringComparer.Ordinal));
        Assert.Empty(Get("dependencies").Elements().Elements());
    }

    [Theory]
    [InlineData("RnnGen")]
    [InlineData("RnnGen.Onnx")]
    [InlineData("RnnGen.Formats")]
    [InlineData("RnnGen.Audio")]
    [InlineData("RnnGen.Compiler")]
    [InlineData("RnnGen.Mpi")]
    [InlineData("RnnGen.Hosting")]
    [InlineData("RnnGen.Orleans")]
    [InlineData("RnnGen.Tool")]
    [InlineData("RnnGen.Templates")]
    public void EachHasAReadmeOfItsOwnWithoutDeadLinks(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package(id));
        using StreamReader reader = new(package.GetEntry("README.md")!.Open());
        string readme = reader.ReadToEnd();
        Assert.StartsWith(id == "RnnGen.Tool" ? "# rnngen" : $"# {id}", readme, StringComparison.Ordinal);
        // The project has no public address yet.
        Assert.DoesNotContain("](", readme, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("RnnGen", "lib/net10.0/RnnGen.pdb")]
    [InlineData("RnnGen.Onnx", "lib/net10.0/RnnGen.Onnx.pdb")]
    [InlineData("RnnGen.Formats", "lib/net10.0/RnnGen.Formats.pdb")]
    [InlineData("RnnGen.Audio", "lib/net10.0/RnnGen.Audio.pdb")]
    [InlineData("RnnGen.Compiler", "lib/net10.0/RnnGen.Compiler.pdb")]
    [InlineData("RnnGen.Mpi", "lib/net10.0/RnnGen.Mpi.pdb")]
    [InlineData("RnnGen.Hosting", "lib/net10.0/RnnGen.Hosting.pdb")]
    [InlineData("RnnGen.Orleans", "lib/net10.0/RnnGen.Orleans.pdb")]
    public void EachLibraryHasSymbols(string id, string file)
    {
        using ZipArchive package = ZipFile.OpenRead(Path.ChangeExtension(fixture.Package(id), ".snupkg"));
        Assert.NotNull(package.GetEntry(file));
    }

    [Fact]
    public async Task WithAPublicAddressAllLinksLeadThere()
    {
        const string Url = "https://example.org/rnngen";
        string copy = fixture.CreateOpenFolder("Public");
        foreach (string file in fixture.SourcesOf("generator", "runtime"))
        {
            Directory.CreateDirectory(Path.Combine(copy, Path.GetDirectoryName(file)!));
            File.Copy(Path.Combine(fixture.Repository, file), Path.Combine(copy, file));
        }

        (await Dotnet.Run(
            copy, "pack", "runtime/RnnGen", "-c", "Release", "-o", "feed", $"-p:ProjectUrl={Url}", "-p:RunAnalyzers=false",
            "-p:EnableSourceControlManagerQueries=false")).Successful();
        using ZipArchive package = ZipFile.OpenRead(Assert.Single(Directory.GetFiles(Path.Combine(copy, "feed"), "*.nupkg")));
        using StreamReader nuspec = new(package.GetEntry("RnnGen.nuspec")!.Open());
        XElement metadata = XElement.Parse(await nuspec.ReadToEndAsync()).Elements().First();
        XElement Get(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
        Assert.Equal(Url, Get("projectUrl").Value);
        Assert.Equal(Url, Get("repository").Attribute("url")!.Value);
        using StreamReader readme = new(package.GetEntry("README.md")!.Open());
        string[] links = [.. Regex.Matches(await readme.ReadToEndAsync(), @"\]\(([^)]*)\)").Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(links);
        Assert.All(links, link =>
        {
            Assert.StartsWith($"{Url}/blob/main/", link, StringComparison.Ordinal);
            Assert.True(File.Exists(Path.Combine(fixture.Repository, link[$"{Url}/blob/main/".Length..])), link);
        });
        package.GetEntry("analyzers/dotnet/cs/RnnGen.Generator.dll")!.ExtractToFile(Path.Combine(copy, "generator.dll"));
        Assert.Contains(Url, File.ReadAllText(Path.Combine(copy, "generator.dll"), System.Text.Encoding.Latin1), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "CharModel.cs", "600 updates, loss 0.", "\n\nT")]
    [InlineData("series", "SeriesModel.cs", "800 updates, loss 0.00", "held-out numbers: 0.0[0-9]+\n")]
    [InlineData("classify", "GestureModel.cs", "400 updates, loss 0.", "(8|9)[0-9]\\.[0-9] % of 600 new gestures")]
    public async Task ATemplateMakesAProgramThatLearns(string template, string model, string trained, string result)
    {
        string folder = fixture.CreateFolder("New." + template), hive = Path.Combine(folder, "hive");
        (await Dotnet.Run(folder, "new", "install", fixture.Package("RnnGen.Templates"), "--debug:custom-hive", hive)).Successful();
        (await Dotnet.Run(folder, "new", $"rnngen-{template}", "-o", "Mine", "--debug:custom-hive", hive)).Successful();
        string project = Path.Combine(folder, "Mine");
        Assert.True(File.Exists(Path.Combine(project, model)) && File.Exists(Path.Combine(project, "Mine.csproj")));
        string output = (await Dotnet.Run(project, "run", "-c", "Release")).Successful().ReplaceLineEndings("\n");
        Assert.Contains(trained, output, StringComparison.Ordinal);
        Assert.Matches(result, output);
    }

    [Fact]
    public void EachAsksForAtLeastWhatItWasBuiltWith()
    {
        string[] packages =
        [
            "RnnGen", "RnnGen.Onnx", "RnnGen.Formats", "RnnGen.Audio", "RnnGen.Compiler", "RnnGen.Mpi", "RnnGen.Hosting",
            "RnnGen.Orleans", "RnnGen.Tool",
        ];
        XElement[] asked = [.. packages.SelectMany(
            id => Nuspec(id).Descendants().Where(element => element.Name.LocalName == "dependency"))];
        // For net9.0 and for net10.0. A bracket would be an upper end, and keep the package out of every project that needs a later
        // version.
        Assert.Equal(
            [
                "Google.FlatBuffers", "Google.FlatBuffers", "Google.Protobuf", "Google.Protobuf", "Microsoft.CodeAnalysis.CSharp",
                "Microsoft.CodeAnalysis.CSharp", "Microsoft.Extensions.Diagnostics.HealthChecks",
                "Microsoft.Extensions.Diagnostics.HealthChecks", "Microsoft.Orleans.Runtime", "Microsoft.Orleans.Runtime",
                "Microsoft.Orleans.Sdk", "Microsoft.Orleans.Sdk", "NWaves", "NWaves", "PureHDF", "PureHDF", "Razorvine.Pickle",
                "Razorvine.Pickle", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen", "RnnGen.Formats",
                "RnnGen.Formats", "RnnGen.Onnx", "RnnGen.Onnx", "RnnGen.Onnx", "RnnGen.Onnx",
            ],
            asked.Select(dependency => dependency.Attribute("id")!.Value).Order(StringComparer.Ordinal));
        Assert.All(
            asked,
            dependency => Assert.True(System.Version.TryParse(dependency.Attribute("version")!.Value, out _), dependency.ToString()));
    }

    [Fact]
    public void TheToolNamesTheLicencesOfWhatItCarries()
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package("RnnGen.Tool"));
        using StreamReader reader = new(package.GetEntry("THIRD-PARTY-NOTICES.txt")!.Open());
        string notices = reader.ReadToEnd();
        string[] libraries =
        [
            .. package.Entries.Select(entry => entry.Name)
                .Where(name => name.EndsWith(".dll", StringComparison.Ordinal)
                    && !name.EndsWith(".resources.dll", StringComparison.Ordinal))
                .Distinct().Order(StringComparer.Ordinal),
        ];
        string[] carried =
            ["Google.FlatBuffers.dll", "Google.Protobuf.dll", "PureHDF.dll", "Razorvine.Pickle.dll", "System.CommandLine.dll"];
        Assert.Equal(
            [.. carried[..4], "RnnGen.Formats.dll", "RnnGen.Onnx.dll", "RnnGen.Tool.dll", "RnnGen.dll", carried[4]], libraries);
        Assert.All(
            [.. carried, "onnx.proto3"],
            library => Assert.Contains(library, notices, StringComparison.Ordinal));
    }

    /// <summary>
    /// A restore fails where two packages cannot be had together (NU1107), or only against what one asks for (NU1605, NU1608).
    /// </summary>
    [Theory]
    [InlineData("Google.Protobuf", "*")]
    [InlineData("Grpc.AspNetCore", "2.85.0")]
    [InlineData("Microsoft.ML", "5.0.1")]
    [InlineData("Microsoft.Orleans.Server", "10.4.2")]
    public async Task TheyGoTogetherWith(string other, string version)
    {
        string folder = fixture.CreateOpenFolder($"With.{other}");
        // Orleans brings a part of a later C# compiler than RnnGen.Compiler asks for; the page says to name all of that one.
        string compiler = other.StartsWith("Microsoft.Orleans", StringComparison.Ordinal)
            ? """<PackageReference Include="Microsoft.CodeAnalysis.CSharp" Version="5.0.0" />"""
            : "";
        await File.WriteAllTextAsync(Path.Combine(folder, "With.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesPath>{Path.Combine(folder, "..", "packages")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RnnGen" Version="{fixture.Version}" />
                <PackageReference Include="RnnGen.Onnx" Version="{fixture.Version}" />
                <PackageReference Include="RnnGen.Audio" Version="{fixture.Version}" />
                <PackageReference Include="RnnGen.Compiler" Version="{fixture.Version}" />
                <PackageReference Include="RnnGen.Mpi" Version="{fixture.Version}" />
                <PackageReference Include="RnnGen.Hosting" Version="{fixture.Version}" />
                <PackageReference Include="{other}" Version="{version}" />
                {compiler}
              </ItemGroup>
            </Project>
            """);
        (await Dotnet.Run(folder, "restore")).Successful();
    }

    [Fact]
    public async Task TheToolIsInstalledAndRuns()
    {
        string folder = fixture.CreateOpenFolder("Tool");
        (await Dotnet.Run(folder, "tool", "install", "RnnGen.Tool", "--version", fixture.Version, "--tool-path", "tools")).Successful();
        string[] builds = Directory.GetFiles(folder, "RnnGen.Tool.dll", SearchOption.AllDirectories);
        Result result = await Dotnet.Run(
            folder, "exec", Assert.Single(builds, path => path.Contains("net10.0", StringComparison.Ordinal)), "inspect", "absent");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("absent", result.Output, StringComparison.Ordinal);
    }

    /// <summary>The package has the generator's assembly, and brings the C# compiler with it.</summary>
    [Fact]
    public async Task TheCompilerOpensAFile()
    {
        string folder = fixture.CreateOpenFolder("Opened");
        await File.WriteAllTextAsync(Path.Combine(folder, "Opened.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <RestorePackagesPath>{Path.Combine(folder, "..", "packages")}</RestorePackagesPath>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="RnnGen.Compiler" Version="{fixture.Version}" />
              </ItemGroup>
            </Project>
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "amp.json"), """
            {"model_data": {"unit_type": "LSTM", "num_layers": 1, "hidden_size": 1, "skip": 1},
             "state_dict": {"rec.weight_ih_l0": [[1.2], [0.4], [0.7], [0.9]], "rec.weight_hh_l0": [[0.1], [0.3], [-0.2], [0.5]],
               "rec.bias_ih_l0": [0, 1, 0, 0], "rec.bias_hh_l0": [0, 0, 0, 0], "lin.weight": [[0.8]], "lin.bias": [0.1]}}
            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using RnnGen.Compiler;

            using var model = RnnCompiler.Open("amp.json", new() { Cache = null });
            float[] y = new float[1];
            model.CreateStream().Step([0.5f], y);
            Console.WriteLine(y[0].ToString("F4", System.Globalization.CultureInfo.InvariantCulture));
            """);
        Assert.Contains("0.7045", (await Dotnet.Run(folder, "run", "-c", "Release")).Successful(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheReadmesExampleBuildsWithoutAWarningAndRuns()
    {
        Page readme = Page.Read(Path.Combine(fixture.Repository, "README.md"));
        var files = readme.Blocks.Where(block => block.FileName is not null).ToDictionary(block => block.FileName!, block => block.Code);
        Assert.Equal(["CharModel.cs", "Program.cs"], files.Keys.Order(StringComparer.Ordinal));
        string folder = fixture.CreateProject("Example", files);
        File.Copy(Path.Combine(fixture.Repository, "samples/CharRnn/data/moby_dick.txt"), Path.Combine(folder, "book.txt"));

        string built = (await Dotnet.Run(folder, "build", "-c", "Release")).Successful();
        Assert.Contains("0 Warning(s)", built);
        string output = (await Dotnet.Run(folder, "run", "-c", "Release", "--no-build")).Successful();
        Assert.Equal(Assert.Single(readme.In("text")), output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task AMistakeDoesNotCompile()
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

    private XElement Nuspec(string id)
    {
        using ZipArchive package = ZipFile.OpenRead(fixture.Package(id));
        using Stream nuspec = package.GetEntry($"{id}.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single();
    }
}
