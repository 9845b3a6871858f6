namespace RnnGen.Tests.Models;

/// <summary>Runs a whole model through the interpreter: all rows, steps and layers, and back.</summary>
internal static class Oracle
{
    public static TestPass Run(TestModel model, IReadOnlyList<Layers> architecture, int rows, double[] inputs, double[][] states, double[] outputGradients, double[][] finalStateGradients)
    {
        var interpreter = new Interpreter();
        var tensors = model.Parameters.ToDictionary(v => v.Name, v => Leaves(interpreter, v));
        var layers = Expand(architecture, tensors).ToList();
        int[] x = [.. inputs.Select(interpreter.Leaf)];
        int[][] initial = [.. states.Select(s => s.Select(interpreter.Leaf).ToArray())];
        var outputs = new int[model.Steps * rows * model.OutputSize];
        var final = new int[rows][];
        for (int row = 0; row < rows; row++)
        {
            int[] state = initial[row];
            for (int step = 0; step < model.Steps; step++)
            {
                int[] vector = x[(((step * rows) + row) * model.InputSize)..][..model.InputSize];
                var next = new List<int>();
                int offset = 0;
                foreach (var (layer, fields) in layers)
                {
                    int count = layer.Cell.Declaration.States.Count + Interpreter.Earlier(layer.Cell.Declaration, layer).Count;
                    var previous = new int[count][];
                    for (int i = 0; i < count; i++)
                    {
                        previous[i] = state[offset..][..layer.Width(i)];
                        offset += layer.Width(i);
                    }

                    var result = interpreter.Step(layer.Cell.Declaration, fields, vector, previous, layer);
                    next.AddRange(result.SelectMany(s => s));
                    vector = result[0];
                }

                state = [.. next];
                vector.CopyTo(outputs, ((step * rows) + row) * model.OutputSize);
            }

            final[row] = state;
        }

        var seeds = outputs.Zip(outputGradients).Concat(final.SelectMany(s => s).Zip(finalStateGradients.SelectMany(g => g)));
        double[] gradients = interpreter.Gradients(seeds);
        return new(
            Values(outputs),
            [.. final.Select(Values)],
            tensors.ToDictionary(t => t.Key, t => Of(t.Value.SelectMany(r => r))),
            Of(x),
            [.. initial.Select(s => Of(s))]);

        double[] Values(int[] numbers) => [.. numbers.Select(interpreter.Value)];

        double[] Of(IEnumerable<int> numbers) => [.. numbers.Select(n => n < 0 ? 0 : gradients[n])];
    }

    /// <summary>A leaf for each number of a tensor, as [row][column].</summary>
    private static int[][] Leaves(Interpreter interpreter, ParameterView<double> view)
    {
        var values = new double[view.Count];
        view.CopyTo(values);
        int columns = Math.Max(view.Columns, 1);
        return [.. values.Chunk(columns).Select(row => row.Select(interpreter.Leaf).ToArray())];
    }

    /// <summary>Each single layer with its fields; rows of a tensor that no field has are taken out of it, as they have no gradient.</summary>
    private static IEnumerable<(Layers Layer, Dictionary<string, int[][]> Fields)> Expand(IReadOnlyList<Layers> architecture, Dictionary<string, int[][]> tensors)
    {
        for (int module = 0; module < architecture.Count; module++)
        {
            var layer = architecture[module];
            string name = architecture.Count == 1 ? "rnn" : $"rnn{module + 1}";
            for (int level = 0; level < layer.Depth; level++)
            {
                var fields = new Dictionary<string, int[][]>();
                foreach (var (tensor, gates) in layer.Cell.Fields)
                {
                    if (!tensors.TryGetValue($"{name}.{tensor}_l{level}", out var rows))
                        continue;
                    for (int gate = 0; gate < gates.Length; gate++)
                    {
                        if (gates[gate].Length > 0)
                            fields[gates[gate]] = tensor == "weight_hr" ? rows : rows[(gate * layer.Hidden)..][..layer.Hidden];
                    }
                }

                yield return (layer, fields);
            }
        }
    }
}
