using System.Runtime.InteropServices;
using System.Text.Json;

namespace RnnGen.Conformance;

/// <summary>
/// A published model in a folder: <c>about.json</c> says what it is, <c>golden.safetensors</c> has inputs and outputs
/// (<c>input.NAME.STREAM</c>, <c>output.NAME.STREAM</c>).
/// </summary>
internal sealed class GoldenFile
{
    private readonly SafetensorsFile golden;
    private readonly double tolerance;

    /// <param name="folder">The folder.</param>
    public GoldenFile(string folder)
    {
        Folder = folder;
        using JsonDocument about = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "about.json")));
        Format = about.RootElement.GetProperty("format").GetString()!;
        Model = Path.Combine(folder, about.RootElement.GetProperty("model").GetString()!);
        tolerance = about.RootElement.GetProperty("tolerance").GetDouble();
        golden = SafetensorsFile.Read(Path.Combine(folder, "golden.safetensors"));
    }

    /// <summary>The folder's name.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>What <c>about.json</c> calls the format.</summary>
    public string Format { get; }

    /// <summary>The path of the model.</summary>
    public string Model { get; }

    /// <summary>The largest difference that was seen, as a share of max(1, |golden|).</summary>
    public double Largest { get; private set; }

    /// <summary>The streams: <c>0</c>, <c>1</c>, …</summary>
    public IEnumerable<string> Streams => golden.Tensors.Where(t => t.Name.StartsWith("input.", StringComparison.Ordinal))
        .Select(t => t.Name[(t.Name.LastIndexOf('.') + 1)..]).Distinct();

    /// <summary>True if a folder has a published model.</summary>
    public static bool IsOne(string folder) =>
        File.Exists(Path.Combine(folder, "about.json")) && File.Exists(Path.Combine(folder, "golden.safetensors"));

    /// <summary>The numbers of the only input of a stream.</summary>
    public double[] Input(string stream) => ValuesOf(golden.Tensors.Single(t => IsOf(t, "input.", stream)));

    /// <summary>The numbers of an output.</summary>
    public double[] Output(string name, string stream) => ValuesOf(golden[$"output.{name}.{stream}"]);

    /// <summary>The names of the outputs that are real numbers.</summary>
    public IEnumerable<string> Outputs(string stream) => golden.Tensors
        .Where(t => t.IsReal && IsOf(t, "output.", stream))
        .Select(t => t.Name["output.".Length..^(stream.Length + 1)]);

    /// <summary>Compares an output, and keeps the largest difference.</summary>
    /// <exception cref="MismatchException">A number is further away than the file's tolerance.</exception>
    public void Compare(string name, string stream, ReadOnlySpan<double> actual)
    {
        double[] expected = Output(name, stream);
        if (expected.Length != actual.Length)
            throw new MismatchException($"{name}.{stream} has {actual.Length} numbers instead of {expected.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
            // A comparison with NaN is false: NaN agrees with nothing.
            if (!(difference <= tolerance))
                throw new MismatchException($"{name}.{stream}[{i}] is {actual[i]:R} instead of {expected[i]:R}");
            Largest = Math.Max(Largest, difference);
        }
    }

    private static bool IsOf(SafetensorsTensor tensor, string kind, string stream) =>
        tensor.Name.StartsWith(kind, StringComparison.Ordinal) && tensor.Name.EndsWith($".{stream}", StringComparison.Ordinal);

    /// <summary>The numbers of a tensor, whatever their type.</summary>
    /// <exception cref="NotSupportedException">No golden has such a type.</exception>
    public static double[] ValuesOf(SafetensorsTensor tensor)
    {
        double[] values = new double[tensor.Count];
        if (tensor.IsReal)
        {
            tensor.CopyTo<double>(values);
            return values;
        }

        byte[] data = tensor.Data.ToArray();
        return tensor.Type switch
        {
            "I32" => Array.ConvertAll(MemoryMarshal.Cast<byte, int>(data).ToArray(), n => (double)n),
            "I64" => Array.ConvertAll(MemoryMarshal.Cast<byte, long>(data).ToArray(), n => (double)n),
            "U8" or "BOOL" => Array.ConvertAll(data, n => (double)n),
            var type => throw new NotSupportedException($"{tensor.Name} has the type {type}"),
        };
    }
}
