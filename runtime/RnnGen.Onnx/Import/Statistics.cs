namespace RnnGen.Onnx;

/// <summary>
/// A normalisation that an exporter took apart: a sum of products of a vector x, its mean m, its mean square q and a root
/// s = √(q − m² + ε) or √(q + ε), with constant factors for each number. What it is does not depend on how it is written: once it is
/// γ x/s − γ m/s + β it is a [LayerNorm], and γ x/s, without the mean in s, is an [RmsNorm].
/// </summary>
internal sealed class Statistics : Value
{
    private const int MostTerms = 12;

    private readonly Signal x;
    private readonly SortedDictionary<(int X, int M, int Q, int S), float[]> terms;

    /// <summary>What s is the root of: with the mean, and ε; null as long as there is none.</summary>
    private readonly (bool IsCentred, double Epsilon)? root;

    private Statistics(
        Signal x, SortedDictionary<(int X, int M, int Q, int S), float[]> terms, (bool IsCentred, double Epsilon)? root) =>
        (this.x, this.terms, this.root) = (x, terms, root);

    public override string What => $"the mean or the variance of {x.What}";

    /// <summary>A mean over the numbers of vectors.</summary>
    public static bool TryMean(NodeContext node, Signal? signal, Statistics? statistics)
    {
        int width;
        if (statistics is null)
        {
            if (signal!.Pieces is [CombinedElement { Operation: '*', Operands: [var l, var r] }] && l.SequenceEqual(r))
            {
                node.Output(0, new Statistics(new(l, signal.Dims) { Grid = signal.Grid }, One((0, 0, 1, 0), (int)signal.Width, 1), null));
                return true;
            }

            width = (int)signal.Width;
            node.Output(0, new Statistics(signal, One((0, 1, 0, 0), width, 1), null));
            return true;
        }

        SortedDictionary<(int X, int M, int Q, int S), float[]> means = [];
        width = (int)statistics.x.Width;
        foreach (var (power, factors) in statistics.terms)
        {
            if (power.X > 2 || !Array.TrueForAll(factors, f => f == factors[0]))
                throw new NotTakenException("it takes a mean that is none of a normalisation's");
            AddTo(means, (0, power.M + (power.X == 1 ? 1 : 0), power.Q + (power.X == 2 ? 1 : 0), power.S), factors);
        }

        node.Output(0, new Statistics(statistics.x, means, statistics.root));
        return true;
    }

    public static bool TryArithmetic(NodeContext node, Value a, Value b)
    {
        if (a is not Statistics && b is not Statistics)
            return false;
        Statistics any = a as Statistics ?? (Statistics)b;
        Statistics l = any.Of(node, a), r = any.Of(node, b);
        if (l.root is { } first && r.root is { } second && first != second)
            throw new NotTakenException("it takes the roots of two variances together");
        SortedDictionary<(int X, int M, int Q, int S), float[]> terms = [];
        switch (node.Operator)
        {
            case "Add" or "Sub":
                foreach (var (power, factors) in l.terms)
                    AddTo(terms, power, factors);
                foreach (var (power, factors) in r.terms)
                    AddTo(terms, power, node.Operator == "Add" ? factors : DenseOperators.Scale(factors, -1));
                break;
            case "Mul" or "Div":
                bool divides = node.Operator == "Div";
                if (divides && r.terms.Count != 1)
                    throw new NotTakenException("it divides by a sum");
                foreach (var (p, f) in l.terms)
                {
                    foreach (var (q, g) in r.terms)
                    {
                        int sign = divides ? -1 : 1;
                        AddTo(
                            terms, (p.X + (sign * q.X), p.M + (sign * q.M), p.Q + (sign * q.Q), p.S + (sign * q.S)),
                            [.. f.Select((v, i) => divides ? v / g[i] : v * g[i])]);
                    }
                }

                break;
            default:
                throw new NotTakenException($"it takes {any.What}");
        }

        if (terms.Count > MostTerms)
            throw new NotTakenException("it is more than a normalisation");
        Statistics result = new(any.x, terms, l.root ?? r.root);
        node.Output(0, result.Normalized(node) ?? (Value)result);
        return true;
    }

