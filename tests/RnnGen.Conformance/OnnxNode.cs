using System.Globalization;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>A node of ONNX with its inputs and outputs, as a case writes it down, and what its attributes are in a declaration.</summary>
internal sealed class OnnxNode
{
    private readonly JsonElement element;

    public OnnxNode(JsonElement element)
    {
        this.element = element;
        Op = element.GetProperty("op").GetString()!;
        Inputs = Tensors("inputs");
        Outputs = Tensors("outputs");
        Direction = Word("direction", "forward");
        Directions = Direction == "bidirectional" ? 2 : 1;
        Hidden = Int("hidden_size") is > 0 and var size ? size : Inputs["R"].Shape[2];
    }

    public string Op { get; }

    public Dictionary<string, Numbers> Inputs { get; }

    public Dictionary<string, Numbers> Outputs { get; }

    /// <summary>forward, reverse or bidirectional.</summary>
    public string Direction { get; }

    public int Directions { get; }

    public int Hidden { get; }

    /// <summary>States of the cell: h, and for an LSTM c.</summary>
    public int States => Op.EndsWith("LSTM", StringComparison.Ordinal) ? 2 : 1;

    public Precision Precision =>
        element.GetProperty("inputs").EnumerateArray().First().GetProperty("dtype").GetString() == "float64"
            ? Precision.Double
            : Precision.Float;

    /// <summary>How far from the expected numbers an output may be.</summary>
    /// <param name="otherwise">If the case does not say.</param>
    public double Tolerance(double otherwise) =>
        element.TryGetProperty("tolerance", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : otherwise;

    /// <summary>The sequences' lengths, or null if all have all steps.</summary>
    public int[]? Lengths(string input) => Inputs.TryGetValue(input, out var lengths) ? [.. lengths.Values.Select(v => (int)v)] : null;

    /// <summary>The cell that computes what the node does, and the layout of its weights.</summary>
    public (string Name, WeightLayout Layout) Cell()
    {
        bool sees = Inputs.ContainsKey("P");
        return Op switch
        {
            "RNN" => ("SimpleRnn", OnnxLayout.Rnn),
            "GRU" => Int("linear_before_reset") == 1 ? ("Gru", OnnxLayout.Gru) : ("GruResetBefore", OnnxLayout.GruResetBefore),
            "LSTM" or "AttnLSTM" when Int("input_forget") == 1 => (sees ? "CoupledPeepholeLstm" : "CoupledLstm", OnnxLayout.CoupledLstm),
            "LSTM" or "AttnLSTM" => (sees ? "PeepholeLstm" : "Lstm", OnnxLayout.Lstm),
            _ => throw new OutOfScopeException($"operator {Op}"),
        };
    }

    /// <summary>By direction, the activations and the clip as arguments of a declaration.</summary>
    public IEnumerable<string> Options()
    {
        string[] arguments = Op switch
        {
            "RNN" => ["Activation"],
            "GRU" => ["GateActivation", "Activation"],
            _ =>
            ["GateActivation", "Activation", "OutputActivation"]
        };
        string[] defaults = Op switch { "RNN" => ["Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Sigmoid", "Tanh", "Tanh"] };
        string[] names = Attribute("activations") is { } list
            ? [.. list.EnumerateArray().Select(a => a.GetString()!)]
            : [.. Enumerable.Repeat(defaults, Directions).SelectMany(d => d)];
        if (names.Length != arguments.Length * Directions)
            throw new InvalidDataException($"{Op} has {names.Length} activations instead of {arguments.Length * Directions}");
        Queue<double> alphas = Reals("activation_alpha"), betas = Reals("activation_beta");
        string clip = Attribute("clip") is { } bound ? $", Clip = {Text(bound.GetDouble())}" : "";
        for (int direction = 0; direction < Directions; direction++)
        {
            string options = clip;
            foreach (var (argument, i) in arguments.Select((a, i) => (a, i)))
                options += Say(argument, names[(direction * arguments.Length) + i], alphas, betas);
            yield return options;
        }
    }

    /// <summary>
    /// An activation takes from the lists of α and β what it needs; where they end, the defaults hold, of functions that have defaults to
    /// rely on. An import refuses the others.
    /// </summary>
    private static string Say(string argument, string name, Queue<double> alphas, Queue<double> betas)
    {
        if (!Enum.TryParse(name, ignoreCase: true, out Activation function) || !Enum.IsDefined(function))
            throw new InvalidDataException($"{nameof(Activation)} has no member {name}");
        string prefix = argument == "Activation" ? argument : argument.Replace("Activation", "", StringComparison.Ordinal);
        string text = $", {argument} = Activation.{function}";
        if (function is Activation.Affine or Activation.LeakyRelu or Activation.ThresholdedRelu or Activation.ScaledTanh or Activation.HardSigmoid or Activation.Elu && alphas.TryDequeue(out double alpha))
            text += $", {prefix}Alpha = {Text(alpha)}";
        else if (function is Activation.Affine or Activation.ThresholdedRelu or Activation.ScaledTanh)
            throw new OutOfScopeException($"refused: {function} without α");
        if (function is Activation.Affine or Activation.ScaledTanh or Activation.HardSigmoid && betas.TryDequeue(out double beta))
            text += $", {prefix}Beta = {Text(beta)}";
        else if (function is Activation.Affine or Activation.ScaledTanh)
            throw new OutOfScopeException($"refused: {function} without β");
        return text;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private Queue<double> Reals(string name) => new(Attribute(name) is { } list ? list.EnumerateArray().Select(a => a.GetDouble()) : []);

    public int Int(string name) => Attribute(name) is { } value ? value.GetInt32() : 0;

    private string Word(string name, string otherwise) => Attribute(name)?.GetString() ?? otherwise;

    private JsonElement? Attribute(string name) => element.GetProperty("attributes").TryGetProperty(name, out var value) ? value : null;

    private Dictionary<string, Numbers> Tensors(string property) =>
        element.GetProperty(property).EnumerateArray().ToDictionary(t => t.GetProperty("name").GetString()!, Numbers.Read);
}
