using System.Globalization;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>A node RNN, GRU or LSTM of ONNX with its inputs and outputs: declared, imported and run as the operator's specification says.</summary>
internal sealed class OnnxCase
{
    private readonly JsonElement element;
    private readonly Dictionary<string, Numbers> inputs;
    private readonly Dictionary<string, Numbers> outputs;
    private readonly string op;
    private readonly bool isBatchwise;
    private readonly int directions;
    private readonly int hidden;
    private readonly bool isApart;
    private readonly WeightLayout layout;
    private readonly ModelCompiler compiler;
    private readonly string model;

    public OnnxCase(JsonElement element, ModelCompiler compiler)
    {
        this.element = element;
        this.compiler = compiler;
        op = element.GetProperty("op").GetString()!;
        inputs = Tensors("inputs");
        outputs = Tensors("outputs");
        isBatchwise = Int("layout") == 1;
        directions = Word("direction", "forward") == "bidirectional" ? 2 : 1;
        hidden = Int("hidden_size") is > 0 and var size ? size : inputs["R"].Shape[2];
        var (cell, cellLayout) = Cell();
        layout = cellLayout;

        string[] options = [.. Options()];
        isApart = directions == 2 && options[0] != options[1];
        string bias = inputs.ContainsKey("B") ? "" : ", Bias = false";
        string Layer(int direction, string place) => $"[Rnn<{cell}>({hidden}{bias}{options[direction]}{place})]";
        string layers = isApart
            ? $"{Layer(0, ", Name = \"first\"")}\n{Layer(1, ", Name = \"second\", From = \"input\", Direction = Direction.Reverse")}\n[SquaredError(From = \"first\")]\n[SquaredError(From = \"second\")]"
            : $"{Layer(0, $", Name = \"first\", Direction = Direction.{(directions == 2 ? "Bidirectional" : Word("direction", "forward") == "reverse" ? "Reverse" : "Forward")}")}\n[SquaredError]";
        int[] shape = inputs["X"].Shape;
        model = compiler.Declare(shape[isBatchwise ? 1 : 0], IsDouble ? Precision.Double : Precision.Float, $"[Input({shape[2]})]\n{layers}");
    }

    private bool IsDouble => element.GetProperty("inputs").EnumerateArray().First().GetProperty("dtype").GetString() == "float64";

    /// <summary>Imports the weights, runs the batch and compares every output that the case has.</summary>
    public void Run()
    {
        var made = compiler.Create(model);
        string[] weights = ["W", "R", "B", "P"];
        made.Load(
            new(weights.Where(inputs.ContainsKey).Select(name => inputs[name].Name(name))),
            [new LayerWeights("first", layout) { ReverseLayer = isApart ? "second" : null }]);

        Numbers x = Time(inputs["X"]);
        int steps = x.Shape[0], rows = x.Shape[1];
        int[]? lengths = inputs.TryGetValue("sequence_lens", out var lens) ? [.. lens.Values.Select(v => (int)v)] : null;
        // A model has at least one step: a sequence of none is one of length 0.
        var pass = made.Run(rows, steps == 0 ? new double[rows * x.Shape[2]] : x.Values, InitialStates(rows), steps == 0 ? new int[rows] : lengths);

        double tolerance = element.TryGetProperty("tolerance", out var given) && given.ValueKind == JsonValueKind.Number ? given.GetDouble() : 1e-5;
        if (outputs.TryGetValue("Y", out var y))
        {
            // Ours are [step][row][direction][unit].
            double[] actual = new double[steps * rows * directions * hidden];
            for (int i = 0; i < steps * rows * directions; i++)
            {
                int step = i / (rows * directions), direction = i / rows % directions, row = i % rows;
                Array.Copy(pass.Outputs, ((((step * rows) + row) * directions) + direction) * hidden, actual, i * hidden, hidden);
            }

            if (isBatchwise)
                y = new Numbers([y.Shape[0], y.Shape[1], directions * hidden], y.Values).SwapFirstTwo();
            Compare.Close(isBatchwise ? Transposed(y.Values, steps, rows) : y.Values, actual, tolerance, 0, "Y");
        }

        CompareState("Y_h", pass.FinalStates, 0, tolerance);
        CompareState("Y_c", pass.FinalStates, 1, tolerance);
    }

    /// <summary>[step][row][direction] as [step][direction][row].</summary>
    private double[] Transposed(double[] values, int steps, int rows) =>
        [.. Enumerable.Range(0, steps).SelectMany(step => new Numbers([rows, directions, hidden], values[(step * rows * directions * hidden)..][..(rows * directions * hidden)]).SwapFirstTwo().Values)];

    private void CompareState(string name, double[][] final, int state, double tolerance)
    {
        if (!outputs.TryGetValue(name, out var expected))
            return;
        expected = Time(expected);
        for (int direction = 0; direction < directions; direction++)
        {
            double[] actual = [.. final.SelectMany(row => row.Skip(((direction * States) + state) * hidden).Take(hidden))];
            Compare.Close(expected.Slice(direction), actual, tolerance, 0, $"{name}[{direction}]");
        }
    }

    private int States => op == "LSTM" ? 2 : 1;

    private double[][]? InitialStates(int rows)
    {
        if (!inputs.ContainsKey("initial_h") && !inputs.ContainsKey("initial_c"))
            return null;
        string[] names = ["initial_h", "initial_c"];
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, directions)
            .SelectMany(direction => names.Take(States).SelectMany(name => inputs.TryGetValue(name, out var values)
                ? Time(values).Slice(direction).Skip(row * hidden).Take(hidden)
                : new double[hidden])).ToArray())];
    }

    /// <summary>With layout = 1 the batch comes first; here steps or directions do.</summary>
    private Numbers Time(Numbers numbers) => isBatchwise ? numbers.SwapFirstTwo() : numbers;

    private (string Cell, WeightLayout Layout) Cell()
    {
        bool sees = inputs.ContainsKey("P");
        return op switch
        {
            "RNN" => ("SimpleRnn", OnnxLayout.Rnn),
            "GRU" => Int("linear_before_reset") == 1 ? ("Gru", OnnxLayout.Gru) : ("GruResetBefore", OnnxLayout.GruResetBefore),
            "LSTM" when Int("input_forget") == 1 => (sees ? "CoupledPeepholeLstm" : "CoupledLstm", OnnxLayout.CoupledLstm),
            "LSTM" => (sees ? "PeepholeLstm" : "Lstm", OnnxLayout.Lstm),
            "AttnLSTM" => throw new OutOfScopeException("attention inside an LSTM's steps: issue 4"),
            _ => throw new OutOfScopeException($"operator {op}"),
        };
    }

    /// <summary>By direction, the activations and the clip as arguments of a declaration.</summary>
    private IEnumerable<string> Options()
    {
        string[] arguments = op switch { "RNN" => ["Activation"], "GRU" => ["GateActivation", "Activation"], _ => ["GateActivation", "Activation", "OutputActivation"] };
        string[] defaults = op switch { "RNN" => ["Tanh"], "GRU" => ["Sigmoid", "Tanh"], _ => ["Sigmoid", "Tanh", "Tanh"] };
        string[] names = Attribute("activations") is { } list ? [.. list.EnumerateArray().Select(a => a.GetString()!)] : [.. Enumerable.Repeat(defaults, directions).SelectMany(d => d)];
        if (names.Length != arguments.Length * directions)
            throw new InvalidDataException($"{op} has {names.Length} activations instead of {arguments.Length * directions}");
        Queue<double> alphas = Reals("activation_alpha"), betas = Reals("activation_beta");
        string clip = Attribute("clip") is { } bound ? $", Clip = {Text(bound.GetDouble())}" : "";
        for (int direction = 0; direction < directions; direction++)
        {
            string options = clip;
            foreach (var (argument, i) in arguments.Select((a, i) => (a, i)))
                options += Say(argument, names[(direction * arguments.Length) + i], alphas, betas);
            yield return options;
        }
    }

    /// <summary>An activation takes from the lists of α and β what it needs; where they end, the defaults hold.</summary>
    private static string Say(string argument, string name, Queue<double> alphas, Queue<double> betas)
    {
        if (!Enum.TryParse(name, ignoreCase: true, out Activation function) || !Enum.IsDefined(function))
            throw new InvalidDataException($"{nameof(Activation)} has no member {name}");
        string prefix = argument == "Activation" ? argument : argument.Replace("Activation", "", StringComparison.Ordinal);
        string text = $", {argument} = Activation.{function}";
        if (function is Activation.Affine or Activation.LeakyRelu or Activation.ThresholdedRelu or Activation.ScaledTanh or Activation.HardSigmoid or Activation.Elu && alphas.TryDequeue(out double alpha))
            text += $", {prefix}Alpha = {Text(alpha)}";
        if (function is Activation.Affine or Activation.ScaledTanh or Activation.HardSigmoid && betas.TryDequeue(out double beta))
            text += $", {prefix}Beta = {Text(beta)}";
        return text;
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private Queue<double> Reals(string name) => new(Attribute(name) is { } list ? list.EnumerateArray().Select(a => a.GetDouble()) : []);

    private int Int(string name) => Attribute(name) is { } value ? value.GetInt32() : 0;

    private string Word(string name, string otherwise) => Attribute(name)?.GetString() ?? otherwise;

    private JsonElement? Attribute(string name) => element.GetProperty("attributes").TryGetProperty(name, out var value) ? value : null;

    private Dictionary<string, Numbers> Tensors(string property) =>
        element.GetProperty(property).EnumerateArray().ToDictionary(t => t.GetProperty("name").GetString()!, Numbers.Read);
}
