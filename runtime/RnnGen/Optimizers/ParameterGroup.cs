using System.IO.Enumeration;
using RnnGen.Generated;

namespace RnnGen;

/// <summary>
/// Parameters that a trainer moves in their own way: set <see cref="Trainer{T}.Groups"/>. A parameter belongs to the first group that names
/// it.
/// </summary>
/// <remarks>
/// No weight decay on biases, and a tenth of the learning rate for the embedding:
/// <c>Groups = [new("*bias*") { WeightDecay = 0 }, new("embedding") { RateFactor = 0.1 }]</c>.
/// </remarks>
public sealed record ParameterGroup
{
    private readonly double rateFactor = 1;
    private readonly double? weightDecay;
    private readonly double minimum = double.NegativeInfinity;
    private readonly double maximum = double.PositiveInfinity;

    /// <summary>Names parameters.</summary>
    /// <param name="names">
    /// Each is a parameter (<c>rnn.weight_hh_l0</c>), a layer (<c>rnn</c>, which is all parameters whose names begin with <c>rnn.</c>), or
    /// a pattern in which <c>*</c> stands for any text and <c>?</c> for one character (<c>*bias*</c>). At least one.
    /// </param>
    /// <exception cref="ArgumentException">There is no name, or an empty one.</exception>
    public ParameterGroup(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0 || names.Any(string.IsNullOrEmpty))
            throw new ArgumentException("A group names at least one parameter, and no name is empty.", nameof(names));
        Names = [.. names];
    }

    /// <summary>The parameters, layers and patterns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>
    /// The factor on the learning rate: finite and at least 0. The default is 1. With 0 the parameters stay, but an optimiser's moments go
    /// on; <see cref="Trainer{T}.Train"/> leaves out both.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double RateFactor
    {
        get => rateFactor;
        init => rateFactor = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(RateFactor), value, "Must be finite and at least 0.");
    }

    /// <summary>
    /// The weight decay in place of the optimiser's: finite and at least 0. Null, the default, leaves <see cref="Optimizer.WeightDecay"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public double? WeightDecay
    {
        get => weightDecay;
        init => weightDecay = value is null || (value >= 0 && double.IsFinite(value.Value))
            ? value
            : throw new ArgumentOutOfRangeException(nameof(WeightDecay), value, "Must be finite and at least 0.");
    }

    /// <summary>
    /// The least value that a parameter has after an update: what is below is set to it. The default is −∞, which limits nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or +∞.</exception>
    public double Minimum
    {
        get => minimum;
        init => minimum = value < double.PositiveInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Minimum), value, "Must be a number or −∞.");
    }

    /// <summary>
    /// The largest value that a parameter has after an update: what is above is set to it. The default is +∞, which limits nothing.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or −∞.</exception>
    public double Maximum
    {
        get => maximum;
        init => maximum = value > double.NegativeInfinity
            ? value
            : throw new ArgumentOutOfRangeException(nameof(Maximum), value, "Must be a number or +∞.");
    }

    /// <summary>True if values are limited.</summary>
    internal bool HasRange => minimum > double.NegativeInfinity || maximum < double.PositiveInfinity;

    /// <summary>True if a name of a list means the parameter.</summary>
    internal static bool Contains(IReadOnlyList<string> names, string parameter)
    {
        foreach (string name in names)
        {
            if (Means(name, parameter))
                return true;
        }

        return false;
    }

    /// <summary>Refuses names that mean no parameter.</summary>
    /// <exception cref="ArgumentException">There is one.</exception>
    internal static void Check(IReadOnlyList<string> names, ParameterInfo[] table)
    {
        foreach (string name in names)
        {
            if (!Array.Exists(table, info => Means(name, info.Name)))
                throw new ArgumentException(
                    $"'{name}' is no parameter, layer or pattern of the model. The parameters are: "
                    + $"{string.Join(", ", table.Select(info => info.Name))}.");
        }
    }

    private static bool Means(string name, string parameter) =>
        FileSystemName.MatchesSimpleExpression(name, parameter, ignoreCase: false)
        || (parameter.Length > name.Length && parameter[name.Length] == '.' && parameter.StartsWith(name, StringComparison.Ordinal));
}
