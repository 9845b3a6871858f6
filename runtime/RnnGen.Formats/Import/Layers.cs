using System.Globalization;

namespace RnnGen.Formats;

/// <summary>Layers of a declaration, with their weights in PyTorch's order as models have them.</summary>
internal static class Layers
{
    /// <summary>Adds a dense layer.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="name">A name for it.</param>
    /// <param name="from">What it takes.</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="function">The arguments of its activation.</param>
    public static string Dense(
        this ModelText model, string name, string from, Weight weight, float[]? bias, IEnumerable<string>? function = null)
    {
        name = model.Add(
            $"Dense({weight.Rows})", name, from, [.. function ?? [], bias is null ? "Bias = false" : ""]);
        model.Tensor($"{name}.weight", [weight.Rows, weight.Columns], weight.Values);
        if (bias is not null)
            model.Tensor($"{name}.bias", [weight.Rows], bias);
        return name;
    }

    /// <summary>Adds a causal convolution over time.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="name">A name for it.</param>
    /// <param name="from">What it takes.</param>
    /// <param name="weight">[outputs, channels of a group · kernel], a channel's taps side by side.</param>
    /// <param name="kernel">Taps of a channel, the last of them the present.</param>
    /// <param name="dilation">Steps from one to the next.</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="function">The arguments of its activation.</param>
    /// <param name="groups">Groups of channels that are convolved apart.</param>
    public static string Convolution(
        this ModelText model, string name, string from, Weight weight, int kernel, int dilation, float[]? bias,
        IEnumerable<string>? function = null, int groups = 1)
    {
        name = model.Add(
            $"Conv1d({weight.Rows})", name, from,
            [
                $"Kernel = {kernel}", dilation == 1 ? "" : $"Dilation = {dilation}", groups == 1 ? "" : $"Groups = {groups}",
                .. function ?? [], bias is null ? "Bias = false" : ""
            ]);
        model.Tensor($"{name}.weight", [weight.Rows, weight.Columns / kernel, kernel], weight.Values);
        if (bias is not null)
            model.Tensor($"{name}.bias", [weight.Rows], bias);
        return name;
    }

    /// <summary>Adds a recurrent layer.</summary>
    /// <param name="model">The declaration.</param>
    /// <param name="cell">Its cell.</param>
    /// <param name="name">A name for it.</param>
    /// <param name="from">What it takes.</param>
    /// <param name="directions">The weights by direction: one, or forward and reverse.</param>
    /// <param name="arguments">Further arguments.</param>
    public static string Recurrent(
        this ModelText model, string cell, string name, string from, IReadOnlyList<RecurrentWeights> directions,
        IEnumerable<string>? arguments = null)
    {
        bool hasBias = directions[0].Bias is not null;
        int hidden = directions[0].Recurrent.Columns;
        name = model.Add(
            $"Rnn<{cell}>({hidden})", name, from,
            [.. arguments ?? [], directions.Count > 1 ? "Direction = Direction.Bidirectional" : "", hasBias ? "" : "Bias = false"]);
        for (int i = 0; i < directions.Count; i++)
        {
            var (input, recurrent, bias, second) = directions[i];
            string end = i == 0 ? "_l0" : "_l0_reverse";
            model.Tensor($"{name}.weight_ih{end}", [input.Rows, input.Columns], input.Values);
            model.Tensor($"{name}.weight_hh{end}", [recurrent.Rows, recurrent.Columns], recurrent.Values);
            if (!hasBias)
                continue;
            model.Tensor($"{name}.bias_ih{end}", [input.Rows], bias!);
            model.Tensor($"{name}.bias_hh{end}", [input.Rows], second ?? new float[input.Rows]);
        }

        return name;
    }

    /// <summary>The first number of a value that has so many.</summary>
    public static string First(this ModelText model, string value, int width)
    {
        if (width == 1)
            return value;
        float[] first = new float[width];
        first[0] = 1;
        return model.Dense("skip", value, new(1, width, first), null);
    }

