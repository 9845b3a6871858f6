using System.Globalization;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// A network in a class of the same network with more units. Weights beyond the network's own are 0, so an extra unit of a layer is a
/// constant, and no sum takes it: its column of every matrix is 0. Sums keep their order and their bits, for adding 0 · x changes none.
/// </summary>
/// <remarks>
/// An extra unit of a recurrent layer begins at 0 and stays there, so that it can never grow: its candidate is f(0) = 0. So only cells and
/// functions of which that is known may have more units. All else must be as wide in the class as in the network.
/// </remarks>
internal sealed class PaddedNetwork
{
    private static readonly string[] Cells = ["Rnn<Lstm>", "Rnn<Gru>", "Rnn<GruResetBefore>", "Rnn<SimpleRnn>"];
    private static readonly string[] ZeroAtZero = ["Tanh", "Relu", "LeakyRelu", "ScaledTanh", "Elu", "Softsign", "Linear"];
    private static readonly string[] Losses =
        ["SquaredError", "AbsoluteError", "SoftmaxCrossEntropy", "SigmoidCrossEntropy", "Quantiles", "Ctc"];

    private static readonly string[] Functions = ["Name", "From", "Bias", "Activation", "ActivationAlpha", "ActivationBeta"];
    private static readonly string[] RecurrentOptions =
    [
        .. Functions, "Direction", "GateActivation", "GateAlpha", "GateBeta", "OutputActivation", "OutputAlpha", "OutputBeta",
    ];

    private readonly Dictionary<string, PaddedValue> values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (PaddedValue Own, PaddedValue Given, int Kernel)> layers = new(StringComparer.Ordinal);
    private readonly List<(PaddedValue Units, int States)> states = [];
    private bool isSame;

    private PaddedNetwork()
    {
    }

    /// <summary>Fits a network into a class.</summary>
    /// <param name="network">The network's attributes.</param>
    /// <param name="type">The class's attributes.</param>
    /// <exception cref="InvalidDataException">It does not fit; the message says why.</exception>
    public static PaddedNetwork Fit(IReadOnlyList<AttributeText> network, IReadOnlyList<AttributeText> type)
    {
        PaddedNetwork padded = new();
        if (network.Count != type.Count)
            throw new InvalidDataException($"it has {type.Count} attributes, not {network.Count}");
        padded.isSame = network.Zip(type).All(p => Parts(p.First).Same(Parts(p.Second)) && Size(p.First) == Size(p.Second));
        if (padded.isSame)
            return padded;
        PaddedValue? above = null;
        foreach (var (own, given) in network.Zip(type))
            above = padded.Add(own, given, above);
        return padded;
    }

    /// <summary>The network's weights in the class's shapes.</summary>
    /// <exception cref="InvalidDataException">A tensor is of no layer that was fitted.</exception>
    public SafetensorsFile Weights(SafetensorsFile file) =>
        isSame ? file : new(file.Tensors.Select(Weight), file.Metadata.ToDictionary(t => t.Key, t => t.Value));

    /// <summary>The network's first state in the class's; empty for zeros.</summary>
    /// <exception cref="InvalidDataException">It has other numbers than its layers have.</exception>
    public float[] State(IReadOnlyList<float> first)
    {
        if (isSame || first.Count == 0)
            return [.. first];
        int own = states.Sum(s => s.Units.Places.Length * s.States), start = 0, next = 0;
        if (own != first.Count)
            throw new InvalidDataException($"it starts in a state of {first.Count} numbers, and its layers have {own}");
        float[] state = new float[states.Sum(s => s.Units.Width * s.States)];
        foreach (var (units, count) in states)
        {
            for (int i = 0; i < count; i++, start += units.Width)
            {
                foreach (int place in units.Places)
                    state[start + place] = first[next++];
            }
        }

        return state;
    }

    private PaddedValue? Add(AttributeText network, AttributeText type, PaddedValue? above)
    {
        var own = Parts(network);
        if (!own.Same(Parts(type)))
            throw new InvalidDataException($"it has {type} where the file has {network}");
        PaddedValue? given = own.From.Length == 0 ? above : Combined(own.From);
        int size = Size(network), most = Size(type);
        bool canGrow = Cells.Contains(network.Kind) || network.Kind is "Dense" or "Conv1d";
        if (canGrow ? size > most : size != most)
            throw new InvalidDataException($"it has {type} where the file has {network}");
        PaddedValue Source() => given ?? throw NotKnown(network);
        PaddedValue value;
        switch (network.Kind)
        {
            case "Input" or "OneHot" when own.Has(["Name"]):
                value = PaddedValue.First(size, size);
                break;
            case "Embedding" when own.Has(["Name"]) && own.Positions is [_, var width]:
                value = PaddedValue.First(Whole(width), Whole(width));
                AddLayer(own, "embedding", PaddedValue.First(size, size), value);
                break;
            case var cell when Cells.Contains(cell) && own.Has(RecurrentOptions) && StaysZero(own):
                PaddedValue units = PaddedValue.First(most, size);
                AddLayer(own, "rnn", units, Source());
                states.Add((units, cell == "Rnn<Lstm>" ? 2 : 1));
                value = own.Named.GetValueOrDefault("Direction") == "Direction.Bidirectional" ? PaddedValue.Join([units, units]) : units;
                break;
            case "Dense" when own.Has(Functions):
                value = PaddedValue.First(most, size);
                AddLayer(own, "dense", value, Source());
                break;
            case "Conv1d" when own.Has([.. Functions, "Kernel", "Dilation", "Over"])
                && own.Named.GetValueOrDefault("Over", "Axis.Time") == "Axis.Time":
                value = PaddedValue.First(most, size);
                AddLayer(own, "conv", value, Source(), Whole(own.Named.GetValueOrDefault("Kernel", "3")));
                break;
            case "Activation" when own.Has(["Name", "From", "Alpha", "Beta"]):
            case "Dropout" when own.Has(["Name", "From"]):
            case "Pool" when own.Has(["Name", "From"]) && own.Positions is ["Pooling.Last" or "Pooling.Mean" or "Pooling.Max"]:
                value = Source();
                break;
            case "Softmax" or "LogSoftmax" when own.Has(["Name", "From"]) && Source().IsWhole:
                value = Source();
                break;
            case var loss when Losses.Contains(loss):
                return Source().IsWhole
                    ? above
                    : throw new InvalidDataException($"its output has more than {Source().Places.Length} numbers");
            default:
                throw NotKnown(network);
        }

        if (own.Name.Length > 0)
            values[own.Name] = value;
        else if (values.Count == 0)
            values[ModelText.Input] = value;
        return value;
    }

