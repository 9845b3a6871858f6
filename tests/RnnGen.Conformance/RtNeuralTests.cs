using System.Globalization;
using System.Text;
using System.Text.Json;
using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>RTNeural's models in JSON, with the signals that Python's frameworks gave.</summary>
public class RtNeuralTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    /// <summary>A model that has signals beside it reproduces them; one called bad is refused.</summary>
    [SuiteFact]
    public void Models()
    {
        using ModelCompiler compiler = new();
        Suite suite = new("rtneural");
        foreach (var (path, root) in CaseFolders.Json)
        {
            string name = Path.GetFileNameWithoutExtension(path), stem = path[..^".json".Length];
            if (File.Exists(stem + "_x_python.csv"))
                suite.Add(name, () => Prepare(path, stem, compiler));
            else if (name.StartsWith("bad", StringComparison.Ordinal)
                && (CaseFolders.FolderOf(path) == "rtneural"
                    || (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("layers", out _))))
                suite.Add(name, () => () => IsRefused(path));
        }

        suite.Finish(output, announcer);
    }

    private static Action Prepare(string path, string stem, ModelCompiler compiler)
    {
        var file = RtNeuralFile.Read(path);
        StringBuilder declaration = new();
        List<LayerWeights> layers = [];
        if (file.Metadata.Count > 0)
            DeclareLayers(file, declaration, layers);
        else
            DeclareModules(file, declaration, layers);
        string model = compiler.Declare(16, Precision.Float, $"{declaration}[SquaredError]");
        return () =>
        {
            var made = compiler.Create(model);
            made.Load(file, layers);
            double[] x = Column(stem + "_x_python.csv"), y = Column(stem + "_y_python.csv");
            Compare.Close(y, made.Forward(x, new double[made.Shape.StateSize]), 1e-5, 0, "y");
        };
    }

    /// <summary>Keras' list of layers: weights are in Keras' layouts.</summary>
    private static void DeclareLayers(SafetensorsFile file, StringBuilder declaration, List<LayerWeights> layers)
    {
        declaration.AppendLine(CultureInfo.InvariantCulture, $"[Input({file.Tensors[0].Shape[0]})]");
        for (int layer = 0; file.Metadata.TryGetValue($"layers.{layer}.type", out string? type); layer++)
        {
            string name = $"layer{layer}", units = file.Metadata[$"layers.{layer}.units"];
            string activation = file.Metadata[$"layers.{layer}.activation"];
            string function = activation == "" ? "" : $", Activation = Activation.{Enum.Parse<Activation>(activation, ignoreCase: true)}";
            var (element, layout) = type switch
            {
                "gru" => ($"Rnn<Gru>({units}", KerasLayout.Gru),
                "lstm" => ($"Rnn<Lstm>({units}", KerasLayout.Lstm),
                "dense" or "time-distributed-dense" => ($"Dense({units}", KerasLayout.Dense),
                _ => throw new OutOfScopeException($"layer {type}"),
            };
            declaration.AppendLine(CultureInfo.InvariantCulture, $"[{element}{function}, Name = \"{name}\")]");
            layers.Add(new(name, layout) { Prefix = $"layers.{layer}." });
        }
    }

    /// <summary>A state_dict: modules in the order of their tensors, and each gate a block of rows.</summary>
    private static void DeclareModules(SafetensorsFile file, StringBuilder declaration, List<LayerWeights> layers)
    {
        foreach (var module in file.Tensors.GroupBy(t => t.Name[..t.Name.IndexOf('.', StringComparison.Ordinal)]))
        {
            var weight = module.First(t => t.Name.Contains("weight", StringComparison.Ordinal));
            if (layers.Count == 0)
                declaration.AppendLine(CultureInfo.InvariantCulture, $"[Input({weight.Shape[1]})]");
            if (module.FirstOrDefault(t => t.Name.Contains("weight_hh_l0", StringComparison.Ordinal)) is { } recurrent)
            {
                long hidden = recurrent.Shape[1];
                var (cell, layout) = (recurrent.Shape[0] / hidden) switch
                {
                    4 =>
                    ("Lstm", PyTorchLayout.Lstm),
                    3 => ("Gru", PyTorchLayout.Gru),
                    _ => ("SimpleRnn", PyTorchLayout.Rnn)
                };
                int depth = module.Count(t => t.Name.Contains("weight_hh_l", StringComparison.Ordinal));
                declaration.AppendLine(CultureInfo.InvariantCulture, $"[Rnn<{cell}>({hidden}, Depth = {depth}, Name = \"{module.Key}\")]");
                layers.Add(new(module.Key, layout) { Prefix = module.Key + "." });
            }
            else
            {
                declaration.AppendLine(CultureInfo.InvariantCulture, $"[Dense({weight.Shape[0]}, Name = \"{module.Key}\")]");
                layers.Add(new(module.Key, PyTorchLayout.Linear) { Prefix = module.Key + "." });
            }
        }
    }

    private static void IsRefused(string path)
    {
        try
        {
            RtNeuralFile.Read(path);
        }
        catch (InvalidDataException)
        {
            return;
        }

        throw new MismatchException("read, and should be refused");
    }

    private static double[] Column(string path) =>
        [.. File.ReadLines(path)
            .Where(line => line.Length > 0)
            .SelectMany(line => line.Split(','))
            .Select(value => double.Parse(value, CultureInfo.InvariantCulture))];
}