    /// <summary>The arguments of an activation: kind, α and β; none if it is what the attribute has anyway.</summary>
    /// <param name="argument">Activation, GateActivation or OutputActivation.</param>
    /// <param name="function">The function.</param>
    /// <param name="otherwise">What the attribute has anyway.</param>
    public static IEnumerable<string> Function(string argument, ActivationFunction function, Activation otherwise)
    {
        string prefix = argument == "Activation" ? "Activation" : argument[..^"Activation".Length];
        if (function.Kind != otherwise)
            yield return $"{argument} = Activation.{function.Kind}";
        if (function.Alpha is { } alpha)
            yield return $"{prefix}Alpha = {Number(alpha)}";
        if (function.Beta is { } beta)
            yield return $"{prefix}Beta = {Number(beta)}";
    }

    /// <summary>Adds a function of its own.</summary>
    public static string Activate(this ModelText model, string name, string from, ActivationFunction function) => model.Add(
        $"Activation(Activation.{function.Kind})", name, from,
        [function.Alpha is { } a ? $"Alpha = {Number(a)}" : "", function.Beta is { } b ? $"Beta = {Number(b)}" : ""], hasWeights: false);

    /// <summary>The shortest text that is the same number.</summary>
    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}

/// <summary>A function with what is not its default.</summary>
internal readonly record struct ActivationFunction(Activation Kind, double? Alpha = null, double? Beta = null)
{
    public static ActivationFunction Linear => new(Activation.Linear);
}

/// <summary>A direction's weights: [gates · units, inputs], [gates · units, units], a bias, and the second if it is not 0.</summary>
internal readonly record struct RecurrentWeights(Weight Input, Weight Recurrent, float[]? Bias, float[]? Second = null);

/// <summary>A matrix, row by row.</summary>
internal readonly record struct Weight(int Rows, int Columns, float[] Values)
{
    /// <summary>A matrix with α in the diagonal.</summary>
    public static Weight Diagonal(int size, Func<int, float> value)
    {
        float[] values = new float[size * size];
        for (int i = 0; i < size; i++)
            values[i * (size + 1)] = value(i);
        return new(size, size, values);
    }

    /// <summary>Reads a tensor of one or more dimensions, the last of them the columns.</summary>
    public static Weight Of(SafetensorsTensor tensor)
    {
        int columns = tensor.Shape.IsEmpty ? 1 : (int)tensor.Shape[^1];
        return new(columns == 0 ? 0 : (int)(tensor.Count / columns), columns, ValuesOf(tensor));
    }

    /// <summary>The numbers of a tensor.</summary>
    /// <exception cref="InvalidDataException">They are no real numbers, or not finite.</exception>
    public static float[] ValuesOf(SafetensorsTensor tensor)
    {
        if (!tensor.IsReal)
            throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has the type {tensor.Type}, and no real numbers.");
        float[] values = new float[tensor.Count];
        tensor.CopyTo<float>(values);
        return Array.TrueForAll(values, float.IsFinite)
            ? values
            : throw new InvalidDataException($"{FileText.Quote(tensor.Name)} has numbers that are not finite.");
    }

    public Weight Transposed()
    {
        float[] values = new float[Values.Length];
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
                values[(column * Rows) + row] = Values[(row * Columns) + column];
        }

        return new(Columns, Rows, values);
    }

    /// <summary>The rows in another order of gates: gate i comes from <c>order[i]</c>.</summary>
    public Weight Gates(ReadOnlySpan<int> order)
    {
        int size = Values.Length / order.Length;
        float[] values = new float[Values.Length];
        for (int gate = 0; gate < order.Length; gate++)
            Values.AsSpan(order[gate] * size, size).CopyTo(values.AsSpan(gate * size));
        return this with { Values = values };
    }
}
