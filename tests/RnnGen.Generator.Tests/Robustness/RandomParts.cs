namespace RnnGen.Generator.Tests.Robustness;

/// <summary>A random encoder and decoder and the class that joins them: names and apostrophes anywhere, most of it sensible.</summary>
internal sealed class RandomParts(Random random, IReadOnlyList<string> cells, IReadOnlyList<string> scores)
{
    // One size for everything fits scores that work element by element.
    private readonly string? size = random.Next(2) == 0 ? "16" : null;

    /// <summary>A score of a user's.</summary>
    public static string Score(Random random, string name)
    {
        string[] scores =
        [
            "readonly Map A; readonly PerUnit v, w; public Hidden Score(Hidden q, Hidden k) => v * Tanh(A * k + w * q);",
            "readonly Map A, B; readonly PerUnit v; public Hidden Score(Hidden q, Hidden k) => v * Tanh(A * k) * Sigmoid(B * q);",
            "readonly Map q_, k_; readonly PerUnit start; public Hidden Score(Hidden q, Hidden k) { var length = Sigmoid(q_ * q); return "
            + "start * length * (k_ * k) / (1 + Exp(-length)); }",
            "readonly Map A, B, C; public Hidden Score(Hidden memory, "
            + "Hidden attention) => Scaled(Relu(A * memory) * (B * attention) - C * attention);",
        ];
        return $"[RnnAttention]\nreadonly partial struct {name} {{ {scores[random.Next(scores.Length)]} }}\n";
    }

    public string Write(string name)
    {
        string plain = name.Replace("@", "", StringComparison.Ordinal);
        string kind = Pick("static class", "class", "abstract class", "record", "file static class", "sealed class");
        var encoder = Encoder();
        var decoder = Decoder();
        string arguments = $"typeof({plain}Source), "
            + $"typeof({plain}Target){Pick("", "", ", Bridge = Bridge.EveryState", ", Bridge = Bridge.Direct", ", Bridge = Bridge.None")}{Pick("", "", ", Precision = Precision.Double")}";
        if (Chance(20))
            Spoil(Pick(encoder, decoder));
        if (Chance(40))
            arguments = Pick(
                $"typeof({plain}Target), typeof({plain}Source)", $"typeof({plain}Source), typeof({plain}Source)",
                $"null, typeof({plain}Target)", $"typeof({plain}Source)", "typeof(Unknown), typeof(int[])", "");
        string body = Chance(8)
            ? $" {{ {Pick("int Start;", "class Memory;", "int rows;", "void Step() { }", "class Attention;", "static int Length => 3;", "class Source;")} }}"
            : ";";
        return $"{Attributes(encoder)}{kind} {plain}Source;\n{Attributes(decoder)}{kind} "
            + $"{plain}Target;\n[Seq2Seq({arguments})]\n{(Chance(30) ? "[Dense(3)] " : "")}{Pick("partial class", "sealed partial class", "public partial class", Chance(8) ? "partial record" : "partial class")} {name}{body}\n";
    }

    /// <summary>Layers that take each other, and a last one that takes what nobody took.</summary>
    public List<string> Layers(int count, bool isDecoder)
    {
        var attributes = new List<string>();
        List<string> names =
            [.. Enumerable.Range(0, count).Select(i => Pick("e", "E", "memory", "h", "start") + (Chance(12) ? "" : $"{i}"))];
        var unused = new HashSet<string>();
        bool hasContext = false;
        for (int i = 0; i < count; i++)
        {
            int kind = random.Next(isDecoder ? 10 : 6);
            if (kind == 9 && !hasContext)
            {
                attributes.Add($"Context(Name = \"{names[i]}\")");
                hasContext = true;
            }
            else
            {
                var from = From(names, i, unused);
                string options = $"Name = \"{names[i]}\"{(from.Count == 0 ? "" : $", From = \"{string.Join(Pick(", ", ","), from)}\"")}";
                attributes.Add(kind switch
                {
                    0 or 1 or 2 => $"Rnn<{Cell()}>({Size()}, {options})",
                    3 or 4 => $"Dense({Size()}, {options}{Pick("", ", Activation = Activation.Elu", ", Bias = false")})",
                    5 => Pick(
                        $"Dropout(0.5, {options})", $"Rnn<Lstm>(16, Depth = 2, {options})", $"LayerNorm({options})",
                        $"RmsNorm(Gain = false, {options})", $"PRelu({options})", $"LogSoftmax({options})"),
                    _ => $"Attention<{Score()}>({Size()}, {options})",
                });
            }

