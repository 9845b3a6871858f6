
namespace RnnGen.Package.Tests;

/// <summary>docs/getting-started.md, followed to the letter in an empty folder.</summary>
[Collection("packages")]
public sealed class GettingStartedTests(PackageFixture fixture) : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("rnngen-started-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task EveryCommandPrintsWhatThePageSays()
    {
        string folder = root;
        int compared = 0;
        foreach (Block block in Page.Blocks.TakeWhile(block => block.Language != "fsharp"))
        {
            if (block.FileName is { } name)
                await File.WriteAllTextAsync(Path.Combine(folder, name), block.Code);
            if (block.Language != "console")
                continue;
            foreach (string session in block.Code.Split("$ ", StringSplitOptions.RemoveEmptyEntries))
            {
                string[] lines = session.Split('\n', 2);
                string[] command = lines[0].Split(' ');
                if (command[0] == "cd")
                {
                    folder = Path.Combine(folder, command[1]);
                    continue;
                }

                string printed = await Run(folder, command);
                if (lines[1].Length == 0)
                    continue;
                Assert.Equal(lines[1], printed.ReplaceLineEndings("\n"));
                compared++;
            }
        }

        Assert.Equal(2, compared);
    }

    [Fact]
    public async Task ProgramsInFSharpAndVBCallALibraryInCSharp()
    {
        await PrepareAsync();
        string[] commands =
        [
            "new classlib -o Models", "add Models package RnnGen", "new console -lang F# -o FSharp", "new console -lang VB -o VB",
            "add FSharp reference Models", "add VB reference Models",
        ];
        foreach (string command in commands)
            (await Command(root, command.Split(' '))).Successful();

        foreach (Block block in Page.Blocks.Where(block => block.FileName is not null and not "Program.cs"))
        {
            string folder = block.Language switch { "fsharp" => "FSharp", "vb" => "VB", _ => "Models" };
            await File.WriteAllTextAsync(Path.Combine(root, folder, block.FileName!), block.Code);
        }

        foreach (string project in (string[])["FSharp", "VB"])
        {
            string printed = (await Command(root, ["run", "-c", "Release", "--project", project])).Successful();
            Assert.Equal("96 probabilities sum to 1.000", printed.Trim());
        }

        Assert.Contains("Both print `96 probabilities sum to 1.000`.", Page.Text, StringComparison.Ordinal);
    }

    private Page Page => Page.Read(Path.Combine(fixture.Repository, "docs/getting-started.md"));

    private async Task<string> Run(string folder, string[] command)
    {
        switch (command)
        {
            // What this command would make, the fixture has made.
            case ["dotnet", "pack", "RnnGen/runtime/RnnGen", "-c", "Release", "-o", "packages"]:
                CopyPackages();
                return "";
            case ["cp", var from, var to] when from.StartsWith("RnnGen/", StringComparison.Ordinal):
                File.Copy(Path.Combine(fixture.Repository, from["RnnGen/".Length..]), Path.Combine(folder, to));
                return "";
            case ["dotnet", .. var arguments]:
                return (await Command(folder, arguments)).Successful();
            default:
                throw new InvalidDataException($"The page has the command '{string.Join(' ', command)}', which this test does not know.");
        }
    }

    /// <summary>The page's first steps, for another test.</summary>
    private async Task PrepareAsync()
    {
        CopyPackages();
        (await Command(root, ["new", "nugetconfig"])).Successful();
        (await Command(root, ["nuget", "add", "source", "./packages", "--name", "rnngen", "--configfile", "nuget.config"])).Successful();
    }

    private void CopyPackages()
    {
        string packages = Directory.CreateDirectory(Path.Combine(root, "packages")).FullName;
        foreach (string package in Directory.GetFiles(fixture.Feed))
            File.Copy(package, Path.Combine(packages, Path.GetFileName(package)));
    }

    // With restored packages of its own: the user's folder may have an older package of the same version.
    private Task<Result> Command(string folder, string[] arguments) => Dotnet.Run(folder, arguments, Path.Combine(root, "restored"));
}
