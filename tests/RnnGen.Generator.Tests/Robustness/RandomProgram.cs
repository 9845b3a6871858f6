namespace RnnGen.Generator.Tests.Robustness;

/// <summary>
/// A random file of a user: a namespace of its own, with types under names that generated code uses too, some cells and a model or two.
/// </summary>
internal sealed class RandomProgram(int number)
{
    private static readonly string[] Types =
    [
        "Panels", "Unsafe", "State", "Kernels", "System", "Span", "ReadOnlySpan", "Math", "Tape", "Trainer", "Numerics", "V",
        "ILanes", "MemoryMarshal", "Guard", "Layer1Forward",
        "ParameterTable", "Initialization", "Shape", "Copy", "At", "Optimizer", "AlignedBuffer", "Functions", "Vector512",
        "MethodImpl", "CellValues", "CellFunctions", "Float512", "Scratch", "Losses", "Offsets", "Shapes",
    ];

    private static readonly string[] Members =
    [
        "int rows;", "class Unsafe;", "void Sigmoid() { }", "struct V;", "static int At(int x) => x;", "class Losses;",
        "int Panels => 1;", "enum System { A }", "public override string ToString() => \"\";",
        "class Numbers;", "int step;", "static void Copy() { }", "const int Layers = 3;", "class Span;",
        "event System.Action? E { add { } remove { } }", "int this[int i] => i;", "static readonly object RnnGen = 1;",
        "static int Kernels() => 1;", "class Offsets;",
    ];

    private static readonly string[] Spoilt =
        ["int Steps;", "void Step() { }", "public M(int x) { }", "class State;", "int weights;", "class Shape;"];

    private readonly Random random = new(number);

    public string Name => $"N{number}";

    public string Write()
    {
        var cells = new List<string>();
        var text = new List<string>();
        bool isGlobal = Chance(12);
        string prefix = isGlobal ? $"{Name}_" : "";
        bool isJoined = Chance(3);
        for (int i = (isJoined ? !Chance(5) : Chance(3)) ? 0 : 1 + random.Next(2); i > 0; i--)
        {
            string cell = prefix
                + Pick(
                    "Cell", "Cell", "Peephole", "@class", "@event", "@record", "Kernel", "Größe", "_", "Lanes", "row", "Cell2", "Tanh",
                    "Layer", "Layer1", "At");
            if (cells.Contains(cell))
                continue;
            cells.Add(cell.Replace("_@", "_", StringComparison.Ordinal));
            text.Add(new RandomCell(random).Write(cells[^1]));
        }

        var scores = new List<string>();
        if (Chance(4))
        {
            scores.Add(prefix + Pick("Score", "Attention", "Context", "Near", "Loop", "Layer1", "AdditiveScore"));
            text.Add(RandomParts.Score(random, scores[0]));
        }

        if (isJoined)
            text.Add(new RandomParts(random, cells, scores).Write(
                prefix + Pick("Joined", "M2", "Memory2", "Threads", "ClipNorm", "Length", "SamplingProbability", "@checked")));
        if (!isJoined || Chance(5))
            text.Add(Model(
                prefix
                    + Pick(
                        "Model", "Model", "M", "m", "@class", "@event", "V", "Rows", "Größe", "_", "Lstm", "State", "RnnGen", "System",
                        "Float", "Start"),
                cells));
        if (Chance(10))
            text.Add(Model(prefix + Pick("MODEL", "Model", "model"), cells));
        if (isGlobal)
            return $"using RnnGen;\n{string.Join("\n", text)}";
        text.InsertRange(0, Types.Where(_ => Chance(6)).Select(t => $"{Pick("class", "struct", "interface", "enum")} {t} {{ }}\n"));
        return "using RnnGen;\nnamespace "
            + $"{Name}{Pick("", "", "", ".@namespace", ".System", ".RnnGen", ".Numerics")}\n{{\n{string.Join("\n", text)}\n}}\n";
    }

