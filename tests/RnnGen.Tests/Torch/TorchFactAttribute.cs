using System.Diagnostics;

namespace RnnGen.Tests.Torch;

/// <summary>A test that is skipped, and says so, where no Python with PyTorch is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TorchFactAttribute : FactAttribute
{
    public TorchFactAttribute() => Skip = Python is null ? "No python3 here can import torch." : null;

    /// <summary>The interpreter that has PyTorch; null if none.</summary>
    internal static string? Python { get; } = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(CanImport);

    /// <summary>Runs a script beside the tests.</summary>
    internal static void Run(string script, params string[] arguments)
    {
        ProcessStartInfo start = new(Python!, [Path.Combine(AppContext.BaseDirectory, "Torch", script), .. arguments])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
    }

    private static bool CanImport(string python)
    {
        try
        {
            ProcessStartInfo start = new(python, ["-c", "import torch"]) { RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
