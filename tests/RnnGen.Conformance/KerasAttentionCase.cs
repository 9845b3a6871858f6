using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>
/// Keras' layers Attention and AdditiveAttention, which compare queries with keys and give the values by their weights. Here a decoder
/// attends to an encoder's outputs: these are [value, key], of which the score's map takes the key, and the queries are the decoder's
/// inputs, which an identity as recurrent layer hands on.
/// </summary>
internal sealed class KerasAttentionCase
{
    private readonly JsonElement element;
    private readonly ModelCompiler compiler;
    private readonly Numbers value;
    private readonly Numbers key;
    private readonly Numbers query;
    private readonly double? scale;
    private readonly string model;

    public KerasAttentionCase(JsonElement element, ModelCompiler compiler)
    {
        this.element = element;
        this.compiler = compiler;
        var layer = element.GetProperty("layer");
        if (layer.GetProperty("use_scale").GetBoolean())
            throw new OutOfScopeException("attention with a scale whose value the case does not give");
        bool isDot = layer.GetProperty("score_mode").GetString() == "dot";
        scale =
            isDot ? null : layer.GetProperty("concat_score_weight") is { ValueKind: JsonValueKind.Number } weight ? weight.GetDouble() : 1;
        query = Read("query")!;
        value = Read("value")!;
        key = Read("key") ?? value;
        model = compiler.DeclareJoint(
            value.Shape[1],
            $"[Input({value.Shape[2] + key.Shape[2]})]",
            query.Shape[1],
            $"[Input({Units})]\n[Rnn<SimpleRnn>({Units}, Activation = Activation.Linear, Bias = "
            + $"false)]\n[Attention<{(isDot ? "GeneralScore" : "AdditiveScore")}>({Units}, Name = \"context\")]\n[SquaredError]",
            "Bridge = Bridge.None");
    }

    private int Units => query.Shape[2];

    /// <summary>Runs the batch and compares what the case selects: the outputs, or the attention's weights.</summary>
    public void Run()
    {
        var made = compiler.CreateJoint(model);
        made.Load(new(Weights()), [.. Layers()]);
        int rows = query.Shape[0], steps = query.Shape[1], sourceSteps = value.Shape[1], width = made.Shape.OutputSize;
        var pass = made.Run(new(
            rows, Join(value, key).SwapFirstTwo().Values, Lengths(rows, sourceSteps), query.SwapFirstTwo().Values,
            [.. Enumerable.Repeat(steps, rows)]));

        bool areScores = element.GetProperty("select").GetString() == "scores";
        double[] scores = new Numbers([steps, rows, sourceSteps], pass.Attention).SwapFirstTwo().Values;
        // Of a context, which is [value, key], Keras has the value; a query's mask takes away its output and nothing else.
        var outputs = new Numbers([steps, rows, width], pass.Outputs).SwapFirstTwo().Values
            .Chunk(width)
            .SelectMany((context, i) => context.Take(value.Shape[2]).Select(c => c * (Read("query_mask")?.Values[i] ?? 1)));
        double[] actual = areScores ? scores : [.. outputs];
        Compare.Close(
            Numbers.Read(element.GetProperty("expected")).Values, actual, element.GetProperty("atol").GetDouble(),
            element.GetProperty("rtol").GetDouble(), areScores ? "scores" : "output");
    }

    /// <summary>The values of each row that its mask lets through.</summary>
    private int[] Lengths(int rows, int steps)
    {
        if (Read("value_mask") is not { } mask)
            return [.. Enumerable.Repeat(steps, rows)];
        double[][] masks = [.. mask.Values.Chunk(steps)];
        if (masks.Any(row => !row.OrderDescending().SequenceEqual(row)))
            throw new OutOfScopeException("attention with a mask that has holes");
        return [.. masks.Select(row => (int)row.Sum())];
    }

    private IEnumerable<SafetensorsTensor> Weights()
    {
        Numbers identity = Selection(0, Units), keys = Selection(value.Shape[2], value.Shape[2] + key.Shape[2]);
        yield return identity.Name("rnn.weight_ih_l0");
        yield return new Numbers([Units, Units], new double[Units * Units]).Name("rnn.weight_hh_l0");
        yield return keys.Name(scale is null ? "W.weight" : "Wk.weight");
        if (scale is not { } weight)
            yield break;
        yield return identity.Name("Wq.weight");
        yield return new Numbers([Units], [.. Enumerable.Repeat(weight, Units)]).Name("v");
    }

    private IEnumerable<LayerWeights> Layers()
    {
        yield return new("decoder.rnn", PyTorchLayout.Rnn) { Prefix = "rnn." };
        foreach (string map in scale is null ? new[] { "W" } : ["Wk", "Wq"])
            yield return new($"decoder.context.{map}", PyTorchLayout.Linear) { Prefix = $"{map}." };
        if (scale is not null)
            yield return new("decoder.context", PyTorchLayout.Linear);
    }

    /// <summary>The matrix that picks some of a vector's numbers.</summary>
    /// <param name="first">The first of them.</param>
    /// <param name="width">Numbers of the vector.</param>
    private Numbers Selection(int first, int width) =>
        new([Units, width], [.. Enumerable.Range(0, Units * width).Select(i => i % width == first + (i / width) ? 1.0 : 0.0)]);

    private static Numbers Join(Numbers first, Numbers second)
    {
        double[][] a = [.. first.Values.Chunk(first.Shape[2])], b = [.. second.Values.Chunk(second.Shape[2])];
        return new(
            [.. first.Shape[..2], first.Shape[2] + second.Shape[2]], [.. a.Zip(b, (x, y) => (double[])[.. x, .. y]).SelectMany(v => v)]);
    }

    private Numbers? Read(string name) =>
        element.GetProperty("calls").EnumerateArray().Single().TryGetProperty(name, out var given)
            && given.ValueKind == JsonValueKind.Object
            ? Numbers.Read(given)
            : null;
}
