using System.Diagnostics;

namespace RnnGen.Package.Tests;

/// <summary>Runs the dotnet command as a user at a prompt would: without what the test runner set for itself.</summary>
internal static class Dotnet
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">What follows <c>dotnet</c>.</param>
    public static Task<Result> Run(string folder, params string[] arguments) => Run(folder, arguments, packages: null);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="arguments">What follows <c>dotnet</c>.</param>
    /// <param name="packages">The folder that restored packages are kept in; the user's if null.</param>
    public static async Task<Result> Run(string folder, string[] arguments, string? packages)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToList())
            start.Environment.Remove(name);
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        if (packages is not null)
            start.Environment["NUGET_PACKAGES"] = packages;
        // Nothing that was started here outlives the test.
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"dotnet {string.Join(' ', arguments)} took more than {Limit.TotalMinutes} minutes.");
        }

        return new(process.ExitCode, await output + await error);
    }
}

/// <summary>How a command ended, and what it wrote.</summary>
internal sealed record Result(int ExitCode, string Output)
{
    /// <summary>The output of a command that succeeded.</summary>
    public string Successful()
    {
        Assert.True(ExitCode == 0, Output);
        return Output;
    }
}
