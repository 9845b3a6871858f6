using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace RnnGen.Conformance;

/// <summary>
/// A model of TensorFlow.js: perhaps an embedding, a recurrent layer, its last output, perhaps a dense layer; run, or trained for some
/// epochs.
/// </summary>
internal sealed partial class TfjsCase
{
    private readonly JsonElement element;
    private readonly ModelCompiler compiler;
    private readonly KerasLayer layer;
    private readonly JsonElement? embedding;
    private readonly JsonElement? dense;
    private readonly bool isBidirectional;
    private readonly bool isSwapped;
    private readonly string model;
    private readonly double[] inputs;
    private readonly int[] lengths;
    private readonly int rows;
    private readonly int steps;

    public TfjsCase(JsonElement element, ModelCompiler compiler)
    {
        this.element = element;
        this.compiler = compiler;
        layer = new(element.GetProperty("rnn"));
        embedding = Property("embedding");
        dense = Property("dense");
        isBidirectional = layer.Element.TryGetProperty("wrapper", out var wrapper) && wrapper.GetString() == "bidirectional";
        // Its forward layer goes backwards and its backward layer forwards: our two directions in the other order.
        isSwapped = layer.Flag("forward_layer_go_backwards");
        string source;
        if (embedding is { } table)
        {
            int[][] ids =
                [.. element.GetProperty("ids").EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
            (rows, steps) = (ids.Length, ids[0].Length);
            inputs = [.. Enumerable.Range(0, steps).SelectMany(step => ids.Select(row => (double)row[step]))];
            // The symbol 0 is no step; all of them stand at the end.
            lengths = [.. ids.Select(row => row.TakeWhile(id => id != 0 || !Flag(table, "mask_zero")).Count())];
            if (ids.Where((row, i) => row.Skip(lengths[i]).Any(id => id != 0)).Any())
                throw new OutOfScopeException("masked symbols inside a sequence");
            source = $"[Embedding({table.GetProperty("input_dim")}, {table.GetProperty("output_dim")})]";
        }
        else
        {
            Numbers x = Numbers.Read(element.GetProperty("x"));
            (rows, steps) = (x.Shape[0], x.Shape[1]);
            inputs = x.SwapFirstTwo().Values;
            lengths = [.. Enumerable.Repeat(steps, rows)];
            source = $"[Input({x.Shape[2]})]";
        }

        string direction = isBidirectional ? $"Bidirectional, Merge = Merge.{(Merge == "ave" ? "Mean" : "Concat")}"
            : layer.GoesBackwards ? "Reverse"
            : "Forward";
        string head = dense is { } top ? $"[Dense({top.GetProperty("units")}{(HasDenseBias ? "" : ", Bias = false")})]\n" : "";
        model = compiler.Declare(
            steps, Precision.Float,
            $"{source}\n{layer.Declare($", Direction = Direction.{direction}")}\n[Pool(Pooling.Last)]\n{head}[SquaredError]");
    }

    private string Merge => layer.Element.GetProperty("merge_mode").GetString()!;

    private bool HasDenseBias => dense!.Value.TryGetProperty("bias", out _) || Flag(dense.Value, "use_bias");

    /// <summary>The largest difference that the description allows.</summary>
    private double Tolerance =>
        double.Parse(Allowed().Match(element.GetProperty("tolerance").GetString()!).Groups[1].Value, CultureInfo.InvariantCulture);

    /// <summary>Runs or trains it, and compares everything that is expected.</summary>
    public void Run()
    {
        var made = compiler.Create(model);
        made.Load(new(Weights()), Places());
        int size = made.Shape.OutputSize;
        if (Property("expected") is { } expected)
        {
            double[][]? states = Property("initial")?.TryGetProperty("initial_h", out var h) == true
                ? [.. Numbers.Read(h).Values.Chunk(made.Shape.StateSize)]
                : null;
            var pass = made.Run(rows, inputs, states, lengths);
            foreach (var value in expected.EnumerateObject())
            {
                Close(Numbers.Read(value.Value).Values, value.Name switch
                {
                    "dense" => pass.Outputs,
                    "h" => [.. pass.FinalStates.SelectMany(state => state[..layer.Units])],
                    "c" => [.. pass.FinalStates.SelectMany(state => state[layer.Units..])],
                    _ => throw new OutOfScopeException($"expected {value.Name}"),
                }, value.Name);
            }
        }

        if (Property("expected_predict_before") is { } before)
            Close(Numbers.Read(before).Values, Swap(made.Run(rows, inputs, null, lengths).Outputs, size), "prediction before");
        if (element.GetProperty("kind").GetString() == "train")
            Train(made, size);
    }

    private void Train(CaseModel made, int size)
    {
        double[] losses = Epochs(made, size);
        if (Property("expected_loss") is { } loss)
            Close([loss.GetDouble()], losses[..1], "loss");
        if (Property("expected_mean_epoch_loss") is { } mean)
            Close([mean.GetDouble()], losses[^1..], "mean epoch loss");
        if (Property("expected_epoch_losses") is { } epochs)
        {
            foreach (var epoch in epochs.EnumerateObject())
                Close(
                    [epoch.Value.GetDouble()], [losses[int.Parse(epoch.Name["epoch".Length..], CultureInfo.InvariantCulture) - 1]],
                    epoch.Name);
        }

        if (Property("expected_predict_after") is { } after)
            Close(Numbers.Read(after).Values, Swap(made.Run(rows, inputs, null, lengths).Outputs, size), "prediction after");
        if (Property("expected_after") is { } expected)
        {
            var exported = made.Export(Places());
            foreach (var tensor in expected.EnumerateObject())
                Close(Numbers.Read(tensor.Value).Values, Numbers.Read(exported[FileName(tensor.Name)]).Values, tensor.Name);
        }
    }

    /// <summary>The mean loss of the batches of each epoch; a stateful layer's state goes on from batch to batch.</summary>
    private double[] Epochs(CaseModel made, int size)
    {
        int batch = Property("batch_size")?.GetInt32() ?? rows, batches = rows / batch;
        double[] targets = Swap(Numbers.Read(element.GetProperty("y")).Values, size);
        var step = made.Train(new Sgd(element.GetProperty("optimizer").GetProperty("lr").GetDouble()));
        double[] losses = new double[element.GetProperty("epochs").GetInt32()];
        double[][] states = [];
        int width = inputs.Length / steps / rows;
        for (int i = 0; i < losses.Length * batches; i++)
        {
            int first = i % batches * batch;
            if (!layer.IsStateful || i == 0)
                states = [.. Enumerable.Range(0, batch).Select(_ => new double[made.Shape.StateSize])];
            double[] rowsOf =
                [.. Enumerable.Range(0, steps).SelectMany(s => inputs.Skip(((s * rows) + first) * width).Take(batch * width))];
            losses[i / batches] +=
                step(rowsOf, targets[(first * size)..((first + batch) * size)], states, lengths[first..(first + batch)]) / batches;
        }

        return losses;
    }

    private double[] Swap(double[] values, int size) =>
        isSwapped && Merge == "concat" ? [.. values.Chunk(size).SelectMany(row => row[(size / 2)..].Concat(row[..(size / 2)]))] : values;

    private IEnumerable<SafetensorsTensor> Weights()
    {
        foreach (string source in new[] { "initial", "initial_both_directions" })
        {
            if (Property(source) is not { } weights)
                continue;
            foreach (var weight in weights.EnumerateObject().Where(w => w.Name != "initial_h"))
            {
                yield return Numbers.Read(weight.Value).Name(FileName(weight.Name));
                if (isBidirectional)
                    yield return Numbers.Read(weight.Value).Name("back/" + weight.Name);
            }
        }

        if (dense is { } top && HasDenseBias && Property("initial")?.TryGetProperty("dense_bias", out _) != true)
            yield return new Numbers(
                [top.GetProperty("units").GetInt32()], new double[top.GetProperty("units").GetInt32()]).Name("dense/bias");
        if (embedding is { } table)
        {
            int[] shape = [table.GetProperty("input_dim").GetInt32(), table.GetProperty("output_dim").GetInt32()];
            yield return (table.TryGetProperty("weights", out var values)
                ? Numbers.Read(values)
                : new Numbers(shape, [.. Enumerable.Repeat(1.0, shape[0] * shape[1])])).Name("embeddings");
        }
    }

    private static string FileName(string name) =>
        name.StartsWith("dense_", StringComparison.Ordinal) ? "dense/" + name["dense_".Length..] : "rnn/" + name;

    private List<LayerWeights> Places()
    {
        List<LayerWeights> places = [new("rnn", layer.Layout) { Prefix = "rnn/", ReversePrefix = "back/" }];
        if (dense is not null)
            places.Add(new("dense", KerasLayout.Dense) { Prefix = "dense/" });
        if (embedding is not null)
            places.Add(new("embedding", KerasLayout.Embedding));
        return places;
    }

    private void Close(double[] expected, double[] actual, string what) => Compare.Close(expected, actual, Tolerance, 0, what);

    private JsonElement? Property(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static bool Flag(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    [GeneratedRegex(@"abs (\d+e-\d+)")]
    private static partial Regex Allowed();
}
