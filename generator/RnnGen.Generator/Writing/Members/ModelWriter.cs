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

    /// <summary>
    /// The members that a user sees, the kernels behind them, and those of each format with fewer bytes: what the file's name ends with,
    /// and its text.
    /// </summary>
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
        writer.Line("#pragma warning disable CS1591 // overrides have the documentation of what they override");
        writer.Line(Api.Aliases);
        writer.Blank();
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
            WriteInterfaces(writer);
            WriteFiles(writer);
            writer.Blank();
            new SummaryWriter(writer, model).WriteMembers();
            foreach (var format in declaration.Formats)
                new CompressedWriter(writer, ModelLayout.Of(declaration, format)).Write();
            if (model.Inputs.Count > 0)
                new InputsWriter(writer, model).Write();
            new StateWriter(writer, model).Write();
            if (model.Encoder is not null)
                new MemoryWriter(writer, model).Write();
            new TapeWriter(writer, model).Write();
            WriteTrainer(writer);
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
            Constant(
                "int", "SourceSize", $"{joint.Encoder.Source.Symbols}",
                joint.Encoder.Source.Kind == SourceKind.Input
                    ? "Numbers of a source's step."
                    : "Symbols that a source can have: 0 to <see cref=\"SourceSize\"/> − 1.");
            if (joint.Start is { } start)
                Constant("int", "Start", $"{start}", "The decoder's first input.");
            if (joint.End is { } end)
                Constant("int", "End", $"{end}", "The symbol that ends a target.");
        }

        Constant(
            "int", "Steps", $"{declaration.Steps}",
            declaration.Joint is null ? "Steps that BPTT is unrolled over." : "Steps of the longest target, its end included.");
        Constant(
            "int", "InputSize", $"{declaration.Source.Symbols}",
            model.IsSymbolic ? "Symbols that an input can be: 0 to <see cref=\"InputSize\"/> − 1." : "Numbers of an input.");
        Constant(
            "int", "OutputSize", $"{model.OutputSize}",
            model.Heads.Count == 1
                ? "Numbers of an output."
                : $"Numbers of an output: {string.Join(", ", model.Heads.Select((h, i) => $"{h.Size} of head {i + 1}"))}.");
        Constant("int", "StateSize", $"{model.StateSize}", "Numbers that a stream remembers between steps.");
        Constant("long", "ParameterCount", $"{model.ParameterCount}", "Trained parameters.");
        Constant("long", "FlopPerStep", $"{model.FlopPerStep}", "Floating-point operations of the matrix products of one step of one row.");

        void Constant(string type, string name, string value, string summary)
        {
            writer.Summary(summary);
            writer.Attributed(Api.GeneratedCode, $"public const {type} {name} = {value};");
            writer.Blank();
        }
    }

    private void WriteFields(CodeWriter writer)
    {
        writer.Line("// Calls read it once, when they begin.");
        Member($"private volatile {Api.Runtime}ParameterSet<{real}> weights;");
        writer.Summary("A new model with random parameters.");
        writer.Parameter("seed", "The same seed gives the same parameters on every machine.");
        writer.Parameter("initialization", "How they are drawn; PyTorch's way if null.");
        writer.Line(Api.GeneratedCode);
        using (writer.Under($"public {declaration.Name}(ulong seed = 0, {Api.Runtime}Initialization? initialization = null) =>"))
            writer.List(
                $"weights = {Api.Generated}RandomParameters.Draw<{real}>(",
                [Table, Api.OfKernels(model, "Parameters.Length"), "seed", "initialization"], ");");
        writer.Line($"\n{Api.GeneratedCode}\n[{Api.System}Diagnostics.CodeAnalysis.SetsRequiredMembers]\nprivate "
            + $"{declaration.Name}({Api.Runtime}ParameterSet<{real}> weights) => this.weights = weights;\n");
        writer.Summary("The parameters under PyTorch's names, in PyTorch's shapes. <see cref=\"Load\"/> replaces the whole set.");
        Member($"public {Api.Runtime}ParameterSet<{real}> Parameters => weights;");
        writer.Summary("A new model with a copy of the parameters as they are now: training and loading of this one do not change it.");
        writer.Documentation(
            "remarks", "", "It waits for an update that is under way, on whatever thread, so the copy is the result of whole updates.");
        Member($"public {declaration.Name} Snapshot() => new(weights.Copy());");

        void Member(string member)
        {
            writer.Attributed(Api.GeneratedCode, member);
            writer.Blank();
        }
    }

    private void WriteTraining(CodeWriter writer)
    {
        string parameter = HasInputGradients ? ", bool inputGradients = false" : "", argument = HasInputGradients ? ", inputGradients" : "";
        writer.Summary("Memory for batches of some rows, to run forward and back step by step oneself.");
        writer.Parameter("rows", "Sequences side by side: at least 1.");
        if (HasInputGradients)
            writer.Parameter("inputGradients", "Whether the backward pass also computes the gradients of the inputs.");
        writer.Attributed(Api.GeneratedCode, $"public Tape CreateTape(int rows{parameter}) => new(this, rows{argument});");
        writer.Blank();
        writer.Summary("A trainer of this model.");
        writer.Parameter("optimizer", "How gradients move parameters.");
        writer.Line($"{Api.GeneratedCode}\npublic Trainer CreateTrainer({Api.Runtime}Optimizer optimizer) => new(this, optimizer);\n");
    }

    /// <summary>The sizes, and what else the runtime's interfaces ask for.</summary>
    private void WriteInterfaces(CodeWriter writer)
    {
        string itself = Api.Interface(model);
        Member($"{Api.Generated}ModelShape {(model.Encoder is null ? Api.Inference(model) : itself)}.Shape", null, "Shape");
        writer.Line(Api.GeneratedCode);
        var heads = model.Heads.Select(h =>
            $"new({h.Size}, {CodeWriter.Argument(h.Declaration.HasClasses)}"
            + $"{(h.Loss is LossKind.SigmoidCrossEntropy or LossKind.SoftCrossEntropy ? ", IsProbability: true" : "")}"
            + $"{(h.Loss == LossKind.Ctc ? $", Blank: {h.Declaration.Blank}" : "")}"
            + $"{(h.Declaration.OutputsOfTarget > 1 ? $", OutputsOfTarget: {h.Declaration.OutputsOfTarget}" : "")})");
        writer.List(
            $"private static readonly {Api.Generated}ModelShape Shape = new(",
            [
                "Steps", model.InputsOnce ? "1" : "Steps", "InputSize", model.IsSymbolic ? "1" : "InputSize",
                model.OutputsOnce ? "1" : "Steps", "OutputSize", "StateSize",
                $"[{string.Join(", ", heads)}]", .. model.OutputsOnce ? ["IsPooled: true"] : Array.Empty<string>(),
                .. model.NeedsWholeSequence ? ["NeedsWholeSequence: true"] : Array.Empty<string>(),
            ],
            model.HasInputSymbols ? ")" : ");");
        if (model.HasInputSymbols)
            writer.List(
                "{ InputSymbols = [",
                model.Inputs.Where(i => i.Symbols > 0).Select(i => $"new(\"{i.Name}\", {i.Column}, {i.Width}, {i.Symbols})"), "] };");
        writer.Blank();
        if (declaration.Joint is { } joint)
        {
            string width = joint.Encoder.Source.Kind == SourceKind.Input ? "SourceSize" : "1";
            Member($"{Api.Generated}SourceShape {itself}.SourceShape", null, "Source");
            writer.Line($"{Api.GeneratedCode}\nprivate static readonly {Api.Generated}SourceShape Source =");
            writer.Line($"    new(SourceSteps, SourceSize, {width}, {model.Attentions.Count()}, HasBridge: "
                + $"{CodeWriter.Argument(joint.Bridge != BridgeKind.None)});\n");
        }

        Member($"{itself} {itself}.Snapshot", [], "Snapshot()");
        Member(
            $"void {Api.Runtime}ITrainedModel<{real}>.Publish", [$"{Api.Runtime}ParameterSet<{real}> parameters"],
            $"weights = {Api.Generated}Guard.Parameters(parameters, {Table})");
        Member(
            $"{Api.Tape(model)} {itself}.CreateTape", ["int rows", "bool inputGradients"],
            HasInputGradients
                ? "CreateTape(rows, inputGradients)"
                : $"inputGradients ? throw {Api.Generated}Guard.NoInputGradients() : CreateTape(rows)");
        Member($"{Api.Trainer(model)} {itself}.CreateTrainer", [$"{Api.Runtime}Optimizer optimizer"], "CreateTrainer(optimizer)");

        void Member(string header, string[]? parameters, string body)
        {
            writer.Line(Api.GeneratedCode);
            writer.Arrow(header, parameters, body);
            writer.Blank();
        }
    }

    private bool HasInputGradients => model.Sources.Any(s => s.IsInput);

    private string Table => Api.OfKernels(model, "Parameters.Table");

    private static void WriteFiles(CodeWriter writer)
    {
        writer.Summary("Writes the weights as a safetensors file, under PyTorch's names and in PyTorch's shapes.");
        writer.Parameter("path", "Where to; an existing file is replaced as a whole.");
        writer.Line($"{Api.GeneratedCode}\npublic void Save(string path) => {Api.Runtime}WeightFile.Save(path, Parameters);\n");
        writer.Summary("Reads weights from a safetensors file and replaces all at once. Calls that have begun go on with the old ones.");
        writer.Parameter("path", "The file. If it does not fit, nothing changes.");
        writer.Exception("IO.InvalidDataException", "The file is broken or does not fit; the message lists all mistakes.");
        writer.Line($"{Api.GeneratedCode}\npublic void Load(string path) => weights = {Api.Runtime}WeightFile.Read(path, weights);\n");
    }

    private void WriteTrainer(CodeWriter writer)
    {
        bool isSymbolic = declaration.Joint?.Start is not null;
        // The base has a Start of its own, and a class may have any name.
        string ends = $"global::{declaration.FullName}";
        writer.Summary("Trains the model: forward, loss, BPTT and an update as one call. Not for several threads at once.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public sealed record Trainer : {(isSymbolic ? Api.SymbolTrainer(model) : Api.Trainer(model))}"))
        {
            string parameters = $"{declaration.Name} model, {Api.Runtime}Optimizer optimizer";
            writer.Line(isSymbolic
                ? $"internal Trainer({parameters})\n    : base(model, optimizer, start: {ends}.Start, end: {ends}.End)\n{{\n}}"
                : $"internal Trainer({parameters}) : base(model, optimizer) {{ }}");
        }
    }

    private sealed class NoNamespace : IDisposable
    {
        public void Dispose()
        {
        }
    }
}
