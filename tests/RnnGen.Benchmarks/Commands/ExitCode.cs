using System.Globalization;

namespace RnnGen.Benchmarks;

/// <summary>The exit code of a program of the benchmarks, after saying what went wrong.</summary>
internal static class ExitCode
{
    /// <summary>Runs a command.</summary>
    /// <param name="usage">What there is; said when arguments are wrong.</param>
    /// <param name="command">The command.</param>
    /// <returns>The exit code: the command's own, 1 for a wrong result or a file that cannot be used, 2 for wrong arguments.</returns>
    public static int Of(string usage, Func<int> command)
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return command();
        }
        catch (ArgumentException problem)
        {
            Console.Error.WriteLine($"{problem.Message}\n\n{usage}");
            return 2;
        }
        catch (Exception problem) when (problem is InvalidDataException or IOException or UnauthorizedAccessException or WrongResultException)
        {
            Console.Error.WriteLine(problem.Message);
            return 1;
        }
    }
}