    /// <summary>A square, a root, and 1 over these.</summary>
    public static bool TryPower(NodeContext node, double? exponent)
    {
        if (node.Input(0) is not Statistics of)
            return false;
        if (exponent == 2)
        {
            SortedDictionary<(int X, int M, int Q, int S), float[]> square = [];
            foreach (var (p, f) in of.terms)
            {
                foreach (var (q, g) in of.terms)
                    AddTo(square, (p.X + q.X, p.M + q.M, p.Q + q.Q, p.S + q.S), [.. f.Select((v, i) => v * g[i])]);
            }

            node.Output(0, new Statistics(of.x, square, of.root));
            return true;
        }

        int width = (int)of.x.Width;
        if (exponent == -1 && of.terms.Count == 1)
        {
            var (power, factors) = of.terms.First();
            node.Output(0, new Statistics(
                of.x, new() { [(-power.X, -power.M, -power.Q, -power.S)] = Array.ConvertAll(factors, f => 1 / f) }, of.root));
            return true;
        }

        if (exponent is not (0.5 or -0.5) || of.root is not null || of.Factor((0, 0, 1, 0)) != 1)
            throw new NotTakenException("its root is none of a normalisation's");
        double? centre = of.terms.ContainsKey((0, 2, 0, 0)) ? of.Factor((0, 2, 0, 0)) : 0;
        double? epsilon = of.terms.ContainsKey(default) ? of.Factor(default) : 0;
        int known = 1 + (centre != 0 ? 1 : 0) + (of.terms.ContainsKey(default) ? 1 : 0);
        if (centre is not (0 or -1) || epsilon is null || known != of.terms.Count)
            throw new NotTakenException("its root is none of a normalisation's");
        node.Output(0, new Statistics(of.x, One((0, 0, 0, exponent > 0 ? 1 : -1), width, 1), (centre == -1, epsilon.Value)));
        return true;
    }

    /// <summary>The normalisation as an operator.</summary>
    public static void Layer(NodeContext node)
    {
        Signal x = node.Signal(0);
        int rank = x.Dims?.Count ?? throw new NotTakenException("its axes depend on a condition");
        int axis = NodeContext.Place(node.Whole("axis", -1), rank), feature = Axes.FeatureAxis(x);
        if (x.Dims.Where((d, i) => i != feature && (i >= axis) != d.HasNumbers && !d.IsOne).Any()
            || (feature < axis && !x.Dims[feature].IsOne))
            throw new NotTakenException("it normalises over other axes than those of a step's numbers");
        bool isCentred = node.Operator == "LayerNormalization";
        ConstantTensor scale = node.Constant(1, "Scale");
        float[] gain = Elementwise.Spread(node, x, scale);
        float[]? bias = isCentred && node.Optional(2) is not null ? Elementwise.Spread(node, x, node.Constant(2, "B")) : null;
        node.Output(0, DenseOperators.Result(x, node.Reader.Add(new NormElement(node.Reader.NextIndex, x.Pieces)
        {
            IsCentred = isCentred,
            Epsilon = node.Real("epsilon", 1e-5f),
            Gain = gain,
            Bias = bias,
        })));
    }

    private Signal? Normalized(NodeContext node)
    {
        if (root is not { } under || !terms.TryGetValue((1, 0, 0, -1), out float[]? gain))
            return null;
        float[]? bias = null;
        foreach (var (power, factors) in terms)
        {
            if (power == (0, 1, 0, -1) && under.IsCentred && factors.Zip(gain).All(f => f.First == -f.Second))
                continue;
            if (power == default && under.IsCentred)
                bias = factors;
            else if (power != (1, 0, 0, -1))
                return null;
        }

        if (under.IsCentred != terms.ContainsKey((0, 1, 0, -1)))
            return null;
        return DenseOperators.Result(x, node.Reader.Add(new NormElement(node.Reader.NextIndex, x.Pieces)
        {
            IsCentred = under.IsCentred,
            Epsilon = under.Epsilon,
            Gain = Array.TrueForAll(gain, g => g == 1) ? null : gain,
            Bias = bias,
        }));
    }

    /// <summary>Another operand in the same terms: the vector itself, or constants.</summary>
    private Statistics Of(NodeContext node, Value value)
    {
        int width = (int)x.Width;
        switch (value)
        {
            case Statistics statistics:
                return statistics.x.Pieces.SequenceEqual(x.Pieces)
                    ? statistics
                    : throw new NotTakenException("it takes the means of two vectors together");
            case Signal signal when signal.Pieces.SequenceEqual(x.Pieces):
                return new(x, One((1, 0, 0, 0), width, 1), null);
            case Uniform uniform:
                return new(x, One(default, width, (float)uniform.Number), null);
            case ConstantTensor constant:
                return new(x, new() { [default] = Elementwise.Spread(node, x, constant) }, null);
            default:
                throw new NotTakenException($"it combines {What} with {value.What}");
        }
    }

    private double? Factor((int X, int M, int Q, int S) power) =>
        terms.TryGetValue(power, out float[]? factors) && Array.TrueForAll(factors, f => f == factors[0]) ? factors[0] : null;

    private static SortedDictionary<(int X, int M, int Q, int S), float[]> One(
        (int X, int M, int Q, int S) power, int width, float factor) =>
        new() { [power] = DenseOperators.Fill(width, factor) };

    private static void AddTo(
        SortedDictionary<(int X, int M, int Q, int S), float[]> terms, (int X, int M, int Q, int S) power, float[] factors)
    {
        float[] sum = terms.TryGetValue(power, out float[]? other) ? [.. factors.Zip(other, (l, r) => l + r)] : factors;
        if (Array.TrueForAll(sum, f => f == 0))
            terms.Remove(power);
        else
            terms[power] = sum;
    }
}
