using System.Diagnostics;

namespace RnnGen.Platforms;

/// <summary>Runs commands.</summary>
internal static class Shell
{
    /// <summary>Runs a command to its end and returns the lines of its output.</summary>
    /// <param name="folder">The working directory.</param>
    /// <param name="environment">Variables to set.</param>
    /// <param name="command">The program and its arguments.</param>
    /// <exception cref="InvalidOperationException">The command failed: the message has its output.</exception>
    public static async Task<string[]> Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] command)
    {
        ProcessStartInfo start =
            new(command[0], command[1..]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}\n{await output}{await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }

    /// <inheritdoc cref="Run(string, IReadOnlyDictionary{string, string}, string[])"/>
    public static Task<string[]> Run(string folder, params string[] command) => Run(folder, new Dictionary<string, string>(), command);

    /// <summary>True if a program is on the path.</summary>
    public static bool Has(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
