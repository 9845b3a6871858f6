namespace RnnGen.Conformance;

/// <summary>
/// ONNX Runtime's operator AttnLSTM: an LSTM that sees its input and the attention vector of the step before, compares its output with a
/// memory (Bahdanau's score), and makes the next attention vector of its output and the context. It is a decoder whose encoder gives the
/// memory as it is; a direction in reverse is the same decoder on reversed inputs.
/// </summary>
internal sealed class AttentionLstmCase
{
    private readonly OnnxNode node;
    private readonly ModelCompiler compiler;
    private readonly Numbers x;
    private readonly Numbers memory;
    private readonly int[] lengths;
    private readonly int[] memoryLengths;
    private readonly WeightLayout layout;
    private readonly string[] models;

    public AttentionLstmCase(OnnxNode node, ModelCompiler compiler)
    {
        this.node = node;
        this.compiler = compiler;
        x = node.Inputs["X"];
        memory = node.Inputs["M"];
        lengths = node.Lengths("sequence_lens") ?? [.. Enumerable.Repeat(Steps, Rows)];
        memoryLengths = node.Lengths("memory_seq_lens") ?? [.. Enumerable.Repeat(memory.Shape[1], Rows)];
        (string cell, layout) = node.Cell();
        models = [.. node.Options().Select(options => Declare(cell, options))];
    }

    private int Steps => x.Shape[0];

    private int Rows => x.Shape[1];

    private int Width => x.Shape[2];

    private bool HasAttentionLayer => node.Inputs.ContainsKey("AW");

    private string Declare(string cell, string options)
    {
        string bias = node.Inputs.ContainsKey("B") ? "" : ", Bias = false";
        string fed = HasAttentionLayer ? "attention" : "context";
        string layer =
            HasAttentionLayer
                ? $"\n[Dense({node.Inputs["AW"].Shape[2]}, Bias = false, Name = \"attention\", From = \"rnn, context\")]"
                : "";
        return compiler.DeclareJoint(
            memory.Shape[1],
            $"[Input({memory.Shape[2]})]",
            Steps,
            $"[Input({Width})]\n[Rnn<{cell}>({node.Hidden}{bias}{options}, Name = \"rnn\", From = \"input, "
            + $"{fed}'\")]\n[Attention<AdditiveScore>({node.Inputs["QW"].Shape[2]}, "
            + $"Name = \"context\")]{layer}\n[SquaredError(From = \"rnn\")]",
            $"Bridge = Bridge.None, Precision = Precision.{node.Precision}");
    }

    /// <summary>Runs each direction and compares every output that the case has.</summary>
    public void Run()
    {
        double tolerance = node.Tolerance(1e-4);
        for (int direction = 0; direction < node.Directions; direction++)
        {
            bool isReverse = direction == 1 || node.Direction == "reverse";
            JointPass pass = RunDirection(direction, isReverse);
            if (node.Outputs.TryGetValue("Y", out var y))
            {
                double[] outputs = InTime(pass.Outputs, node.Hidden, isReverse);
                for (int step = 0; step < Steps; step++)
                {
                    double[] expected = new Numbers(y.Shape[1..], y.Slice(step)).Slice(direction);
                    Compare.Close(
                        expected, outputs.AsSpan(step * expected.Length, expected.Length).ToArray(), tolerance, 0,
                        $"Y[{step}][{direction}]");
                }
            }

            foreach (var (name, state) in new[] { ("Y_h", 0), ("Y_c", 1) })
            {
                if (node.Outputs.TryGetValue(name, out var expected))
                    Compare.Close(
                        expected.Slice(direction), [.. pass.FinalStates.SelectMany(row => row.Skip(state * node.Hidden).Take(node.Hidden))],
                        tolerance, 0, $"{name}[{direction}]");
            }
        }
    }

    private JointPass RunDirection(int direction, bool isReverse)
    {
        JointCaseModel model = compiler.CreateJoint(models[direction]);
        string[] names = ["W", "R", "B", "P", "QW", "MW", "V", "AW"];
        // The recurrent layer's layout has a dimension for directions, the others' have none.
        model.Load(
            new(names.Where(node.Inputs.ContainsKey)
                .Select(name => Part(
                    node.Inputs[name], direction, keepsDimension: name.Length == 1 && name != "V").Name(name == "V" ? "v" : name))),
            [
                new("decoder.rnn", layout),
                new("decoder.context", PyTorchLayout.Linear),
                new("decoder.context.Wq", OnnxLayout.MatMul) { Names = ["QW"] },
                new("decoder.context.Wk", OnnxLayout.MatMul) { Names = ["MW"] },
                .. HasAttentionLayer
                    ? [new LayerWeights("decoder.attention", OnnxLayout.MatMul) { Names = ["AW"] }]
                    : Array.Empty<LayerWeights>(),
            ]);
        return model.Run(new(
            Rows, memory.SwapFirstTwo().Values, memoryLengths, InTime(x.Values, Width, isReverse), lengths,
            InitialStates(direction, model.Shape.StateSize)));
    }

    private static Numbers Part(Numbers numbers, int direction, bool keepsDimension) =>
        new(keepsDimension ? [1, .. numbers.Shape[1..]] : numbers.Shape[1..], numbers.Slice(direction));

    /// <summary>[row][state]: h, c, and what was fed at the step before, which begins with zeros.</summary>
    private double[][]? InitialStates(int direction, int size)
    {
        string[] names = ["initial_h", "initial_c"];
        if (!names.Any(node.Inputs.ContainsKey))
            return null;
        double[][] states = [.. Enumerable.Range(0, Rows).Select(_ => new double[size])];
        foreach (var (name, state) in names.Select((name, state) => (name, state)).Where(n => node.Inputs.ContainsKey(n.name)))
        {
            double[] values = node.Inputs[name].Slice(direction);
            for (int row = 0; row < Rows; row++)
                Array.Copy(values, row * node.Hidden, states[row], state * node.Hidden, node.Hidden);
        }

        return states;
    }

    /// <summary>[step][row][number] as it is, or each row in reverse within its length.</summary>
    private double[] InTime(double[] values, int width, bool isReverse)
    {
        double[] turned = [.. values];
        for (int i = 0; isReverse && i < Steps * Rows; i++)
        {
            int step = i / Rows, row = i % Rows;
            if (step < lengths[row])
                Array.Copy(values, (((lengths[row] - 1 - step) * Rows) + row) * width, turned, i * width, width);
        }

        return turned;
    }
}
