using System.Globalization;
using System.Text.Json;
using RnnGen.Onnx;

namespace RnnGen.Conformance;

/// <summary>How a published model came through: whole, in part, or not at all.</summary>
/// <param name="State">whole, partly or refused.</param>
/// <param name="Detail">The largest difference, or the reasons.</param>
internal sealed record FileResult(string State, string Detail);

/// <summary>
/// A folder with an ONNX model, about.json that says how it is run, and golden.safetensors with inputs and outputs: imported, compiled, run
/// and compared.
/// </summary>
internal sealed class GoldenOnnx(string folder, ModelCompiler compiler)
{
    private readonly JsonElement about = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "about.json"))).RootElement;
    private readonly SafetensorsFile golden = SafetensorsFile.Read(Path.Combine(folder, "golden.safetensors"));
    private readonly Dictionary<string, (OnnxImport Import, string? Model)> imports = [];
    private static int models;

    /// <summary>True if the model of a folder, which has one, is an ONNX file.</summary>
    public static bool IsOne(string folder) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "about.json"))).RootElement.TryGetProperty("model", out var model)
        && model.GetString()!.EndsWith(".onnx", StringComparison.Ordinal);

    private JsonElement RunOf => about.GetProperty("run");

    private bool IsStream => RunOf.GetProperty("mode").GetString() == "stream";

    private double Tolerance => about.GetProperty("tolerance").GetDouble();

    /// <summary>Imports, so that all models are compiled at once.</summary>
    public void Prepare()
    {
        foreach (int stream in Streams())
            Of(stream);
    }

    /// <exception cref="MismatchException">A number is wrong.</exception>
    public FileResult Run()
    {
        double largest = 0;
        bool isPartial = false;
        List<string> reasons = [];
        foreach (int stream in Streams())
        {
            var (import, model) = Of(stream);
            // A network between nodes that are not taken has inputs that the golden has not.
            if (model is null
                || (!import.IsComplete && import.Models[0].InputTensors.Any(t => golden.Find($"input.{t.Name}.{stream}") is null)))
                return new("refused", Reasons(import));
            isPartial |= !import.IsComplete;
            if (!import.IsComplete)
                reasons.Add(Reasons(import));
            largest = Math.Max(largest, Compare(stream, import.Models[0], model, reasons, ref isPartial));
        }

        string difference = string.Create(CultureInfo.InvariantCulture, $"{largest:0.0e+0} of {Tolerance:0e+0}");
        return isPartial ? new("partly", $"{difference}; {string.Join("; ", reasons.Distinct())}") : new("whole", difference);
    }

    private static string Reasons(OnnxImport import) => import.NotTaken.Count == 0
        ? "nothing is left of it"
        : $"{import.NotTaken.Count} not taken, the first: {import.NotTaken[0]}";

    private List<int> Streams() => [.. Enumerable.Range(0, 100).Where(k => Names("input", k).Any())];

    private IEnumerable<string> Names(string kind, int stream)
    {
        string start = $"{kind}.", end = $".{stream}";
        return golden.Tensors.Select(t => t.Name)
            .Where(n => n.StartsWith(start, StringComparison.Ordinal) && n.EndsWith(end, StringComparison.Ordinal))
            .Select(n => n[start.Length..^end.Length]);
    }

    /// <summary>The import for a stream: with its constants, and where that is not enough with the sizes of a step.</summary>
    private (OnnxImport Import, string? Model) Of(int stream)
    {
        Dictionary<string, OnnxInput> constants = [];
        string key = "";
        foreach (string name in List("perStream").Where(n => golden.Find($"input.{n}.{stream}") is not null))
        {
            double[] values = Read($"input.{name}.{stream}").Values;
            constants[name] = OnnxInput.Constant(values);
            key += $"{name}={string.Join(",", values)} ";
        }

        if (imports.TryGetValue(key, out var known))
            return known;
        OnnxImport import = Import(constants);
        if (!import.IsComplete && IsStream)
        {
            Dictionary<string, OnnxInput> sized = new(constants);
            foreach (string name in Names("input", stream).Where(n => !constants.ContainsKey(n)))
                sized[name] = OnnxInput.Sized([.. Read($"input.{name}.{stream}").Shape.Skip(1).Select(s => (long?)s)]);
            OnnxImport other = Import(sized);
            if (other.NotTaken.Count < import.NotTaken.Count)
                import = other;
        }

        string? model = import.Models.Count == 0 ? null : compiler.DeclareText(import.Models[0].Declaration, import.Models[0].Name);
        return imports[key] = (import, model);
    }

    private OnnxImport Import(Dictionary<string, OnnxInput> inputs) => OnnxImport.Read(
        Path.Combine(folder, about.GetProperty("model").GetString()!),
        new() { Namespace = "Declared", Name = $"File{Interlocked.Increment(ref models)}", Inputs = inputs });

    private double Compare(int stream, ImportedModel imported, string model, List<string> reasons, ref bool isPartial)
    {
        ForwardModel made = compiler.CreateForward(model);
        made.Load(imported.Weights);
        int width = made.Shape.InputWidth, size = made.Shape.OutputSize;
        var inputs = imported.InputTensors
            .Select(t => (Tensor: t, Places: new Places(t, Read($"input.{t.Name}.{stream}"), IsStream)))
            .ToList();
        int rows = inputs.Max(i => i.Places.Rows), steps = inputs.Max(i => i.Places.Steps);
        double largest = 0;
        Dictionary<string, double[]> states = [];
        List<double[]> outputs = [], finals = [];
        for (int row = 0; row < rows; row++)
        {
            double[] sequence = new double[steps * width];
            foreach (var (tensor, places) in inputs)
            {
                for (int i = 0; i < places.Values.Length; i++)
                {
                    var (ofRow, step, number) = places.Of(i);
                    if (ofRow == row || places.Rows == 1)
                        sequence[(step * width) + tensor.Start + number] = places.Values[i];
                }
            }

            double[] state = new double[made.Shape.StateSize];
            outputs.Add(made.Forward(sequence, state, steps));
            finals.Add(state);
        }

        bool isOnce = made.Shape.OutputSteps == 1;
        foreach (string name in List("outputs").Concat(List("finals")).Distinct())
        {
            Numbers expected = Read($"output.{name}.{stream}");
            double difference;
            if (imported.OutputTensors.FirstOrDefault(t => t.Name == name) is { } output)
            {
                Places places = new(output, expected, IsStream);
                difference = Difference(name, stream, expected, i =>
                {
                    var (row, step, number) = places.Of(i);
                    return outputs[row][((isOnce ? 0 : step) * size) + output.Start + number];
                });
            }
            else if (imported.States.FirstOrDefault(s => s.Output == name) is { } state)
            {
                // Of a stream's steps the last one is the state after the sequence.
                int count = state.Places.Count, first = Math.Max(expected.Values.Length - (count * rows), 0);
                if (rows > 1)
                    throw new MismatchException($"{name} has states of {rows} rows, which are not compared");
                difference = Difference(name, stream, expected, i => i < first || state.Places[i - first] < 0
                    ? expected.Values[i]
                    : finals[0][state.Places[i - first]]);
            }
            else
            {
                isPartial = true;
                reasons.Add($"'{name}' is no output of the model");
                continue;
            }

            largest = Math.Max(largest, difference);
        }

        return largest;
    }

    private double Difference(string name, int stream, Numbers expected, Func<int, double> actual)
    {
        double largest = 0;
        for (int i = 0; i < expected.Values.Length; i++)
        {
            double given = actual(i), difference = Math.Abs(given - expected.Values[i]) / Math.Max(1, Math.Abs(expected.Values[i]));
            if (!(difference <= Tolerance))
                throw new MismatchException($"{name}.{stream}[{i}] is {given:R} instead of {expected.Values[i]:R}");
            largest = Math.Max(largest, difference);
        }

        return largest;
    }

    private IEnumerable<string> List(string name) =>
        RunOf.TryGetProperty(name, out JsonElement list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];

    /// <summary>A tensor of the golden, or the outer product of two that is an input.</summary>
    private Numbers Read(string name)
    {
        string[] parts = name.Split('.');
        if (golden.Find(name) is null && RunOf.TryGetProperty("outer", out JsonElement outer)
            && outer.TryGetProperty(string.Join('.', parts[1..^1]), out JsonElement pair))
        {
            double[][] factors = [.. pair.EnumerateArray().Select(e => Read($"input.{e.GetString()}.{parts[^1]}").Values)];
            return new(
                [1, factors[0].Length, factors[1].Length],
                [.. factors[0].SelectMany(u => factors[1].Select(v => (double)((float)u * (float)v)))]);
        }

        SafetensorsTensor tensor = golden.Find(name) ?? throw new MismatchException($"the golden has no {name}");
        int[] shape = [.. tensor.Shape.ToArray().Select(s => (int)s)];
        return new(shape, GoldenFile.ValuesOf(tensor));
    }

    /// <summary>The row, the step and the place in a step's vector of each number of a tensor.</summary>
    private sealed class Places
    {
        private readonly int[] shape;
        private readonly TensorAxis[] axes;
        private readonly IReadOnlyList<int>? order;

        public Places(ImportedTensor tensor, Numbers numbers, bool isStream)
        {
            (shape, Values, order) = (numbers.Shape, numbers.Values, tensor.Order);
            axes = isStream ? [TensorAxis.Steps, .. tensor.Axes] : [.. tensor.Axes];
            // A symbol is one number, whatever vector it stands for.
            if (axes.Length != shape.Length)
                throw new MismatchException($"{tensor.Name} has {shape.Length} axes, and the import says {axes.Length}");
            Rows = Product(TensorAxis.Rows);
            Steps = Product(TensorAxis.Steps);
        }

        public double[] Values { get; }

        public int Rows { get; }

        public int Steps { get; }

        public (int Row, int Step, int Number) Of(int index)
        {
            int row = 0, step = 0, number = 0, rows = 1, steps = 1, numbers = 1, rest = index;
            for (int i = shape.Length - 1; i >= 0; i--)
            {
                int at = rest % shape[i];
                rest /= shape[i];
                switch (axes[i])
                {
                    case TensorAxis.Rows:
                        row += at * rows;
                        rows *= shape[i];
                        break;
                    case TensorAxis.Steps:
                        step += at * steps;
                        steps *= shape[i];
                        break;
                    default:
                        number += at * numbers;
                        numbers *= shape[i];
                        break;
                }
            }

            return (row, step, order?[number] ?? number);
        }

        private int Product(TensorAxis axis) => shape.Where((_, i) => axes[i] == axis).Aggregate(1, (p, s) => p * s);
    }
}
