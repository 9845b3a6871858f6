using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>A tensor of a case: a shape and its numbers, row by row.</summary>
internal sealed record Numbers(int[] Shape, double[] Values)
{
    /// <summary>Reads {"shape": […], "data": […]}; what is not finite is written as a text.</summary>
    public static Numbers Read(JsonElement element)
    {
        int[] shape = [.. element.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())];
        double[] values = [.. element.GetProperty("data").EnumerateArray().Select(Number)];
        return new(shape, values);
    }

    /// <summary>Reads a tensor of a safetensors file; whole numbers too.</summary>
    public static Numbers Read(SafetensorsTensor tensor)
    {
        double[] values = new double[tensor.Count];
        if (tensor.IsReal)
            tensor.CopyTo<double>(values);
        else if (tensor.Type == "I64")
            values = [.. Enumerable.Range(0, values.Length).Select(i => (double)BitConverter.ToInt64(tensor.Data.Span[(8 * i)..]))];
        else
            throw new NotSupportedException($"{tensor.Name} has the type {tensor.Type}");
        return new([.. tensor.Shape.ToArray().Select(size => (int)size)], values);
    }

    /// <summary>As a tensor of a file, of the model's type.</summary>
    public SafetensorsTensor Name(string name) => SafetensorsTensor.Create<double>(name, Shape, Values);

    /// <summary>The numbers [last][first][…] for [first][last][…].</summary>
    public Numbers SwapFirstTwo()
    {
        int first = Shape[0], second = Shape[1], rest = Shape.Skip(2).Aggregate(1, (a, b) => a * b);
        double[] swapped = new double[Values.Length];
        for (int i = 0; i < first; i++)
        {
            for (int j = 0; j < second; j++)
                Array.Copy(Values, ((i * second) + j) * rest, swapped, ((j * first) + i) * rest, rest);
        }

        return new([second, first, .. Shape.Skip(2)], swapped);
    }

    /// <summary>The numbers of a part of the first dimension.</summary>
    public double[] Slice(int index) => Values.AsSpan(Values.Length / Shape[0] * index, Values.Length / Shape[0]).ToArray();

    private static double Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => 1,
        JsonValueKind.False => 0,
        _ => double.Parse(element.GetString()!, System.Globalization.CultureInfo.InvariantCulture),
    };
}

/// <summary>Numbers of cases, which are double, as numbers or symbols of models, and back.</summary>
internal static class Elements
{
    public static TElement[] To<TElement>(ReadOnlySpan<double> values) where TElement : unmanaged =>
        [.. values.ToArray().Select(value => (TElement)Convert.ChangeType(value, typeof(TElement), null))];

    public static double[] From<TElement>(ReadOnlySpan<TElement> values) where TElement : unmanaged =>
        [.. values.ToArray().Select(value => Convert.ToDouble(value, null))];
}

/// <summary>Says where numbers are not what was expected.</summary>
internal static class Compare
{
    /// <summary>Throws unless all numbers are within absolute + relative · |expected|.</summary>
    public static void Close(IReadOnlyList<double> expected, IReadOnlyList<double> actual, double absolute, double relative, string what)
    {
        if (expected.Count != actual.Count)
            throw new MismatchException($"{what} has {actual.Count} numbers instead of {expected.Count}");
        for (int i = 0; i < expected.Count; i++)
        {
            // A comparison with NaN is false: NaN agrees with nothing.
            if (!(Math.Abs(expected[i] - actual[i]) <= absolute + (relative * Math.Abs(expected[i]))))
                throw new MismatchException($"{what}[{i}] is {actual[i]:R} instead of {expected[i]:R}");
        }
    }
}

/// <summary>A case's outputs are not what they should be.</summary>
internal sealed class MismatchException(string message) : Exception(message);

/// <summary>A case asks for what RnnGen does not do.</summary>
internal sealed class OutOfScopeException(string message) : Exception(message);
