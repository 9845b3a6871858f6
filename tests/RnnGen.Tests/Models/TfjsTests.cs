using System.Text.Json;

namespace RnnGen.Tests.Models;

/// <summary>
/// TensorFlow.js' tests of its recurrent layers, whose golden numbers come from Keras: outputs, and weights and losses after training.
/// </summary>
public class TfjsTests
{
    private const string Cases = "tfjs/tfjs_bptt.json";

    private static readonly Lazy<Dictionary<string, JsonElement>> All = new(() =>
        JsonDocument.Parse(File.ReadAllText(SharedCases.Find(Cases)!)).RootElement
            .GetProperty("cases")
            .EnumerateArray()
            .ToDictionary(c => c.GetProperty("name").GetString()!));

    private static readonly Lazy<Dictionary<string, TestModel>> Models = new(() =>
        ModelFactory.Compile(All.Value.ToDictionary(c => Identifier(c.Key), c => Graph(c.Value)), KerasCells.Sources));

    [SharedTheory(Cases)]
    [InlineData("SimpleRNN BPTT")]
    [InlineData("GRU BPTT")]
    [InlineData("LSTM BPTT")]
    public void WeightsAfterTraining(string name)
    {
        var (data, model) = Open(name);
        var step = model.Train(new Sgd(Rate(data)));
        var batch = new TestBatch(5, TimeFirst(data.GetProperty("x"))) { Targets = Numbers(data.GetProperty("y")) };
        for (int epoch = 0; epoch < data.GetProperty("epochs").GetInt32(); epoch++)
            step(batch);
        var after = data.GetProperty("expected_after");
        AssertWithin(1e-3, Transposed(after.GetProperty("kernel")), Values(model, "rnn.weight_ih_l0"));
        AssertWithin(1e-3, Transposed(after.GetProperty("recurrent_kernel")), Values(model, "rnn.weight_hh_l0"));
        AssertWithin(1e-3, Transposed(after.GetProperty("dense_kernel")), Values(model, "dense.weight"));
    }

    [SharedTheory(Cases)]
    [InlineData("SimpleRNN stateful BPTT")]
    [InlineData("GRU stateful BPTT")]
    [InlineData("LSTM stateful BPTT")]
    public void LossesWithCarriedStates(string name)
    {
        const int Rows = 4;
        var (data, model) = Open(name);
        var step = model.Train(new Sgd(Rate(data)));
        double[] x = Numbers(data.GetProperty("x")), y = Numbers(data.GetProperty("y"));
        // All of these inputs are 1, so their order does not matter.
        Assert.All(x, value => Assert.Equal(1, value));
        var states = Enumerable.Range(0, Rows).Select(_ => new double[model.Shape.StateSize]).ToArray();
        double loss =
            Enumerable.Range(0, 2)
                .Average(i => step(new(Rows, x[..(x.Length / 2)]) { Targets = y[(i * Rows)..][..Rows], States = states }));
        Assert.Equal(data.GetProperty("expected_mean_epoch_loss").GetDouble(), loss, 5e-3);
    }

    [SharedFact(Cases)]
    public void MaskedSymbols()
    {
        var (data, model) = Open("LSTM with mask");
        var pass = model.Run(Masked(data) with { OutputGradients = new double[4] });
        var expected = data.GetProperty("expected");
        AssertWithin(1e-3, Numbers(expected.GetProperty("dense")), pass.Outputs);
        AssertWithin(1e-3, Numbers(expected.GetProperty("h")), [.. pass.FinalStates.SelectMany(s => s[..3])]);
        AssertWithin(1e-3, Numbers(expected.GetProperty("c")), [.. pass.FinalStates.SelectMany(s => s[3..])]);
    }

    [SharedFact(Cases)]
    public void MaskedSymbolsBackwards()
    {
        var (data, model) = Open("LSTM with mask go_backwards");
        var pass = model.Run(Masked(data) with { OutputGradients = new double[4] });
        AssertWithin(1e-3, Numbers(data.GetProperty("expected").GetProperty("dense")), pass.Outputs);
    }

