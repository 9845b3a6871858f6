using System.Globalization;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>A recurrent layer of Keras as JSON describes it: how it is declared, and where its weights are.</summary>
/// <param name="Element">The description.</param>
internal sealed record KerasLayer(JsonElement Element)
{
    /// <summary>SimpleRNN, LSTM or GRU.</summary>
    public string Class => Element.GetProperty("class").GetString()!;

    /// <summary>Units.</summary>
    public int Units => Element.GetProperty("units").GetInt32();

    /// <summary>Whether it runs from the last step to the first.</summary>
    public bool GoesBackwards => Flag("go_backwards");

    /// <summary>Whether it gives its output at every step.</summary>
    public bool ReturnsSequences => Flag("return_sequences");

    /// <summary>Whether a masked step gives zeros instead of the output before.</summary>
    public bool IsZeroWhereMasked => Flag("zero_output_for_mask");

    /// <summary>Whether calls begin where the one before ended.</summary>
    public bool IsStateful => Flag("stateful");

    /// <summary>Numbers of a state.</summary>
    public int StateSize => Units * (Class == "LSTM" ? 2 : 1);

    /// <summary>The layout of its weights.</summary>
    public WeightLayout Layout => Class switch
    {
        "SimpleRNN" => KerasLayout.SimpleRnn,
        "LSTM" => KerasLayout.Lstm,
        "GRU" => ResetsAfter ? KerasLayout.Gru : KerasLayout.GruResetBefore,
        _ => throw new OutOfScopeException($"layer {Class}"),
    };

    private bool ResetsAfter => Element.TryGetProperty("reset_after", out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>As a declaration's element, to which further arguments are added.</summary>
    public string Declare(string arguments) =>
        $"[Rnn<{Cell}>({Units}{(Flag("use_bias") ? "" : ", Bias = false")}{Function("Activation", "activation")}{Function("GateActivation", "recurrent_activation")}{arguments})]";

    /// <summary>Whether the description says so.</summary>
    public bool Flag(string name) => Element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    private string Cell => Class switch { "SimpleRNN" => "SimpleRnn", "LSTM" => "Lstm", _ => ResetsAfter ? "Gru" : "GruResetBefore" };

    /// <summary>Keras 3's name of a function, or <c>hardSigmoid = clip(0.2*x+0.5,0,1)</c>, which is Keras 2's.</summary>
    private string Function(string argument, string property)
    {
        if (!Element.TryGetProperty(property, out var value) || value.ValueKind != JsonValueKind.String)
            return Class == "SimpleRNN" && argument == "GateActivation" ? "" : $", {argument} = Activation.Linear";
        string name = value.GetString()!;
        if (name.StartsWith("hardSigmoid", StringComparison.Ordinal))
            return $", {argument} = Activation.HardSigmoid";
        string prefix = argument == "Activation" ? argument : "Gate";
        if (name == "hard_sigmoid")
            return string.Create(CultureInfo.InvariantCulture, $", {argument} = Activation.HardSigmoid, {prefix}Alpha = {1 / 6.0:R}");
        // What goes out of an LSTM's cell state is the same function as its candidate's.
        string output = argument == "Activation" && Class == "LSTM" ? $", OutputActivation = Activation.{Member(name)}" : "";
        return $", {argument} = Activation.{Member(name)}{output}";
    }

    private static Activation Member(string name) =>
        Enum.TryParse(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out Activation function)
            ? function
            : throw new OutOfScopeException($"activation {name}");
}

/// <summary>
/// Sequences whose masks have holes: Keras carries the state over a masked step, so that a sequence without these steps is the same one.
/// Our batches have such sequences at their lengths.
/// </summary>
internal sealed class MaskedBatch
{
    private readonly int[][] places;
    private readonly int steps;

    /// <param name="input">[row][step][number].</param>
    /// <param name="mask">[row][step], or null.</param>
    public MaskedBatch(Numbers input, Numbers? mask)
    {
        int rows = input.Shape[0], width = input.Shape[2];
        steps = input.Shape[1];
        places = [.. Enumerable.Range(0, rows)
            .Select(row => Enumerable.Range(0, steps).Where(step => mask is null || mask.Values[(row * steps) + step] != 0).ToArray())];
        Inputs = new double[input.Values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < places[row].Length; i++)
                Array.Copy(input.Values, ((row * steps) + places[row][i]) * width, Inputs, ((i * rows) + row) * width, width);
        }

        Lengths = mask is null ? null : [.. places.Select(p => p.Length)];
    }

    /// <summary>[step][row][number].</summary>
    public double[] Inputs { get; }

    /// <summary>By row; null without a mask.</summary>
    public int[]? Lengths { get; }

    /// <summary>Sequences side by side.</summary>
    public int Rows => places.Length;

    /// <summary>
    /// Outputs [step][row][width] as Keras gives them, [row][step][width]: those of masked steps are the ones before, in the direction of
    /// the layer, or zeros.
    /// </summary>
    /// <param name="outputs">[step][row][numbers].</param>
    /// <param name="size">Numbers of an output.</param>
    /// <param name="first">The first of those that are taken.</param>
    /// <param name="width">How many are taken.</param>
    /// <param name="isBackward">Whether the layer runs from the last step to the first.</param>
    /// <param name="isZero">Whether masked steps give zeros.</param>
    public double[] Spread(double[] outputs, int size, int first, int width, bool isBackward, bool isZero)
    {
        double[] spread = new double[Rows * steps * width];
        for (int row = 0; row < Rows; row++)
        {
            int before = -1;
            foreach (int step in isBackward ? Enumerable.Range(0, steps).Reverse() : Enumerable.Range(0, steps))
            {
                int place = Array.IndexOf(places[row], step);
                if (place >= 0)
                    before = place;
                int taken = isZero ? place : before;
                if (taken >= 0)
                    Array.Copy(outputs, (((taken * Rows) + row) * size) + first, spread, ((row * steps) + step) * width, width);
            }
        }

        return spread;
    }
}
