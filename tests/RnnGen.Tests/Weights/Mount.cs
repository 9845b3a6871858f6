using System.Diagnostics;

namespace RnnGen.Tests;

/// <summary>A file system of a test's own, where root allows it: small, to be read only, or a crash's.</summary>
internal sealed class Mount : IDisposable
{
    private readonly string folder;

    private Mount(string folder, params string[] arguments)
    {
        this.folder = folder;
        Directory.CreateDirectory(folder);
        Run("mount", [.. arguments, folder]);
    }

    /// <summary>Why there are none here; null if there are.</summary>
    public static string? Reason { get; } = Find();

    /// <summary>A file system in memory.</summary>
    /// <param name="folder">Where it will be.</param>
    /// <param name="options">Its size, …</param>
    public static Mount Memory(string folder, string options) => new(folder, "-t", "tmpfs", "-o", options, "rnngen");

    /// <summary>A file system in a file.</summary>
    /// <param name="folder">Where it will be.</param>
    /// <param name="image">The file.</param>
    public static Mount Image(string folder, string image) => new(folder, "-o", "loop", image);

    /// <summary>Lets nobody write from now on.</summary>
    public void MakeReadOnly() => Run("mount", "-o", "remount,ro", folder);

    /// <summary>Runs a command to its end.</summary>
    public static void Run(string command, params string[] arguments)
    {
        using Process process =
            Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command} {string.Join(' ', arguments)}: {error}");
    }

    public void Dispose() => Run("umount", folder);

    private static string? Find()
    {
        if (!OperatingSystem.IsLinux())
            return "Only Linux mounts file systems for a test.";
        using TemporaryFolder folder = new();
        try
        {
            using Mount mount = Memory(folder["mount"], "size=16k");
            return null;
        }
        catch (Exception problem) when (problem is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"No file system can be mounted here, which takes root: {problem.Message}";
        }
    }
}