    private string Model(string name, List<string> cells)
    {
        name = name.Replace("_@", "_", StringComparison.Ordinal);
        var attributes = new List<string> { $"RnnModel{Pick("", "(Steps = 2)", "(Steps = 3, Precision = Precision.Double)", "(Precision = Precision.Float, Steps = 1)", Chance(10) ? $"(Steps = {Absurd()})" : "(Steps = 2)")}" };
        attributes.Add(Pick($"Input({Size()})", $"OneHot({Size()})", $"Embedding({Size()}, {Size()})"));
        for (int i = 1 + random.Next(2); i > 0; i--)
        {
            string cell = cells.Count > 0 && !Chance(4)
                ? Pick(cells)
                : Pick("Lstm", "Gru", "GruResetBefore", "SimpleRnn", "RnnGen.Lstm", Chance(10) ? "int" : "SimpleRnn");
            attributes.Add($"Rnn<{cell}>({Size()}{Pick("", ", Depth = 2", ", Bias = false", ", Zoneout = 0", cell is "Lstm" or "Gru" or "SimpleRnn" ? ", Activation = Activation.Linear, Clip = 2" : "")})");
        }

        if (Chance(8))
            attributes.AddRange(new RandomParts(random, cells, []).Layers(1 + random.Next(3), isDecoder: false));
        else if (Chance(2))
            attributes.Add($"Dense({Size()}{Pick("", ", Activation = Activation.Tanh", ", Activation = Activation.Linear")})");
        attributes.Add(Pick("SoftmaxCrossEntropy", "SigmoidCrossEntropy", "SquaredError", "AbsoluteError"));
        if (Chance(6))
            attributes.AddRange(Pick(
                ["Compressed(WeightFormat.Int8)"], ["Compressed(WeightFormat.BFloat16)"],
                new[] { "Compressed(WeightFormat.Int8)", "Compressed(WeightFormat.BFloat16)" }));
        if (Chance(8))
            Spoil(attributes);

        string kind = Chance(20)
            ? Pick(
                "class", "static partial class", "partial record", "partial struct", "abstract partial class", "file partial class",
                "partial interface")
            : Pick("partial class", "sealed partial class", "public partial class");
        string type = Chance(40) ? "<T>" : "";
        string body = Chance(3)
            ? $"\n{{\n    {string.Join("\n    ", Members.Where(_ => Chance(6)).Concat(Chance(15) ? [Pick(Spoilt)] : []))}\n}}"
            : ";";
        string declaration = $"{string.Concat(attributes.Select(a => $"[{a}]\n"))}{kind} {name}{type}{body}\n";
        if (Chance(40))
            declaration += $"[RnnModel] partial class {name} {{ }}\n";
        return Chance(40) ? $"partial {Pick("class", "struct", "record")} Outer\n{{\n{declaration}}}\n" : declaration;
    }

    private void Spoil(List<string> attributes)
    {
        int index = random.Next(attributes.Count);
        switch (random.Next(5))
        {
            case 0 when index > 0:
                attributes.RemoveAt(index);
                break;
            case 1:
                attributes.Insert(random.Next(attributes.Count), attributes[index]);
                break;
            case 2:
                attributes.Reverse();
                break;
            case 3:
                attributes.Add(Pick(
                    "Rnn<Lstm>", "Dense", "Input(\"x\")", "OneHot()", "Rnn<string>(3)", "Rnn<Unknown>(3)", "Rnn<>(3)", "Rnn(3)",
                    "Dense(3, Activation = (Activation)77)", "Dense(1, 2)", "Input(null)"));
                break;
            default:
                string[] parts = attributes[index].Split('(');
                attributes[index] = $"{parts[0]}({Absurd()}{(parts[0] == "Embedding" ? ", 3" : "")})";
                break;
        }
    }

    private string Size() => Chance(120) ? Absurd() : Pick("1", "2", "3", "7", "8", "16", "17", "33", "40", "80");

    private string Absurd() =>
        Pick(
            "0", "-1", "300", "16384", "16385", "65536", "65537", "int.MaxValue", "int.MinValue", "1048576", "1 / 0", "default", "\"3\"",
            "(int)3.5", "257");

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private T Pick<T>(params IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
