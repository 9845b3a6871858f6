using System.Text;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>A layer of Keras, stacked or in both directions, that is called once or several times.</summary>
internal sealed class KerasCase
{
    private readonly JsonElement element;
    private readonly ModelCompiler compiler;
    private readonly KerasLayer[] layers;
    private readonly bool isBidirectional;
    private readonly bool hasSequences;
    private readonly string merge;
    private readonly string model;

    public KerasCase(JsonElement element, ModelCompiler compiler)
    {
        this.element = element;
        this.compiler = compiler;
        var layer = element.GetProperty("layer");
        string kind = layer.GetProperty("class").GetString()!;
        isBidirectional = kind == "Bidirectional";
        layers = isBidirectional ? [new(layer.GetProperty("forward")), new(layer.GetProperty("backward"))]
            : kind == "Stacked" ? [.. layer.GetProperty("cells").EnumerateArray().Select(c => new KerasLayer(c))]
            : [new(layer)];
        hasSequences = layers[0].ReturnsSequences;
        merge = isBidirectional ? layer.GetProperty("merge_mode").GetString()! : "";

        int[] input = Calls.First(IsCall).GetProperty("input").GetProperty("shape").EnumerateArray().Select(s => s.GetInt32()).ToArray();
        model = compiler.Declare(input[1], Precision.Float, $"[Input({input[2]})]\n{Layers()}");
    }

    private IEnumerable<JsonElement> Calls => element.GetProperty("calls").EnumerateArray();

    /// <summary>Whether the directions are layers of their own, each with its head: then they are merged here.</summary>
    private bool IsApart => isBidirectional && (merge == "none" || hasSequences && HasMask);

    private bool HasMask =>
        Calls.Where(IsCall).Any(call => call.TryGetProperty("mask", out var mask) && mask.ValueKind == JsonValueKind.Object);

    /// <summary>Makes all calls and compares what the last one gave.</summary>
    public void Run()
    {
        var made = compiler.Create(model);
        made.Load(Weights(), Places());
        double[][]? states = null;
        int left = Calls.Count(IsCall);
        foreach (var call in Calls)
        {
            if (!IsCall(call))
            {
                states = call.GetString() == "reset_state" ? null : throw new OutOfScopeException($"call {call}");
                continue;
            }

            var batch = new MaskedBatch(Read(call, "input")!, Read(call, "mask"));
            double[][] initial =
                Given(call, batch.Rows) ?? states ?? [.. Enumerable.Range(0, batch.Rows).Select(_ => new double[made.Shape.StateSize])];
            var pass = made.Run(batch.Rows, batch.Inputs, initial, batch.Lengths);
            // A sequence without a step ends in 0 here and where it began in Keras.
            states = [.. pass.FinalStates.Select((state, row) => batch.Lengths is { } lengths && lengths[row] == 0 ? initial[row] : state)];
            if (--left == 0)
                Check(batch, pass.Outputs, made.Shape.OutputSize, states);
            states = layers[0].IsStateful ? states : null;
        }
    }

    private void Check(MaskedBatch batch, double[] outputs, int size, double[][] states)
    {
        string select = element.GetProperty("select").GetString()!;
        Numbers expected = Numbers.Read(element.GetProperty("expected"));
        int units = layers[0].Units;
        double[] State(int direction, int state) =>
            [.. states.SelectMany(row => row.Skip((direction * layers[0].StateSize) + (state * units)).Take(units))];
        double[] actual = select switch
        {
            "output" => Output(batch, outputs, size),
            "forward_output" => Direction(batch, outputs, size, 0),
            "backward_output" => Direction(batch, outputs, size, 1),
            "h_fwd" => State(0, 0),
            "c_fwd" => State(0, 1),
            "h_bwd" => State(1, 0),
            "c_bwd" => State(1, 1),
            "h" => State(0, 0),
            "c" => State(0, 1),
            _ when select.StartsWith("batch_row:", StringComparison.Ordinal) =>
                new Numbers([batch.Rows, 0], Output(batch, outputs, size)).Slice(int.Parse(select["batch_row:".Length..], null)),
            _ => throw new OutOfScopeException($"selection {select}"),
        };
        Compare.Close(expected.Values, actual, element.GetProperty("atol").GetDouble(), element.GetProperty("rtol").GetDouble(), select);
    }

