using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Tests.Robustness;

/// <summary>
/// A random cell: mostly one that is valid, with every matrix used once and every equation used, under names that collide with all
/// that generated code calls something; sometimes with a piece that the language does not have.
/// </summary>
internal sealed class RandomCell(Random random)
{
    private static readonly string[] Names =
    [
        "V", "row", "rows", "lane", "slot", "slots", "unit", "block", "At", "weights", "gradients", "transposed", "tape", "step",
        "hasPast", "operand1", "t", "t2", "hPrev", "dH", "dh",
        "h", "H", "c", "C", "h1", "h2", "W", "w", "U", "Wz", "z", "r", "n", "bias", "Kernels", "Offsets", "State", "Tape",
        "System", "@if", "@class", "@var", "@value", "σ", "größe", "_", "_1",
        "tanhH", "sigmoidZ", "hNext", "hNew", "nint", "values", "length", "first", "symbols", "outputs", "dx", "count", "inputs",
        "state", "numbers", "Start", "Padded",
    ];

    // These are names of the language or of a cell's members: a mistake, most of the time.
    private static readonly string[] Mistaken = ["Sigmoid", "Tanh", "Activation", "Step", "x"];

    private static readonly string[] Constants =
        ["0", "1", "-1", "2", "0.5", "-0.25", "0.0", "1e300", "(2 - 3)", "1e-7", "3f", "100000000000"];

    private static readonly string[] Foreign =
    [
        "h % 2", "Math.Sqrt(2)", "x", "W * W", "default", "h.Count", "unknown", "Tanh(1)", "1 / 2", "Max(h)", "h[0]", "\"text\"", "1m",
        "this", "--h"
    ];

    private static readonly string[] Numbers = ["0.5", "-2", "1e-7", "fraction", "1 - fraction", "-fraction", "3f"];

    private readonly List<string> fields = ["const double fraction = 0.3;", "const int steps = 3;"];
    private readonly List<string> weights = [];
    private readonly List<string> recurrents = [];
    private readonly List<string> biases = [];
    private readonly List<string> vectors = [];
    private readonly List<string> unused = [];
    private readonly List<string> known = [];
    private readonly List<string> states = [];
    private readonly HashSet<string> taken = [];
    private readonly bool isMistaken = random.Next(8) == 0;

    public string Write(string name)
    {
        Declare(1 + random.Next(random.Next(20) == 0 ? 12 : 4), "Weight", weights);
        Declare(random.Next(5), "Recurrent", recurrents);
        Declare(random.Next(5), "Bias", biases);
        Declare(random.Next(3), "PerUnit", vectors);
        Declare(random.Next(2), "Scalar", vectors);
        states.AddRange(Enumerable.Range(0, random.Next(6) == 0 ? 4 : 1 + random.Next(2)).Select(_ => NewName()));
        known.AddRange(states);
        string input = NewName();

        var statements = new List<string>();
        for (int i = random.Next(7); i > 0; i--)
        {
            string equation = NewName();
            statements.Add($"{(random.Next(3) == 0 ? "Hidden" : "var")} {equation} = {Expression(input, 3)};");
            known.Add(equation);
            unused.Add(equation);
        }

        var results = states.Select((_, i) => i == 0 ? Everything(input)
            : Chance(4) ? Pick(known)
            : Chance(8) ? $"{Pick(known)} * 0"
            : Expression(input, 2)).ToList();
        results[0] = $"{results[0]}{string.Concat(unused.Select(u => $" + {u}"))}";
        if (Chance(10) && results.Count > 1)
            results[^1] = results[^2];
        string result = results.Count == 1 ? results[0] : $"({string.Join(", ", results)})";
        string type = results.Count == 1 ? "Hidden" : $"({string.Join(", ", results.Select(_ => "Hidden"))})";
        string head = $"public {type} Step(Input {input}{string.Concat(states.Select(s => $", Hidden {s}"))})";
        string body = statements.Count == 0 && Chance(2)
            ? $" => {result};"
            : $"\n    {{\n        {string.Join("\n        ", statements.Append($"return {result};"))}\n    }}";
        string kind = isMistaken && Chance(3)
            ? Pick("partial struct", "readonly struct", "partial class", "readonly partial record struct")
            : "readonly partial struct";
        return $"[RnnCell]\n{kind} {name}\n{{\n    {string.Join("\n    ", fields)}\n    {head}{body}\n}}\n";
    }

