using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;

namespace RnnGen.Tool;

/// <summary>Compares a model's outputs with those that something else computed.</summary>
internal static class Verification
{
    private const int LongestName = 100;

    /// <returns>0 if all differences are within the tolerance.</returns>
    /// <exception cref="InvalidDataException">Weights or golden outputs do not fit the model.</exception>
    public static int Run(Type type, SafetensorsFile weights, SafetensorsFile golden, double tolerance, TextWriter output) =>
        (int)ModelFinder.Call(type, typeof(Verification), nameof(Compare), weights, golden, tolerance, output)!;

    private static int Compare<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, SafetensorsFile weights, SafetensorsFile golden, double tolerance, TextWriter output)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        WeightFile.Load(weights, model.Parameters);
        List<SafetensorsTensor> inputs =
            [.. golden.Tensors.Where(t => t.Name == "input" || t.Name.StartsWith("input.", StringComparison.Ordinal))];
        if (inputs.Count == 0)
            throw new InvalidDataException("The golden file has no tensor 'input'.");
        bool passes = true;
        foreach (SafetensorsTensor input in inputs)
        {
            string name = "output" + input.Name["input".Length..];
            SafetensorsTensor wanted = golden.Find(name)
                ?? throw new InvalidDataException($"The golden file has a tensor {FileText.Quote(input.Name)}, but no "
                    + $"{FileText.Quote(name)}.");
            double[] expected = Read(wanted);
            T[] actual = new T[expected.Length];
            TState state = default;
            model.Forward(ToInputs<TInput>(Read(input)), ref state, actual);
            double largest = expected.Zip(actual, (e, a) => Math.Abs(e - Convert.ToDouble(a, CultureInfo.InvariantCulture)))
                .Aggregate(0.0, (m, d) => double.IsNaN(d) ? d : Math.Max(m, d));
            bool isClose = largest <= tolerance;
            passes &= isClose;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{(isClose ? "agrees " : "differs")}  {FileText.Escape(name, LongestName)}: {expected.Length} numbers, largest "
                + $"difference {largest:E2}"));
        }

        return passes ? 0 : 1;
    }

    private static TInput[] ToInputs<TInput>(double[] values) where TInput : unmanaged =>
        typeof(TInput) == typeof(int) ? MemoryMarshal.Cast<int, TInput>(Array.ConvertAll(values, v => checked((int)v))).ToArray()
        : typeof(TInput) == typeof(float) ? MemoryMarshal.Cast<float, TInput>(Array.ConvertAll(values, v => (float)v)).ToArray()
        : MemoryMarshal.Cast<double, TInput>(values).ToArray();

    /// <summary>Real numbers, or symbols as integers.</summary>
    private static double[] Read(SafetensorsTensor tensor)
    {
        double[] values = new double[tensor.Count];
        ReadOnlySpan<byte> data = tensor.Data.Span;
        switch (tensor.Type)
        {
            case "I64":
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt64LittleEndian(data[(8 * i)..]);
                break;
            case "I32":
                for (int i = 0; i < values.Length; i++)
                    values[i] = BinaryPrimitives.ReadInt32LittleEndian(data[(4 * i)..]);
                break;
            case var type when !tensor.IsReal:
                throw new InvalidDataException($"The golden tensor {FileText.Quote(tensor.Name)} has the type {type}.");
            default:
                tensor.CopyTo<double>(values);
                break;
        }

        return values;
    }
}
