using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Passes;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes a model: the file of its public members, and the file of its kernels.</summary>
internal sealed class ModelWriter
{
    private readonly ModelLayout model;
    private readonly ModelDeclaration declaration;
    private readonly string real;

    private ModelWriter(ModelDeclaration declaration)
    {
        this.declaration = declaration;
        model = ModelLayout.Of(declaration, MatrixFormat.Full);
        real = model.Real;
    }

    /// <summary>The members that a user sees, the kernels behind them, and those of each format with fewer bytes: what the file's name ends with, and its text.</summary>
    public static IEnumerable<(string Suffix, string Text)> Write(ModelDeclaration declaration)
    {
        var writer = new ModelWriter(declaration);
        yield return ("", writer.WriteMembers());
        yield return (".Kernels", WriteKernels(writer.model));
        // No model is called Kernels, so no other file can have this name.
        foreach (var format in declaration.Formats)
            yield return ($".{format.Name}.Kernels", WriteKernels(ModelLayout.Of(declaration, format)));
    }

    private string WriteMembers()
    {
        var writer = new CodeWriter();
        Summary.WriteHeader(writer, model, "enable");
        using (Namespace(writer))
        using (writer.Block($"partial class {declaration.Name} : {Api.Interface(model, $"{declaration.Name}")}"))
        {
            WriteConstants(writer);
            WriteFields(writer);
            if (model.Encoder is null)
                new StreamWriter(writer, model).Write();
            else
                new JointWriter(writer, model).Write();
            WriteTraining(writer);
            WriteFiles(writer);
            writer.Blank();
            new SummaryWriter(writer, model).Write();
            foreach (var format in declaration.Formats)
                new CompressedWriter(writer, ModelLayout.Of(declaration, format)).Write();
            new StateWriter(writer, model).Write();
            writer.Blank();
            if (model.Encoder is not null)
                new MemoryWriter(writer, model).Write();
            writer.Blank();
            new TapeWriter(writer, model).Write();
            writer.Blank();
            WriteTrainer(writer);
            WriteDispatch(writer);
            writer.Blank();
            new TableWriter(writer, model).Write();
        }

        return writer.ToString();
    }

    private static string WriteKernels(ModelLayout model)
    {
        var writer = new CodeWriter();
        new KernelFile(writer, model).Write();
        return writer.ToString();
    }

    private IDisposable Namespace(CodeWriter writer) =>
        declaration.Namespace.Text.Length == 0 ? new NoNamespace() : writer.Block($"namespace {declaration.Namespace}");

    private void WriteConstants(CodeWriter writer)
    {
        if (declaration.Joint is { } joint)
        {
            Constant("int", "SourceSteps", $"{joint.Encoder.Steps}", "Steps of the longest source.");
            Constant("int", "SourceSize", $"{joint.Encoder.Source.Symbols}", joint.Encoder.Source.Kind == SourceKind.Input ? "Numbers of a source's step." : "Symbols that a source can have: 0 to <see cref=\"SourceSize\"/> − 1.");
            if (joint.Start is { } start)
                Constant("int", "Start", $"{start}", "The decoder's first input.");
            if (joint.End is { } end)
                Constant("int", "End", $"{end}", "The symbol that ends a target.");
        }

        Constant("int", "Steps", $"{declaration.Steps}", declaration.Joint is null ? "Steps that BPTT is unrolled over." : "Steps of the longest target, its end included.");
        Constant("int", "InputSize", $"{declaration.Source.Symbols}", model.IsSymbolic ? "Symbols that an input can be: 0 to <see cref=\"InputSize\"/> − 1." : "Numbers of an input.");
        Constant("int", "OutputSize", $"{model.OutputSize}", model.Heads.Count == 1 ? "Numbers of an output." : $"Numbers of an output: {string.Join(", ", model.Heads.Select((h, i) => $"{h.Size} of head {i + 1}"))}.");
        Constant("int", "StateSize", $"{model.StateSize}", "Numbers that a stream remembers between steps.");
        Constant("long", "ParameterCount", $"{model.ParameterCount}", "Trained parameters.");
        Constant("long", "FlopPerStep", $"{model.FlopPerStep}", "Floating-point operations of the matrix products of one step of one row.");

        void Constant(string type, string name, string value, string summary)
        {
            writer.Line($"/// <summary>{summary}</summary>");
            writer.Line($"public const {type} {name} = {value};");
            writer.Blank();
        }
    }

