namespace RnnGen.Benchmarks;

/// <summary>What follows a command: files in their places, and options with a value each.</summary>
internal sealed class Arguments
{
    private readonly List<string> positions = [];
    private readonly Dictionary<string, string> options = [];

    /// <summary>Sorts arguments.</summary>
    /// <param name="arguments">Those behind the command.</param>
    /// <param name="positions">How many have to be without an option's name.</param>
    /// <param name="names">The options that there are.</param>
    /// <exception cref="ArgumentException">An option is unknown or has no value, or there are more or fewer positions.</exception>
    public Arguments(string[] arguments, int positions, params string[] names)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                this.positions.Add(arguments[i]);
            else if (!names.Contains(arguments[i]))
                throw new ArgumentException($"There is no option {arguments[i]} here.");
            else if (i + 1 == arguments.Length)
                throw new ArgumentException($"{arguments[i]} needs a value.");
            else
                options[arguments[i]] = arguments[++i];
        }

        if (this.positions.Count != positions)
            throw new ArgumentException($"Expected {positions} arguments without an option, but got {this.positions.Count}.");
    }

    /// <summary>An argument by its place.</summary>
    public string this[int position] => positions[position];

    /// <summary>An option's value, or null.</summary>
    public string? this[string option] => options.GetValueOrDefault(option);
}
