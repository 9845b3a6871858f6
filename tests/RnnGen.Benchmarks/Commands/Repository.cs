using System.Diagnostics;

namespace RnnGen.Benchmarks;

/// <summary>The checkout that this program was built from, and the dotnet command in it.</summary>
internal static class Repository
{
    /// <summary>Its folder.</summary>
    /// <exception cref="DirectoryNotFoundException">The program lies somewhere else.</exception>
    public static string Folder { get; } = Find();

    /// <summary>Runs the dotnet command to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="output">What it wrote.</param>
    /// <param name="arguments">What follows <c>dotnet</c>.</param>
    /// <returns>Whether it succeeded.</returns>
    public static bool Dotnet(string folder, out string output, params string[] arguments)
    {
        using var process =
            Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = folder, RedirectStandardOutput = true })!;
        output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RnnGen.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("RnnGen.sln is in none of the folders above this program.");
    }
}