    private void Declare(int count, string type, List<string> names)
    {
        for (int i = 0; i < count; i++)
        {
            string name = NewName();
            names.Add(name);
            string attribute = type == "Bias" && Chance(4) ? "[ForgetBias] " : "";
            fields.Add($"{attribute}{Pick("", "private ", "internal ")}readonly {(isMistaken && Chance(10) ? "double" : type)} {name};");
            if (type is "PerUnit" or "Scalar")
                unused.Add(name);
        }
    }

    private string NewName()
    {
        string name = isMistaken && Chance(8) ? Pick(Mistaken) : Pick(Names);
        while (!taken.Add(name) && !(isMistaken && Chance(10)))
            name += random.Next(10);
        return name;
    }

    /// <summary>An expression that uses whatever matrix or bias is left.</summary>
    private string Everything(string input)
    {
        string sum = Expression(input, 2);
        while (weights.Count + recurrents.Count + biases.Count > 0)
            sum = $"{sum} {Pick("+", "-")} {Leaf(input, 1)}";
        return sum;
    }

    private string Expression(string input, int depth)
    {
        if (isMistaken && Chance(20))
            return Pick(Foreign);
        if (depth == 0)
            return Leaf(input, 0);
        string left = Expression(input, depth - 1);
        return random.Next(9) switch
        {
            0 => Function(left),
            1 => $"-({left})",
            2 => $"{Pick(Constants)} {Pick("+", "-", "*", "/")} ({left})",
            3 => $"({left}) {Pick("+", "-", "*", "/")} {Pick(Constants)}",
            4 when vectors.Count > 0 => $"{Pick("", "1 - ", "-", "2 * ")}{Use(Pick(vectors))} * ({left})",
            5 => $"({left}) {Pick("*", "-", "/")} ({Expression(input, depth - 1)})",
            6 => $"({left})",
            _ => $"{left} {Pick("+", "+", "+", "-", "*")} {Leaf(input, depth - 1)}",
        };
    }

    private string Function(string value)
    {
        var function = Pick(Dialect.Cell.Functions);
        if (function.Name == Language.Delay)
            return $"Delay({Use(Pick(states))}, {Pick("1", "2", "5", "steps")})";
        string second = function.Vectors == 2 ? $", {Pick(Pick(Constants), Use(Pick(known)))}" : "";
        return $"{function.Name}({value}{second}{string.Concat(function.Numbers.Select(_ => $", {Pick(Numbers)}"))})";
    }

    private string Leaf(string input, int depth)
    {
        switch (random.Next(5))
        {
            case 0 or 1 when weights.Count > 0:
                return $"{TakeFrom(weights)} * {(Chance(6) ? $"Delay({input}, {Pick("1", "2", "steps")})" : input)}";
            case 2 or 3 when recurrents.Count > 0:
                return $"{TakeFrom(recurrents)} * {(Chance(3) ? $"({Expression(input, depth)})" : Use(Pick(known)))}";
            case 4 when biases.Count > 0:
                return $"(0 * {Pick(known)} + {TakeFrom(biases)})";
            default:
                return Use(Pick(known));
        }
    }

    private string Use(string name)
    {
        unused.Remove(name);
        return name;
    }

    private string TakeFrom(List<string> names)
    {
        int index = random.Next(names.Count);
        string name = names[index];
        names.RemoveAt(index);
        return name;
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