    private void WriteFields(CodeWriter writer)
    {
        writer.Line("// Calls read it once, when they begin.");
        writer.Line($"private volatile global::RnnGen.ParameterSet<{real}> weights;");
        writer.Blank();
        writer.Line("/// <summary>A new model with random parameters.</summary>");
        writer.Line("/// <param name=\"seed\">The same seed gives the same parameters on every machine.</param>");
        writer.Line("/// <param name=\"initialization\">How they are drawn; PyTorch's way if null.</param>");
        using (writer.Block($"public {declaration.Name}(ulong seed = 0, global::RnnGen.Initialization? initialization = null)"))
        {
            writer.Line($"global::RnnGen.Numerics.AlignedBuffer<{real}> values = new({model.WeightCount});");
            writer.Line("(initialization ?? global::RnnGen.Initialization.PyTorch).Apply(ParameterTable, values, seed);");
            writer.Line("weights = new(ParameterTable, values);");
        }

        writer.Blank();
        writer.Line($"[global::System.Diagnostics.CodeAnalysis.SetsRequiredMembers]\nprivate {declaration.Name}(global::RnnGen.ParameterSet<{real}> weights) => this.weights = weights;");
        writer.Blank();
        writer.Line("/// <summary>The parameters under PyTorch's names, in PyTorch's shapes: those that the next call will use. <see cref=\"Load\"/> replaces the whole set.</summary>");
        writer.Line($"public global::RnnGen.ParameterSet<{real}> Parameters => weights;");
        writer.Blank();
        writer.Line("/// <summary>A new model with a copy of the parameters as they are now: what training and loading do to this one does not change it.</summary>");
        writer.Line("/// <remarks>It waits for an update that is under way, on whatever thread, so that it is what some number of updates have made.</remarks>");
        writer.Line($"public {declaration.Name} Snapshot() => new(weights.Copy());");
        writer.Blank();
    }

    private void WriteTraining(CodeWriter writer)
    {
        bool onRequest = this.model.Sources.Any(s => s.IsInput);
        writer.Line("/// <summary>Memory for batches of some rows, to run forward and back step by step oneself.</summary>");
        writer.Line("/// <param name=\"rows\">Sequences side by side: at least 1.</param>");
        if (onRequest)
            writer.Line("/// <param name=\"inputGradients\">Whether the backward pass also computes the gradients of the inputs.</param>");
        writer.Line($"public Tape CreateTape(int rows{(onRequest ? ", bool inputGradients = false" : "")}) => new(this, rows{(onRequest ? ", inputGradients" : "")});");
        writer.Blank();
        writer.Line("/// <summary>A trainer of this model.</summary>");
        writer.Line("/// <param name=\"optimizer\">How gradients move parameters.</param>");
        writer.Line("public Trainer CreateTrainer(global::RnnGen.Optimizer optimizer) => new(this, optimizer);");
        writer.Blank();
        string model = Api.Interface(this.model);
        writer.Line($"global::RnnGen.Generated.ModelShape {(this.model.Encoder is null ? Api.Inference(this.model) : model)}.Shape => Shape;\n");
        string heads = string.Join(", ", this.model.Heads.Select(h => $"new({h.Size}, {(h.Loss == LossKind.SoftmaxCrossEntropy ? "true" : "false")}{(h.Loss == LossKind.SigmoidCrossEntropy ? ", IsProbability: true" : "")})"));
        writer.Line($"private static readonly global::RnnGen.Generated.ModelShape Shape = new(Steps, {(this.model.InputsOnce ? "1" : "Steps")}, InputSize, {(this.model.IsSymbolic ? "1" : "InputSize")}, {(this.model.OutputsOnce ? "1" : "Steps")}, OutputSize, StateSize, [{heads}]{(this.model.OutputsOnce ? ", IsPooled: true" : "")}{(this.model.NeedsWholeSequence ? ", NeedsWholeSequence: true" : "")});\n");
        if (declaration.Joint is { } joint)
        {
            writer.Line($"global::RnnGen.Generated.SourceShape {model}.SourceShape => Source;\n");
            string width = joint.Encoder.Source.Kind == SourceKind.Input ? "SourceSize" : "1";
            writer.Line($"private static readonly global::RnnGen.Generated.SourceShape Source = new(SourceSteps, SourceSize, {width}, {this.model.Attentions.Count()}, HasBridge: {(joint.Bridge == BridgeKind.None ? "false" : "true")});\n");
        }

        writer.Line($"{model} {model}.Snapshot() => Snapshot();\n");
        writer.Line($"void global::RnnGen.ITrainedModel<{real}>.Publish(global::RnnGen.ParameterSet<{real}> parameters)\n{{\n    global::RnnGen.Generated.Guard.Parameters(parameters, ParameterTable, nameof(parameters));\n    weights = parameters;\n}}\n");
        string tape = onRequest ? "CreateTape(rows, inputGradients)"
            : "inputGradients ? throw new global::System.ArgumentException(\"The inputs are symbols, which have no gradient.\", nameof(inputGradients)) : CreateTape(rows)";
        writer.Line($"{Api.Tape(this.model)} {model}.CreateTape(int rows, bool inputGradients) => {tape};\n");
        writer.Line($"{Api.Trainer(this.model)} {model}.CreateTrainer(global::RnnGen.Optimizer optimizer) => CreateTrainer(optimizer);");
        writer.Blank();
    }

