using System.Runtime.InteropServices;
using RnnGen.Tests.LanguageFunctions;

namespace RnnGen.Tests.Models;

/// <summary>
/// Cells as nobody thought of them: sums, states and vectors joined by chance, some values with names and most without, some used again.
/// </summary>
internal static class RandomCells
{
    private const int Count = 52;

    // The seeds before know the functions that were there first.
    private const int FirstOfTable = 40;

    // More recurrent matrices than others: every field is then a tensor of its own.
    private static readonly Dictionary<string, string[]> Fields = TestCell.Each("A", "B", "C", "U", "V", "W", "X", "b", "p", "q", "s");

    public static IReadOnlyList<TestCell> All { get; } =
        [.. Enumerable.Range(0, Count).Select(seed => new TestCell($"Random{seed}", Fields, Source(seed)))];

    private static string Source(int seed)
    {
        var random = new Random(seed);
        var statements = new List<string>();
        var named = new List<string>();
        var terms = new List<string>
        {
            "A * x", "B * x + b", random.Next(3) == 0 ? "C * Delay(x, 2)" : "C * x", "U * h", "V * c",
            random.Next(2) == 0 ? "p * h" : "(1 - p) * h", random.Next(2) == 0 ? "q * c" : "(q - s / 2) * c", "(0.5 - s) * h"
        };
        random.Shuffle(CollectionsMarshal.AsSpan(terms));
        // Half of the terms go into what a matrix multiplies once more.
        string operand = Join(4);
        terms.Add($"W * ({operand})");
        terms.Add($"X * {Name(Operand())}");
        random.Shuffle(CollectionsMarshal.AsSpan(terms));
        string c = Join(2), h = Join(terms.Count);
        return $$"""
            [RnnCell]
            public readonly partial struct Random{{seed}}
            {
                readonly Weight A, B, C;
                readonly Recurrent U, V, W, X;
                readonly Bias b;
                readonly PerUnit p, q;
                readonly Scalar s;

                public (Hidden, Hidden) Step(Input x, Hidden h, Hidden c)
                {
                    {{string.Join("\n        ", statements)}}
                    return ({{h}}, {{c}});
                }
            }

            """;

        // Takes some terms and makes one of them.
        string Join(int count)
        {
            string joined = Take();
            for (int i = 1; i < count; i++)
            {
                string next = random.Next(3) == 0 ? Function(Take()) : Take();
                joined = random.Next(6) switch
                {
                    0 => $"({joined}) / (1.5 + Sigmoid({next}))",
                    1 => $"{joined} + {next}",
                    2 => $"{joined} - ({next})",
                    _ => $"({joined}) * ({next})",
                };
                if (random.Next(4) == 0)
                    joined = Name(random.Next(2) == 0 ? joined : $"Sigmoid({joined})");
            }

            return joined;
        }

        // Without a bend, beside which differences would mean nothing.
        string Function(string value) =>
            seed >= FirstOfTable && random.Next(3) > 0
                ? OfTable(FunctionTable.All[random.Next(FunctionTable.All.Length)], value)
                : random.Next(5) switch
                {
                    0 => $"Normalize({value})",
                    1 => $"Softplus({value})",
                    2 => $"ScaledTanh({value}, 1.2, 0.7) * Delay(h, 2)",
                    _ => $"Tanh({value})",
                };

        static string OfTable(FunctionCase function, string value) =>
            $"{function.Name}({function.Argument.Replace("{0}", value, StringComparison.Ordinal)})";

        string Take()
        {
            string term = terms[^1];
            terms.RemoveAt(terms.Count - 1);
            return term;
        }

        string Operand() => named.Count > 0 && random.Next(2) == 0 ? $"{named[random.Next(named.Count)]} * c" : "h * c";

        string Name(string value)
        {
            string name = $"v{named.Count}";
            statements.Add($"var {name} = {value};");
            named.Add(name);
            return name;
        }
    }
}
