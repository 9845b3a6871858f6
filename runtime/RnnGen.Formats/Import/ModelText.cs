using System.Globalization;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// A declaration in the making: a line for each attribute, and the weights under RnnGen's names. A value is what a <c>From</c> may say: a
/// name, or names joined by commas, + and *.
/// </summary>
internal sealed class ModelText
{
    /// <summary>The value that the source gives.</summary>
    public const string Input = "input";

    private readonly List<Line> lines = [];
    private readonly List<string> notes = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal) { Input };
    private readonly List<SafetensorsTensor> tensors = [];
    private readonly List<string> outputs = [];
    private float[] firstState = [];
    private string cell = "";

    private sealed record Line(string Attribute, List<string> Arguments, string Name, string From, bool HasWeights, bool IsLoss);

    /// <summary>Adds the source: <c>Input(3)</c>.</summary>
    public void Source(string attribute) => lines.Add(new(attribute, [], Input, "", false, false));

    /// <summary>Adds a layer.</summary>
    /// <param name="attribute">Its attribute, with what stands first in the parentheses: <c>Dense(3</c>.</param>
    /// <param name="name">A name for it, which is changed until nothing else has it.</param>
    /// <param name="from">The value that it takes.</param>
    /// <param name="arguments">More arguments; empty ones are left out.</param>
    /// <param name="hasWeights">True if it has weights, which its name is part of.</param>
    /// <returns>The name that it has: the value of its outputs.</returns>
    public string Add(string attribute, string name, string from, IEnumerable<string> arguments, bool hasWeights = true)
    {
        string free = Free(name);
        lines.Add(new(attribute, [.. arguments.Where(a => a.Length > 0)], free, from, hasWeights, false));
        return free;
    }

    /// <summary>Adds a head.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="from">The value that it takes.</param>
    /// <param name="output">The file's name of it.</param>
    public void Head(string loss, string from, string output)
    {
        lines.Add(new(loss, [], "", from, false, true));
        outputs.Add(output);
    }

    /// <summary>Adds a weight.</summary>
    /// <exception cref="InvalidDataException">The file has more numbers for it, or fewer.</exception>
    public void Tensor(string name, int[] shape, float[] values)
    {
        long count = shape.Aggregate(1L, (product, size) => product * size);
        if (values.Length != count)
            throw new InvalidDataException($"{name} has {values.Length} numbers, and its layer's sizes take {count}.");
        tensors.Add(SafetensorsTensor.Create<float>(name, shape, values));
    }

    /// <summary>Adds a comment above the class.</summary>
    public void Note(string note) => notes.Add(note);

    /// <summary>Adds a state that the model starts in, as a member of the class.</summary>
    public void FirstState(IEnumerable<float> numbers) => firstState = [.. numbers];

    /// <summary>
    /// Adds a cell above the class: an LSTM whose memory c stays within a bound, as TensorFlow Lite's <c>cell_clip</c> says.
    /// </summary>
    public void ClippedCell(string name, float clip) => cell = $$"""
        /// <summary>An LSTM that keeps c within ±{{clip.ToString("R", CultureInfo.InvariantCulture)}}.</summary>
        [RnnCell]
        public readonly partial struct {{name}}
        {
            private readonly Weight Wi, Wf, Wg, Wo;
            private readonly Recurrent Ui, Uf, Ug, Uo;
            private readonly Bias bi, bf, bg, bo;

            public (Hidden h, Hidden c) Step(Input x, Hidden h, Hidden c)
            {
                var i = Sigmoid(Wi * x + Ui * h + bi);
                var f = Sigmoid(Wf * x + Uf * h + bf);
                var g = Tanh(Wg * x + Ug * h + bg);
                var o = Sigmoid(Wo * x + Uo * h + bo);
                var memory = Clip(f * c + i * g, {{clip.ToString("R", CultureInfo.InvariantCulture)}});
                return (o * Tanh(memory), memory);
            }
        }

        """;

    /// <summary>The declaration as C#, and the weights.</summary>
    public ImportedModel ToModel(OnnxImportOptions options, string input, IReadOnlyDictionary<string, string> texts)
    {
        RemoveUnused();
        List<AttributeText> attributes = Attributes();
        string[] cells = cell.Length == 0 ? [] : [cell];
        string ClassWith(string body) => DeclarationText.Write(options, attributes, notes, cells, body);
        return new(
            options.Name, ClassWith(firstState.Length == 0 ? ";" : FirstStateMember()), TensorNames.File("The model", tensors, new(texts)),
            input, outputs)
        {
            Architecture = firstState.Length == 0 ? null : ClassWith(";"),
            FirstState = firstState,
            Attributes = attributes,
        };
    }

    private List<AttributeText> Attributes()
    {
        HashSet<string> referred = [];
        string above = Input;
        List<(Line Line, string From)> written = [];
        foreach (Line line in lines)
        {
            string from = line.From.Length == 0 || line.From == above ? "" : line.From;
            referred.UnionWith(NamesIn(from));
            written.Add((line, from));
            above = line.IsLoss ? above : line.Name;
        }

        List<AttributeText> attributes = [];
        foreach (var (line, from) in written)
        {
            string[] parts = line.Attribute.TrimEnd(')').Split('(', 2);
            List<string> arguments = [.. parts.Length == 1 ? [] : parts[1].Split(", "), .. line.Arguments];
            if (line.Name != Input && (line.HasWeights || referred.Contains(line.Name)) && !line.IsLoss)
                arguments.Add($"Name = \"{line.Name}\"");
            if (from.Length > 0)
                arguments.Add($"From = \"{from}\"");
            attributes.Add(new(parts[0], arguments));
        }

        return attributes;
    }

    private string FirstStateMember() => $$"""

        {
            /// <summary>The state that the file's model starts in.</summary>
            public static State FirstState
            {
                get
                {
                    State state = default;
                    state.CopyFrom([{{string.Join(", ", firstState.Select(n => n.ToString("R", CultureInfo.InvariantCulture) + "f"))}}]);
                    return state;
                }
            }
        }
        """;

    /// <summary>What no output needs is not declared: it could never be trained.</summary>
    private void RemoveUnused()
    {
        HashSet<string> used = [Input];
        for (int i = lines.Count - 1; i >= 0; i--)
        {
            if (lines[i].IsLoss || used.Contains(lines[i].Name))
                used.UnionWith(NamesIn(lines[i].From));
        }

        foreach (Line unused in lines.Where(line => !line.IsLoss && !used.Contains(line.Name)).ToList())
        {
            lines.Remove(unused);
            tensors.RemoveAll(t => t.Name.StartsWith($"{unused.Name}.", StringComparison.Ordinal));
        }
    }

    private static string[] NamesIn(string from) => from.Split([' ', ',', '+', '*', '(', ')'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A name of letters, digits and _ that nothing else has.</summary>
    private string Free(string name)
    {
        string letters = string.Concat(name.Take(100).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        if (letters.Length == 0 || !char.IsAsciiLetter(letters[0]))
            letters = $"layer{letters}";
        string free = letters;
        for (int i = 2; !names.Add(free); i++)
            free = string.Create(CultureInfo.InvariantCulture, $"{letters}_{i}");
        return free;
    }
}
