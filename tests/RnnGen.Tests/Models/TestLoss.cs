namespace RnnGen.Tests.Models;

/// <summary>A loss of one target, as the oracle computes it: by a formula of its own, not by the equations that the generator reads.</summary>
/// <param name="Arguments">The arguments of its attribute.</param>
/// <param name="Outputs">Those that share a target.</param>
/// <param name="Of">The loss of these, and of a target.</param>
internal sealed record TestLoss(string Arguments, int Outputs, Func<Interpreter, int[], double, int> Of)
{
    /// <summary>A struct of this project: three outputs, a constant, a function of its own, and names that generated code uses itself.</summary>
    public const string Source = """

        [RnnLoss]
        public readonly partial struct SpreadLoss
        {
            private const double share = 0.5;

            public static Hidden Loss(Hidden scale, Hidden outputs, Hidden loss, Hidden target)
            {
                var gradients = Sigmoid(loss) * Away(scale, target);
                var dLoss = Softplus(outputs - share * target);
                return gradients + dLoss * dLoss;
            }

            private static Hidden Away(Hidden y, Hidden t) => Square(y - t);
        }

        """;

    public static TestLoss Huber(double? delta = null) => new(
        delta is null ? "" : FormattableString.Invariant($"Constants = \"delta = {delta}\""), 1,
        (i, y, t) =>
        {
            int distance = i.Apply("Abs", i.Combine('-', y[0], i.Leaf(t)));
            double limit = delta ?? 1;
            return i.Value(distance) <= limit
                ? i.Combine('*', i.Leaf(0.5), i.Combine('*', distance, distance))
                : i.Combine('*', i.Leaf(limit), i.Combine('-', distance, i.Leaf(limit / 2)));
        });

    public static TestLoss Poisson { get; } = new("", 1, (i, y, t) => i.Combine('-', i.Apply("Exp", y[0]), i.Combine('*', y[0], i.Leaf(t))));

    public static TestLoss Gaussian { get; } = new("", 2, (i, y, t) =>
    {
        int distance = i.Combine('-', y[0], i.Leaf(t)), variance = i.Apply("Exp", y[1]);
        return i.Combine(
            '*', i.Leaf(0.5), i.Combine('+', i.Apply("Log", variance), i.Combine('/', i.Combine('*', distance, distance), variance)));
    });

    public static TestLoss Hinge { get; } =
        new("", 1, (i, y, t) => i.Apply("Relu", i.Combine('-', i.Leaf(1), i.Combine('*', y[0], i.Leaf(t)))));

    /// <summary>By its definition, without logarithms of sums: for scores that are not large.</summary>
    public static TestLoss Focal { get; } = new("Constants = \"gamma = 1.5, alpha = 0.4\"", 1, (i, y, t) =>
    {
        int p = i.Apply("Sigmoid", i.Combine('*', y[0], i.Leaf((2 * t) - 1)));
        int power = i.Apply("Exp", i.Combine('*', i.Leaf(1.5), i.Apply("Log", i.Combine('-', i.Leaf(1), p))));
        double balance = (0.4 * t) + (0.6 * (1 - t));
        return i.Combine('*', i.Leaf(-balance), i.Combine('*', power, i.Apply("Log", p)));
    });

    public static TestLoss Quantiles(params double[] levels) => new(
        string.Join(", ", levels.Select(l => FormattableString.Invariant($"{l}"))), levels.Length,
        (i, y, t) => i.Combine(
            '/',
            i.Sum(levels.Select((level, k) =>
            {
                int above = i.Combine('-', i.Leaf(t), y[k]);
                return i.Combine('*', i.Leaf(i.Value(above) > 0 ? level : level - 1), above);
            })),
            i.Leaf(levels.Length)));

    public static TestLoss Spread(double share) => new(
        FormattableString.Invariant($"Constants = \"share = {share}\""), 3, (i, y, t) =>
        {
            int away = i.Combine('-', y[0], i.Leaf(t)), soft = i.Apply("Softplus", i.Combine('-', y[1], i.Leaf(share * t)));
            return i.Combine(
                '+', i.Combine('*', i.Apply("Sigmoid", y[2]), i.Combine('*', away, away)), i.Combine('*', soft, soft));
        });
}