            unused.Add(names[i]);
        }

        string last = unused.Count == 0 || Chance(20) ? "" : $", From = \"{string.Join(", ", unused)}\"";
        attributes.Add($"Dense({Pick("2", "3", "7")}, Name = \"last\"{last})");
        return attributes;
    }

    private List<string> Encoder()
    {
        var attributes =
            new List<string> { $"Encoder{Pick("", "(Steps = 1)", "(Steps = 3)", Chance(10) ? "(Steps = 300)" : "")}", Source() };
        for (int i = random.Next(3); i > 0; i--)
            attributes.Add($"Rnn<{Cell()}>({Size()}{Pick("", ", Depth = 2", ", Direction = Direction.Reverse", ", Direction = Direction.Bidirectional", ", Direction = Direction.Bidirectional, Merge = Merge.Linear", ", Direction = Direction.Bidirectional, Merge = Merge.Mean")})");
        if (Chance(4))
            attributes.Add(Pick(
                $"Dense({Size()})", "Dropout(0.25)", "Pool(Pooling.Last)", "Pool(Pooling.Mean)", "Pool(Pooling.Attention, Units = 3)",
                "GroupNorm(2)", "PRelu(Shared = true)"));
        return attributes;
    }

    private List<string> Decoder()
    {
        int symbols = 3 + random.Next(4);
        bool hasEnds = Chance(3);
        var attributes = new List<string> { $"Decoder{(hasEnds ? $"(Start = {random.Next(symbols)}, End = {random.Next(symbols)})" : Pick("", "(Steps = 1)", "(Steps = 2)"))}" };
        attributes.Add(hasEnds ? $"Embedding({symbols}, {Size()})" : Source());
        if (Chance(8))
            attributes.Add($"Feedback({Pick("2", "3", "7")})");
        attributes.AddRange(Layers(1 + random.Next(4), isDecoder: true));
        if (hasEnds)
            attributes.Add($"Dense({symbols})");
        attributes.Add(
            hasEnds ? "SoftmaxCrossEntropy" : Pick("SoftmaxCrossEntropy", "SigmoidCrossEntropy", "SquaredError", "AbsoluteError", "SquaredError"));
        if (Chance(6))
            attributes.Add($"SquaredError(From = \"{Pick("last", "e0", "E0")}\")");
        return attributes;
    }

    /// <summary>Nothing, for what stands above; or names from above, or with an apostrophe from anywhere.</summary>
    private List<string> From(List<string> names, int index, HashSet<string> unused)
    {
        var from = new List<string>();
        if (Chance(2) && index > 0)
        {
            unused.Remove(names[index - 1]);
            return from;
        }

        for (int i = 1 + random.Next(2); i > 0; i--)
        {
            bool isPrevious = Chance(3);
            string name = isPrevious ? Pick(names) : index == 0 || Chance(4) ? "input" : names[random.Next(index)];
            unused.Remove(name);
            from.Add(isPrevious ? $"{name}'" : name);
        }

        if (from.All(f => f.EndsWith('\'')) && Chance(2))
            from.Insert(0, "input");
        return Chance(60) ? [.. from, Pick("", "'", "nobody", "nobody'", "e0''", "last'")] : from;
    }

    private void Spoil(List<string> attributes)
    {
        int index = random.Next(attributes.Count);
        switch (random.Next(4))
        {
            case 0:
                attributes.RemoveAt(index);
                break;
            case 1:
                attributes.Insert(random.Next(attributes.Count), attributes[index]);
                break;
            case 2:
                attributes.Reverse();
                break;
            default:
                attributes.Add(Pick(
                    "Attention<Lstm>(3)", "Attention<>(3)", "Attention<DotScore>(0)", "Attention<DotScore>(16384)", "Context",
                    "Pool(Pooling.Last)", "Feedback(2)", "Rnn<DotScore>(3)", "RnnModel", "Encoder", "Decoder(Start = 1)", "SquaredError",
                    "Input(3, Once = true)", "Rnn<Lstm>(3, FirstState = true)", "Dense(65536)", "Repeat"));
                break;
        }
    }

    private string Source() => Pick($"Input({Size()})", $"Input({Size()})", $"Embedding({Size()}, {Size()})", $"OneHot({Size()})");

    private string Cell() => cells.Count > 0 && !Chance(4) ? Pick(cells) : Pick("Lstm", "Gru", "GruResetBefore", "SimpleRnn");

    private string Score() =>
        scores.Count > 0 && !Chance(3) ? Pick(scores)
            : size is null || Chance(2) ? "RnnGen.AdditiveScore"
            : Pick("GeneralScore", "DotScore", "ScaledDotScore");

    private string Size() => size ?? Pick("1", "2", "3", "7", "8", "16", "16", "17", "33", "40");

    private static string Attributes(List<string> attributes) => string.Concat(attributes.Select(a => $"[{a}]\n"));

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
