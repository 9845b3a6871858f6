using System.CommandLine;
using RnnGen.Formats;
using RnnGen.Onnx;

namespace RnnGen.Tool;

/// <summary>The command line: what there is, and what is done with it.</summary>
internal static class Cli
{
    private const int LongestLine = 4000;

    /// <param name="output">Receives the results.</param>
    /// <param name="errors">The writer of error messages.</param>
    /// <param name="directory">The working directory.</param>
    public static RootCommand Create(TextWriter output, TextWriter errors, string directory) =>
        new("Imports, exports, lists and checks models and weights of RnnGen.")
    {
        Import(output, errors), Export(output, errors), Inspect(output, errors), Verify(output, errors, directory),
    };

    private static Command Import(TextWriter output, TextWriter errors)
    {
        Argument<FileInfo> file = new("file")
        {
            Description = "A model with its weights: ONNX (also weights in files beside it), Keras (.keras, .h5), TensorFlow Lite, NAM, "
                + "GuitarML, AIDA-X or RTNeural.",
        };
        Option<string> nameSpace = new("--namespace") { Description = "The namespace of the class.", DefaultValueFactory = _ => "" };
        Option<string?> name = new("--name") { Description = "The class; the file's name by default." };
        Option<DirectoryInfo> directory =
            new("--output")
            {
                Description = "Where NAME.cs and NAME.safetensors go; here by default.",
                DefaultValueFactory = _ => new(".")
            };
        Option<int> steps = new("--steps") { Description = "Steps that BPTT is unrolled over.", DefaultValueFactory = _ => 32 };
        Option<bool> partial = new("--partial") { Description = "Write the networks between nodes that cannot be imported." };
        Option<bool> force = new("--force") { Description = "Replace files that exist." };
        Option<string[]> input = new("--input")
        {
            Description = "What an input always is: sr=16000, or its shape: x=[1,576] with ? for an open size.",
            DefaultValueFactory = _ => [],
        };
        Command command = new(
            "import",
            "Turns another framework's model into a declaration and a file of weights.")
            {
                file, nameSpace, name, directory, steps, partial, force, input
            };
        command.SetAction(result => Run(errors, () =>
        {
            FileInfo path = result.GetRequiredValue(file);
            OnnxImportOptions options = new()
            {
                Namespace = result.GetValue(nameSpace)!,
                Name = ClassName(result.GetValue(name), path.Name, output),
                Steps = result.GetValue(steps),
                Inputs = Importer.Inputs(result.GetValue(input)!),
            };
            Imported imported = Importer.Read(path.FullName, options);
            return Importer.Write(
                imported, result.GetValue(directory)!.FullName, result.GetValue(partial), result.GetValue(force), output, errors);
        }));
        return command;
    }

    /// <summary>The name that was asked for, or the file's; another like it, if the class itself uses that name.</summary>
    private static string ClassName(string? asked, string file, TextWriter output)
    {
        if (asked is null)
            return CSharpName.From(Path.GetFileNameWithoutExtension(file));
        if (!CSharpName.IsTaken(asked))
            return asked;
        string free = CSharpName.From(asked);
        output.WriteLine($"A class {asked} would have the name of something that it uses; this is {free}.");
        return free;
    }