    /// <param name="own">The layer's attribute.</param>
    /// <param name="otherwise">What its weights are called where it is the only one and has no name.</param>
    /// <param name="units">Its rows.</param>
    /// <param name="given">Its columns.</param>
    /// <param name="kernel">Numbers of a column.</param>
    private void AddLayer(AttributeParts own, string otherwise, PaddedValue units, PaddedValue given, int kernel = 1)
    {
        string name = own.Name.Length > 0 ? own.Name : otherwise;
        if (!layers.TryAdd(name, (units, given, kernel)))
            throw new InvalidDataException($"the file has two layers {name}");
    }

    private SafetensorsTensor Weight(SafetensorsTensor tensor)
    {
        int dot = tensor.Name.LastIndexOf('.');
        if (!layers.TryGetValue(tensor.Name[..Math.Max(dot, 0)], out var layer))
            throw new InvalidDataException($"{FileText.Quote(tensor.Name)} is of no layer that can have more units");
        var (units, given, kernel) = layer;
        int gates = (int)tensor.Shape[0] / units.Places.Length;
        int[] rows = units.InBlocks(gates);
        bool isMatrix = tensor.Shape.Length > 1;
        PaddedValue from = tensor.Name[(dot + 1)..].StartsWith("weight_hh", StringComparison.Ordinal) ? units : given;
        int[] columns = isMatrix ? from.Each(kernel) : [0];
        int height = gates * units.Width, width = isMatrix ? from.Width * kernel : 1;
        float[] values = RnnGen.Formats.Weight.ValuesOf(tensor), all = new float[checked(height * width)];
        if (values.Length != rows.Length * columns.Length)
            throw new InvalidDataException(
                $"{FileText.Quote(tensor.Name)} has {values.Length} numbers, not {rows.Length * columns.Length}");
        for (int row = 0; row < rows.Length; row++)
        {
            for (int column = 0; column < columns.Length; column++)
                all[(rows[row] * width) + columns[column]] = values[(row * columns.Length) + column];
        }

        return SafetensorsTensor.Create<float>(
            tensor.Name, !isMatrix ? [height] : tensor.Shape.Length == 3 ? [height, from.Width, kernel] : [height, width], all);
    }

    /// <summary>Finds the value of a <c>From</c>: names joined by commas, or added and multiplied element by element.</summary>
    private PaddedValue Combined(string from)
    {
        PaddedValue[] taken = [.. from.Split([' ', ',', '+', '*', '(', ')'], StringSplitOptions.RemoveEmptyEntries)
            .Select(name => values.TryGetValue(name.Split('\'')[0], out PaddedValue? value)
                ? value
                : throw new InvalidDataException($"the file's From = \"{from}\" has a name that is not known"))];
        bool isJoined = from.Contains(',', StringComparison.Ordinal);
        if (isJoined && !from.AsSpan().ContainsAny("+*("))
            return PaddedValue.Join(taken);
        return !isJoined && taken.Length > 0 && Array.TrueForAll(taken, taken[0].IsLike)
            ? taken[0]
            : throw new InvalidDataException($"the file's From = \"{from}\" does not say which numbers are the class's own");
    }

    /// <summary>True if a unit without weights stays 0: the candidate, and what an LSTM's memory goes through, are 0 at 0.</summary>
    private static bool StaysZero(AttributeParts own) => ((string[])["Activation", "OutputActivation"]).All(name =>
        ZeroAtZero.Contains(own.Named.GetValueOrDefault(name, "Activation.Tanh").Split('.')[^1]));

    private static InvalidDataException NotKnown(AttributeText attribute) =>
        new($"the file's {attribute} must be the same in the class, and so must be all others beside it: no rule gives it more units");

    private static AttributeParts Parts(AttributeText attribute) => AttributeParts.Of(attribute);

    private static int Size(AttributeText attribute) => attribute.Arguments is [var first, ..]
        && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out int size) ? size : 0;

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
