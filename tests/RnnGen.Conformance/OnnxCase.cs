namespace RnnGen.Conformance;

/// <summary>
/// A node RNN, GRU or LSTM of ONNX with its inputs and outputs: declared, imported and run as the operator's specification says.
/// </summary>
internal sealed class OnnxCase
{
    private readonly OnnxNode node;
    private readonly Dictionary<string, Numbers> inputs;
    private readonly Dictionary<string, Numbers> outputs;
    private readonly bool isBatchwise;
    private readonly int directions;
    private readonly int hidden;
    private readonly bool isApart;
    private readonly WeightLayout layout;
    private readonly ModelCompiler compiler;
    private readonly string model;

    public OnnxCase(OnnxNode node, ModelCompiler compiler)
    {
        this.node = node;
        this.compiler = compiler;
        inputs = node.Inputs;
        outputs = node.Outputs;
        isBatchwise = node.Int("layout") == 1;
        directions = node.Directions;
        hidden = node.Hidden;
        var (cell, cellLayout) = node.Cell();
        layout = cellLayout;

        string[] options = [.. node.Options()];
        isApart = directions == 2 && options[0] != options[1];
        string bias = inputs.ContainsKey("B") ? "" : ", Bias = false";
        string Layer(int direction, string place) => $"[Rnn<{cell}>({hidden}{bias}{options[direction]}{place})]";
        string layers = isApart
            ? $"{Layer(0, ", Name = \"first\"")}\n{Layer(1, ", Name = \"second\", From = \"input\", Direction = Direction.Reverse")}\n[SquaredError(From = \"first\")]\n[SquaredError(From = \"second\")]"
            : $"{Layer(0, $", Name = \"first\", Direction = Direction.{(directions == 2 ? "Bidirectional" : node.Direction == "reverse" ? "Reverse" : "Forward")}")}\n[SquaredError]";
        int[] shape = inputs["X"].Shape;
        model = compiler.Declare(shape[isBatchwise ? 1 : 0], node.Precision, $"[Input({shape[2]})]\n{layers}");
    }

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
        int[]? lengths = node.Lengths("sequence_lens");
        // A model has at least one step: a sequence of none is one of length 0.
        var pass =
            made.Run(
                rows, steps == 0 ? new double[rows * x.Shape[2]] : x.Values, InitialStates(rows), steps == 0 ? new int[rows] : lengths);

        double tolerance = node.Tolerance(1e-5);
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
        [.. Enumerable.Range(0, steps)
            .SelectMany(step => new Numbers(
                [rows, directions, hidden],
                values[(step * rows * directions * hidden)..][..(rows * directions * hidden)]).SwapFirstTwo().Values)];

    private void CompareState(string name, double[][] final, int state, double tolerance)
    {
        if (!outputs.TryGetValue(name, out var expected))
            return;
        expected = Time(expected);
        for (int direction = 0; direction < directions; direction++)
        {
            double[] actual = [.. final.SelectMany(row => row.Skip(((direction * node.States) + state) * hidden).Take(hidden))];
            Compare.Close(expected.Slice(direction), actual, tolerance, 0, $"{name}[{direction}]");
        }
    }

    private double[][]? InitialStates(int rows)
    {
        if (!inputs.ContainsKey("initial_h") && !inputs.ContainsKey("initial_c"))
            return null;
        string[] names = ["initial_h", "initial_c"];
        return [.. Enumerable.Range(0, rows).Select(row => Enumerable.Range(0, directions)
            .SelectMany(direction => names.Take(node.States).SelectMany(name => inputs.TryGetValue(name, out var values)
                ? Time(values).Slice(direction).Skip(row * hidden).Take(hidden)
                : new double[hidden])).ToArray())];
    }

    /// <summary>With layout = 1 the batch comes first; here steps or directions do.</summary>
    private Numbers Time(Numbers numbers) => isBatchwise ? numbers.SwapFirstTwo() : numbers;
}