    /// <summary>A row that is masked as a whole counts, with the output of the dense layer on zeros.</summary>
    [SharedFact(Cases)]
    public void MaskedTraining()
    {
        var (data, model) = Open("LSTM BPTT with mask");
        var batch = Masked(data) with { Targets = Numbers(data.GetProperty("y")) };
        Assert.Equal([0, 1, 2, 3], batch.Lengths!);
        var train = model.Train(new Sgd(Rate(data)));
        double[] losses = [.. Enumerable.Range(0, data.GetProperty("epochs").GetInt32()).Select(_ => train(batch))];
        var expected = data.GetProperty("expected_epoch_losses");
        Assert.Equal(expected.GetProperty("epoch3").GetDouble(), losses[2], 5e-3);
        Assert.Equal(expected.GetProperty("epoch4").GetDouble(), losses[3], 5e-3);
    }

    [SharedFact(Cases)]
    public void InitialState()
    {
        var (data, model) = Open("GRU symbolic initial state");
        var (_, state) = model.Infer(Numbers(data.GetProperty("x")), 3, Numbers(data.GetProperty("initial").GetProperty("initial_h")));
        AssertWithin(1e-3, Numbers(data.GetProperty("expected").GetProperty("h")), state);
    }

    /// <summary>
    /// Keras' forward layer goes backwards here, and its backward layer forwards: with equal weights, the same with the outputs the other
    /// way round.
    /// </summary>
    [SharedTheory(Cases)]
    [InlineData("Bidirectional LSTM backwards predict and fit concat")]
    [InlineData("Bidirectional LSTM backwards predict and fit ave")]
    public void BothDirections(string name)
    {
        var (data, model) = Open(name);
        double[] x = Numbers(data.GetProperty("x"));
        AssertWithin(1e-4, Numbers(data.GetProperty("expected_predict_before")), [.. model.Infer(x, 2, null).Outputs.Reverse()]);
        double loss = model.Train(new Sgd(Rate(data)))(new(1, x) { Targets = [.. Numbers(data.GetProperty("y")).Reverse()] });
        Assert.Equal(data.GetProperty("expected_loss").GetDouble(), loss, 1e-4);
        // The update moves the outputs by 3e-4.
        AssertWithin(2e-6, Numbers(data.GetProperty("expected_predict_after")), [.. model.Infer(x, 2, null).Outputs.Reverse()]);
    }

    private static (JsonElement Data, TestModel Model) Open(string name)
    {
        var data = All.Value[name];
        var model = Models.Value[Identifier(name)];
        bool isBidirectional = data.TryGetProperty("initial_both_directions", out var initial);
        if (!isBidirectional)
            initial = data.GetProperty("initial");
        foreach (string suffix in isBidirectional ? new[] { "_l0", "_l0_reverse" } : ["_l0"])
        {
            model.Parameters["rnn.weight_ih" + suffix].CopyFrom(Transposed(initial.GetProperty("kernel")));
            model.Parameters["rnn.weight_hh" + suffix].CopyFrom(Transposed(initial.GetProperty("recurrent_kernel")));
            if (initial.TryGetProperty("bias", out var bias))
                model.Parameters["rnn.bias_ih" + suffix].CopyFrom(Numbers(bias));
        }

        if (initial.TryGetProperty("dense_kernel", out var dense))
            model.Parameters["dense.weight"].CopyFrom(Transposed(dense));
        foreach (var view in model.Parameters.Where(v => v.Name == "dense.bias"))
            view.CopyFrom(new double[view.Count]);
        if (data.TryGetProperty("embedding", out var embedding))
        {
            var vectors = model.Parameters["embedding.weight"];
            vectors.CopyFrom(
                embedding.TryGetProperty("weights", out var weights) ? Numbers(weights) : [.. Enumerable.Repeat(1.0, vectors.Count)]);
        }

        return (data, model);
    }

