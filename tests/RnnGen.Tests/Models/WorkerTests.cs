using System.Diagnostics;

namespace RnnGen.Tests.Models;

/// <summary>What needs a process of its own: the same bits at every vector width, and no kernel that the JIT gave up optimising.</summary>
public class WorkerTests
{
    [Fact]
    public void AllWidthsGiveTheSameBits()
    {
        string[] widest = Run("bits");
        Assert.Equal(15, widest.Length);
        string[] widths = [widest[0]];
        foreach (string variable in new[] { "DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic" })
        {
            string[] narrower = Run("bits", (variable, "0"));
            Assert.Equal(widest[1..], narrower[1..]);
            widths = [.. widths, narrower[0]];
        }

        // The instructions for products of bytes are no width.
        Assert.Equal(widest, Run("bits", ("DOTNET_EnableAVXVNNI", "0")));

        // On a machine with AVX-512 these are four different widths; on a smaller one some coincide.
        Assert.Equal("width 1", widths[^1]);
        Assert.Contains("width 128", widths);
    }

    [Fact]
    public void NoKernelIsLeftUnoptimised()
    {
        // Without tiers every method is compiled once, as well as the JIT can or will.
        string[] lines = Run("jit", ("DOTNET_TieredCompilation", "0"));
        int prepared = int.Parse(lines[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(prepared > 100, lines[0]);
        Assert.StartsWith("seen ", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.StartsWith("minopts", StringComparison.Ordinal));
    }

    private static string[] Run(string what, params (string Variable, string Value)[] environment)
    {
        // Its output folder is this test's own, but for the project.
        string worker =
            Path.Combine(AppContext.BaseDirectory.Replace("RnnGen.Tests", "RnnGen.Worker", StringComparison.Ordinal), "RnnGen.Worker.dll");
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet",
            ["exec", worker, what])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
