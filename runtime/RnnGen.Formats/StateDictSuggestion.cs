using System.Globalization;

namespace RnnGen.Formats;

/// <summary>
/// A declaration that PyTorch's tensors could be of: recurrent and linear layers and a first embedding, one behind the other in the file's
/// order, if their widths follow from each other. A file of weights does not say how they are joined, so it is a guess to begin with.
/// </summary>
internal static class StateDictSuggestion
{
    private const string Recurrent = "weight_ih_l0";

    /// <summary>The lines; none if the tensors are of something else.</summary>
    public static IReadOnlyList<string> Of(SafetensorsFile file)
    {
        List<string> lines = [], layouts = [];
        long width = 0;
        foreach (var module in file.Tensors.GroupBy(t => t.Name[..(t.Name.LastIndexOf('.') + 1)]))
        {
            Dictionary<string, SafetensorsTensor> own = module.ToDictionary(t => t.Name[module.Key.Length..], StringComparer.Ordinal);
            string name = module.Key.TrimEnd('.');
            bool isRecurrent = own.ContainsKey(Recurrent);
            if (isRecurrent ? !AddRecurrent(own, name, lines, ref width) : !AddMatrix(own, name, lines, ref width))
                return [];
            if (name.Length == 0 || name.Contains('.', StringComparison.Ordinal))
            {
                string layout = isRecurrent ? Cell(own) : "Linear";
                layouts.Add($"// new(\"{Word(name)}\", PyTorchLayout.{layout}) {{ Prefix = \"{FileText.Escape(module.Key, 60)}\" }}");
            }
        }

        if (lines.Count < 2 || !lines.Exists(line => line.StartsWith("[Rnn", StringComparison.Ordinal)))
            return [];
        return [.. lines.SkipLast(1), lines[^1][..^1] + ", SquaredError]", .. layouts];
    }

    private static bool AddRecurrent(Dictionary<string, SafetensorsTensor> own, string name, List<string> lines, ref long width)
    {
        if (own[Recurrent].Shape is not [var rows, var inputs]
            || !own.TryGetValue("weight_hh_l0", out SafetensorsTensor? state)
            || state.Shape is not [var same, var hidden]
            || same != rows
            || hidden == 0
            || rows % hidden != 0
            || rows / hidden is not (1 or 3 or 4)
            || !Follows(inputs, lines, ref width))
            return false;
        int depth = own.Keys.Count(
            k => k.StartsWith("weight_ih_l", StringComparison.Ordinal) && !k.EndsWith("_reverse", StringComparison.Ordinal));
        bool isBoth = own.ContainsKey($"{Recurrent}_reverse");
        width = hidden * (isBoth ? 2 : 1);
        string cell = Cell(own) is "Rnn" ? nameof(SimpleRnn) : Cell(own);
        string more = (depth > 1 ? string.Create(CultureInfo.InvariantCulture, $", Depth = {depth}") : "")
            + (isBoth ? ", Direction = Direction.Bidirectional" : "")
            + (own.ContainsKey("bias_ih_l0") ? "" : ", Bias = false");
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Rnn<{cell}>({hidden}{more}, Name = \"{Word(name)}\")]"));
        return true;
    }

    private static bool AddMatrix(Dictionary<string, SafetensorsTensor> own, string name, List<string> lines, ref long width)
    {
        bool hasBias = own.ContainsKey("bias");
        if (own.Count > (hasBias ? 2 : 1)
            || !own.TryGetValue("weight", out SafetensorsTensor? weight)
            || weight.Shape is not [var rows, var columns])
            return false;
        if (!hasBias && lines.Count == 0)
        {
            // A first matrix without a bias: most often nn.Embedding.
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Embedding({rows}, {columns})]"));
            width = columns;
            return true;
        }

        if (!Follows(columns, lines, ref width))
            return false;
        width = rows;
        string bias = hasBias ? "" : ", Bias = false";
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Dense({rows}{bias}, Name = \"{Word(name)}\")]"));
        return true;
    }

    private static bool Follows(long inputs, List<string> lines, ref long width)
    {
        if (lines.Count == 0)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"[Input({inputs})]"));
            width = inputs;
        }

        return inputs == width;
    }

    private static string Cell(Dictionary<string, SafetensorsTensor> own) =>
        (own[Recurrent].Shape[0] / own["weight_hh_l0"].Shape[1]) switch { 4 => "Lstm", 3 => "Gru", _ => "Rnn" };

    private static string Word(string name) => name.Length == 0 ? "rnn"
        : FileText.Escape(string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')), 60);
}