    private static TestGraph Graph(JsonElement data)
    {
        var rnn = data.GetProperty("rnn");
        bool isBackward = rnn.TryGetProperty("go_backwards", out _), isBidirectional = rnn.TryGetProperty("wrapper", out _);
        bool isMean = isBidirectional && rnn.GetProperty("merge_mode").GetString() == "ave";
        var layer = new TestRnn(
            rnn.GetProperty("class").GetString() switch { "LSTM" => KerasCells.Lstm, "GRU" => KerasCells.Gru, _ => TestCell.SimpleRnn },
            rnn.GetProperty("units").GetInt32())
        {
            Bias = rnn.GetProperty("use_bias").GetBoolean(),
            Direction = isBidirectional ? "Bidirectional" : isBackward ? "Reverse" : "Forward",
            Merge = isMean ? "Mean" : "Concat",
        };
        TestElement[] dense =
            data.TryGetProperty("dense", out var declared) ? [new TestDense(1) { Bias = declared.TryGetProperty("bias", out _) }] : [];
        int steps;
        TestSource source;
        if (data.TryGetProperty("embedding", out var embedding))
        {
            steps = data.GetProperty("ids")[0].GetArrayLength();
            source = new("Embedding", embedding.GetProperty("input_dim").GetInt32(), embedding.GetProperty("output_dim").GetInt32());
        }
        else
        {
            steps = data.GetProperty("x").GetProperty("shape")[1].GetInt32();
            source = new("Input", data.GetProperty("x").GetProperty("shape")[2].GetInt32());
        }

        return new(steps, [source, layer, new TestPool("Last"), .. dense, new TestHead("SquaredError")]);
    }

    /// <summary>Symbols, of which those behind a row's last one that is not 0 are masked.</summary>
    private static TestBatch Masked(JsonElement data)
    {
        int[][] rows =
            [.. data.GetProperty("ids").EnumerateArray().Select(row => row.EnumerateArray().Select(id => id.GetInt32()).ToArray())];
        return new(rows.Length, [.. Enumerable.Range(0, rows[0].Length).SelectMany(step => rows.Select(row => (double)row[step]))])
        {
            Lengths = [.. rows.Select(row => Array.FindLastIndex(row, id => id != 0) + 1)],
        };
    }

    private static string Identifier(string name) =>
        name.Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    private static double Rate(JsonElement data) => data.GetProperty("optimizer").GetProperty("lr").GetDouble();

    private static double[] Numbers(JsonElement tensor) => [.. tensor.GetProperty("data").EnumerateArray().Select(v => v.GetDouble())];

    /// <summary>Keras' columns as PyTorch's rows.</summary>
    private static double[] Transposed(JsonElement tensor)
    {
        double[] values = Numbers(tensor);
        int columns = tensor.GetProperty("shape")[1].GetInt32(), rows = values.Length / columns;
        return [.. Enumerable.Range(0, values.Length).Select(i => values[((i % rows) * columns) + (i / rows)])];
    }

    /// <summary>[row][step][number] as [step][row][number].</summary>
    private static double[] TimeFirst(JsonElement tensor)
    {
        double[] values = Numbers(tensor);
        int[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(v => v.GetInt32())];
        return [.. Enumerable.Range(0, shape[1])
            .SelectMany(step => Enumerable.Range(0, shape[0])
                .SelectMany(row => values.AsSpan(((row * shape[1]) + step) * shape[2], shape[2]).ToArray()))];
    }

    private static double[] Values(TestModel model, string name)
    {
        var values = new double[model.Parameters[name].Count];
        model.Parameters[name].CopyTo(values);
        return values;
    }

    private static void AssertWithin(double tolerance, double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), p => Assert.Equal(p.First, p.Second, tolerance));
    }
}
