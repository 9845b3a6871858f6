using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace RnnGen.Onnx.Tests;

/// <summary>docs/rnngen-help.svg shows what the tool prints; docs/site/help.sh draws it again.</summary>
public class HelpPictureTests
{
    [Fact]
    public async Task ThePictureHasTheWordsOfTheTool()
    {
        ProcessStartInfo start = new("dotnet", [typeof(Tool.Cli).Assembly.Location, "--help"]) { RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        using Process process = Process.Start(start)!;
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        string[] words = [.. Lines(printed)];
        Assert.Contains("Commands:", words);
        Assert.Equal(["$ rnngen --help", .. words], Drawn());
    }

    private static IEnumerable<string> Lines(string text) =>
        text.ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);

    private static IEnumerable<string> Drawn([CallerFilePath] string thisFile = "") =>
        XDocument.Load(Path.Combine(Path.GetDirectoryName(thisFile)!, "../../docs/rnngen-help.svg"), LoadOptions.PreserveWhitespace)
            .Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value);
}