    private double[] Output(MaskedBatch batch, double[] outputs, int size)
    {
        if (!IsApart)
            return hasSequences ? Sequences(batch, outputs, size, 0, size, layers[0]) : outputs;
        double[] forward = Direction(batch, outputs, size, 0), backward = Direction(batch, outputs, size, 1);
        int units = layers[0].Units;
        return merge == "concat"
            ? [.. forward.Chunk(units).Zip(backward.Chunk(units), (f, b) => f.Concat(b)).SelectMany(v => v)]
            : [.. forward.Zip(
                backward,
                (f, b) => merge switch { "sum" => f + b, "ave" => (f + b) / 2, "mul" => f * b, _ =>
                    throw new OutOfScopeException($"merge {merge}") })];
    }

    /// <summary>One direction's part of the outputs, which lie side by side.</summary>
    private double[] Direction(MaskedBatch batch, double[] outputs, int size, int direction)
    {
        int units = layers[0].Units;
        return hasSequences
            ? Sequences(batch, outputs, size, direction * units, units, layers[direction])
            : [.. outputs.Chunk(size).SelectMany(row => row.Skip(direction * units).Take(units))];
    }

    /// <summary>
    /// A layer that goes backwards alone gives its outputs in the order in which it made them; Bidirectional turns them round.
    /// </summary>
    private double[] Sequences(MaskedBatch batch, double[] outputs, int size, int first, int width, KerasLayer layer)
    {
        double[] spread = batch.Spread(outputs, size, first, width, layer.GoesBackwards, layer.IsZeroWhereMasked);
        if (isBidirectional || !layer.GoesBackwards)
            return spread;
        return [.. spread.Chunk(spread.Length / batch.Rows).SelectMany(row => row.Chunk(width).Reverse().SelectMany(v => v))];
    }

    private string Layers()
    {
        StringBuilder text = new();
        string Way(KerasLayer layer) => layer.GoesBackwards ? "Reverse" : "Forward";
        if (IsApart)
        {
            text.AppendLine(layers[0].Declare($", Name = \"a\", Direction = Direction.{Way(layers[0])}"));
            text.AppendLine(layers[1].Declare($", Name = \"b\", From = \"input\", Direction = Direction.{Way(layers[1])}"));
            foreach (string name in new[] { "a", "b" })
                text.AppendLine(
                    hasSequences ? $"[SquaredError(From = \"{name}\")]" : $"[Pool(Pooling.Last, From = \"{name}\"), SquaredError]");
            return text.ToString();
        }

        if (isBidirectional)
        {
            if (layers[0].GoesBackwards)
                throw new OutOfScopeException("a Bidirectional whose forward layer goes backwards");
            string kind = merge switch
            {
                "concat" => "Concat",
                "sum" => "Sum",
                "ave" => "Mean",
                "mul" => "Multiply",
                _ =>
                throw new OutOfScopeException($"merge {merge}")
            };
            text.AppendLine(layers[0].Declare($", Name = \"a\", Direction = Direction.Bidirectional, Merge = Merge.{kind}"));
        }
        else
        {
            foreach (var (layer, i) in layers.Select((l, i) => (l, i)))
                text.AppendLine(layer.Declare($", Name = \"{(char)('a' + i)}\", Direction = Direction.{Way(layer)}"));
        }

        return text.Append(hasSequences ? "[SquaredError]" : "[Pool(Pooling.Last)]\n[SquaredError]").ToString();
    }

    /// <summary>All weights, their names behind the number of their layer.</summary>
    private SafetensorsFile Weights() => new(layers.SelectMany((layer, i) =>
        layer.Element.GetProperty("weights")
            .EnumerateObject()
            .Where(w => w.Value.ValueKind == JsonValueKind.Object)
            .Select(w => Numbers.Read(w.Value).Name($"{i}/{w.Name}"))));

    private LayerWeights[] Places() => isBidirectional && !IsApart
        ? [new("a", layers[0].Layout) { Prefix = "0/", ReversePrefix = "1/" }]
        : [.. layers.Select((layer, i) => new LayerWeights($"{(char)('a' + i)}", layer.Layout) { Prefix = $"{i}/" })];

    /// <summary>A call's initial state: a tensor per state, forward before backward.</summary>
    private static double[][]? Given(JsonElement call, int rows)
    {
        if (!call.TryGetProperty("initial_state", out var given) || given.ValueKind == JsonValueKind.Null)
            return null;
        Numbers[] states =
            given.ValueKind == JsonValueKind.Array ? [.. given.EnumerateArray().Select(Numbers.Read)] : [Numbers.Read(given)];
        return [.. Enumerable.Range(0, rows).Select(row => states.SelectMany(state => state.Slice(row)).ToArray())];
    }

    private static bool IsCall(JsonElement call) => call.ValueKind == JsonValueKind.Object;

    private static Numbers? Read(JsonElement call, string name) =>
        call.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? Numbers.Read(value) : null;
}