    private static Command Export(TextWriter output, TextWriter errors)
    {
        Argument<FileInfo> assembly = new("assembly") { Description = "The compiled program or library that has the model's class." };
        Option<string?> model =
            new("--model") { Description = "The class with its namespace; the only one that the weights fit by default." };
        Option<FileInfo> weights = new("--weights") { Description = "The file that the model's Save wrote.", Required = true };
        Option<FileInfo> target = new("--output") { Description = "The ONNX file.", Required = true };
        Option<OnnxForm> form = new("--form") { Description = "sequence: whole sequences; stream: with states as inputs and outputs." };
        Option<int> operators = new("--opset")
        {
            Description = "The version of ONNX's operators, 15 to 24.",
            DefaultValueFactory = _ => 17,
        };
        Option<bool> int8 = new("--int8") { Description = "Keep matrices in 8 bits." };
        Option<string[]> metadata = new("--metadata") { Description = "KEY=TEXT that the file has.", DefaultValueFactory = _ => [] };
        Command command = new("export", "Writes a trained model as ONNX.")
        {
            assembly, model, weights, target, form, operators, int8, metadata
        };
        command.SetAction(result => Run(errors, () =>
        {
            FileInfo library = result.GetRequiredValue(assembly);
            using SafetensorsFile tensors = SafetensorsFile.Open(result.GetRequiredValue(weights).FullName);
            Type type = ModelFinder.Find(library.DirectoryName!, library.FullName, result.GetValue(model), tensors);
            byte[] file = OnnxExport.ToBytes(type, tensors, new OnnxExportOptions
            {
                Form = result.GetValue(form),
                OperatorSet = result.GetValue(operators),
                Int8 = result.GetValue(int8),
                Metadata = Importer.Metadata(result.GetValue(metadata)!),
            });
            AtomicFile.Write(result.GetRequiredValue(target).FullName, stream => stream.Write(file));
            output.WriteLine($"{result.GetRequiredValue(target).Name}: {file.Length:N0} bytes");
            return 0;
        }));
        return command;
    }

    private static Command Inspect(TextWriter output, TextWriter errors)
    {
        Argument<FileInfo> file = new("file") { Description = "A model or weights, in any format that RnnGen knows." };
        Command command = new("inspect", "Says what a file is and which reader takes it, and lists its tensors, layers or nodes.") { file };
        command.SetAction(result => Run(errors, () =>
        {
            Inspection.Write(result.GetRequiredValue(file).FullName, output);
            return 0;
        }));
        return command;
    }

    private static Command Verify(TextWriter output, TextWriter errors, string directory)
    {
        Argument<FileInfo> weights = new("weights") { Description = "The model's weights, safetensors." };
        Option<FileInfo> golden = new("--golden")
        {
            Description = "safetensors with 'input' [steps, numbers] (symbols: [steps]) and 'output' [steps, numbers]; several as "
                + "input.1, output.1, …",
            Required = true
        };
        Option<FileInfo?> assembly = new("--assembly")
        {
            Description = "The compiled program or library that has the model's class, whose "
            + "code is run; by default the newest builds in bin folders here and below."
        };
        Option<string?> model =
            new("--model") { Description = "The class with its namespace; the only one that the weights fit by default." };
        Option<double> tolerance =
            new("--tolerance") { Description = "The largest difference that passes.", DefaultValueFactory = _ => 1e-5 };
        Command command = new(
            "verify", "Runs a model and compares its outputs with those of another program.")
        {
            weights, golden, assembly, model, tolerance
        };
        command.SetAction(result => Run(errors, () =>
        {
            using SafetensorsFile tensors = SafetensorsFile.Open(result.GetRequiredValue(weights).FullName);
            using SafetensorsFile expected = SafetensorsFile.Open(result.GetRequiredValue(golden).FullName);
            Type type = ModelFinder.Find(directory, result.GetValue(assembly)?.FullName, result.GetValue(model), tensors);
            output.WriteLine($"{type} in {Path.GetRelativePath(directory, type.Assembly.Location)}");
            return Verification.Run(type, tensors, expected, result.GetValue(tolerance), output);
        }));
        return command;
    }

    /// <summary>
    /// Mistakes of users and files give a message and exit code 1; any other exception is a defect of the tool and is shown as one.
    /// </summary>
    private static int Run(TextWriter errors, Func<int> action)
    {
        try
        {
            return action();
        }
        catch (Exception problem) when (problem
            is IOException or InvalidDataException or UnauthorizedAccessException
            or ArgumentException or NotSupportedException or BadImageFormatException)
        {
            // Lists have lines of their own.
            foreach (string line in problem.Message.Split('\n'))
                errors.WriteLine(FileText.Escape(line, LongestLine));
            return 1;
        }
    }
}