    private static void WriteFiles(CodeWriter writer)
    {
        writer.Line("""
            /// <summary>Writes the weights as a safetensors file, under PyTorch's names and in PyTorch's shapes.</summary>
            /// <param name="path">Where to; an existing file is replaced as a whole.</param>
            public void Save(string path) => global::RnnGen.WeightFile.Save(path, Parameters);

            /// <summary>
            /// Reads the weights from a safetensors file and puts them in the place of the old ones at once, as a whole: calls that have begun go on with those that they
            /// began with. If the file does not fit, nothing changes.
            /// </summary>
            /// <param name="path">The file.</param>
            /// <exception cref="global::System.IO.InvalidDataException">The file is broken, or its tensors do not fit: the message lists all that is wrong.</exception>
            public void Load(string path) => weights = global::RnnGen.WeightFile.Read(path, weights);
            """);
    }

    private void WriteTrainer(CodeWriter writer)
    {
        writer.Line("/// <summary>Trains the model: forward, loss, BPTT and an update as one call. Not for several threads at once.</summary>");
        bool isSymbolic = declaration.Joint?.Start is not null;
        using (writer.Block($"public sealed record Trainer : {(isSymbolic ? Api.SymbolTrainer(model) : Api.Trainer(model))}"))
        using (writer.Block($"internal Trainer({declaration.Name} model, global::RnnGen.Optimizer optimizer)\n    : base(model, optimizer{(isSymbolic ? $", start: global::{declaration.FullName}.Start, end: global::{declaration.FullName}.End" : "")})"))
        {
        }
    }

    private void WriteDispatch(CodeWriter writer)
    {
        Run(ModelMethod.Infer, InferenceWriter.Parameters(model), model.Encoder is null ? "ref weights, ref scratch, inputs, ref state, outputs" : "ref weights, ref scratch, inputs, memory, ref state, outputs, attention");
        if (InferenceWriter.HasRows(model))
            Run(ModelMethod.InferRows, InferenceWriter.RowsParameters(model), "ref weights, ref scratch, inputs, states, outputs");
        if (model.Encoder is not null)
            Run(ModelMethod.Encode, InferenceWriter.EncodeParameters(model), "ref weights, ref scratch, inputs, memory, ref state");
        Run(ModelMethod.Forward, $"Tape tape, ref {real} weights", "tape, ref weights");
        Run(ModelMethod.Backward, $"Tape tape, ref {real} weights, ref {real} gradients, global::System.ReadOnlySpan<State> finalStateGradients", "tape, ref weights, ref gradients, finalStateGradients");

        void Run(ModelMethod method, string parameters, string arguments) => WriteRun(writer, model, method, parameters, arguments);
    }

    /// <summary>A method that goes to the kernels of the widest vectors there are.</summary>
    public static void WriteRun(CodeWriter writer, ModelLayout model, ModelMethod method, string parameters, string arguments)
    {
        var widths = model.Widths(method);
        string kernels = $"global::{Api.KernelsOf(model)}.Kernels";
        string lanes = $"{Api.Numerics}.{(model.Declaration.IsDouble ? "Double" : "Float")}";
        writer.Blank();
        using (writer.Block($"private static void Run{method}({parameters})"))
        {
            foreach (int width in widths)
            {
                writer.Line($"{(width == widths[0] ? "if" : "else if")} ({Api.Vectors}.Vector{width}.IsHardwareAccelerated)");
                writer.Line($"    {kernels}<{lanes}{width}>.{method}({arguments});");
            }

            writer.Line($"else\n    {kernels}<{lanes}1>.{method}({arguments});");
        }
    }

    private sealed class NoNamespace : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
