using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Options for importing an ONNX file as a declaration.</summary>
public sealed record OnnxImportOptions
{
    private readonly string @namespace = "";
    private readonly string name = "ImportedModel";
    private readonly IReadOnlyDictionary<string, OnnxInput> inputs = new Dictionary<string, OnnxInput>();

    /// <summary>The namespace of the declarations; empty for none. The default is none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Namespace
    {
        get => @namespace;
        init => @namespace = value ?? throw new ArgumentNullException(nameof(Namespace));
    }

    /// <summary>
    /// The name of the model class. If a file has several networks, <c>_2</c>, <c>_3</c>, … follow for those after the first.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public string Name
    {
        get => name;
        init => name = value ?? throw new ArgumentNullException(nameof(Name));
    }

    /// <summary>Steps that BPTT is unrolled over, 1 to 65,536. The default is RnnGen's, 32.</summary>
    public int Steps { get; init; } = 32;

    /// <summary>What is said of inputs that the graph leaves open, by their names. The default is nothing.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyDictionary<string, OnnxInput> Inputs
    {
        get => inputs;
        init => inputs = value ?? throw new ArgumentNullException(nameof(Inputs));
    }
}

/// <summary>A node, an input or an output of a graph that RnnGen cannot take.</summary>
/// <param name="Node">Its operator and its name.</param>
/// <param name="Reason">Why not.</param>
public sealed record NotTakenNode(string Node, string Reason)
{
    private const int LongestText = 200;

    /// <summary>Its operator and its name.</summary>
    public string Node { get; } = Node ?? throw new ArgumentNullException(nameof(Node));

    /// <summary>The reason.</summary>
    public string Reason { get; } = Reason ?? throw new ArgumentNullException(nameof(Reason));

    /// <summary>Both on one line. What a file's author could have hidden in a name is escaped.</summary>
    public override string ToString() => $"{FileText.Escape(Node, LongestText)}: {FileText.Escape(Reason, LongestText)}";
}

/// <summary>A network of an ONNX file as a declaration and its weights.</summary>
/// <param name="Name">The class.</param>
/// <param name="Declaration">The C# file.</param>
/// <param name="Weights">The tensors under RnnGen's names, for the class's <c>Load</c>.</param>
/// <param name="Input">The tensor of the ONNX graph that is the model's input.</param>
/// <param name="Outputs">The tensors of the ONNX graph that are the model's outputs, in the order of its heads.</param>
public sealed record ImportedModel(string Name, string Declaration, SafetensorsFile Weights, string Input, IReadOnlyList<string> Outputs)
{
    /// <summary>The class.</summary>
    public string Name { get; } = Name ?? throw new ArgumentNullException(nameof(Name));

    /// <summary>The C# file.</summary>
    public string Declaration { get; } = Declaration ?? throw new ArgumentNullException(nameof(Declaration));

    /// <summary>The weights.</summary>
    public SafetensorsFile Weights { get; } = Weights ?? throw new ArgumentNullException(nameof(Weights));

    /// <summary>The input of the ONNX graph.</summary>
    public string Input { get; } = Input ?? throw new ArgumentNullException(nameof(Input));

    /// <summary>The outputs of the ONNX graph, in the order of the heads.</summary>
    public IReadOnlyList<string> Outputs { get; } = Outputs ?? throw new ArgumentNullException(nameof(Outputs));

    /// <summary>The inputs of the graph and where their numbers are in a step's vector.</summary>
    public IReadOnlyList<ImportedTensor> InputTensors { get; internal init; } = [];

    /// <summary>The outputs of the graph and where their numbers are in a step's outputs.</summary>
    public IReadOnlyList<ImportedTensor> OutputTensors { get; internal init; } = [];

    /// <summary>The states of the graph and where their numbers are in the <c>State</c>.</summary>
    public IReadOnlyList<ImportedState> States { get; internal init; } = [];

    /// <summary>
    /// The numbers of the <c>State</c> that the file's model starts in, as its <c>CopyFrom</c> takes them; empty for zeros.
    /// </summary>
    public IReadOnlyList<float> FirstState { get; internal init; } = [];

    /// <summary>
    /// The declaration without members that hold the file's numbers, so that it is the same for all files of one architecture; null if the
    /// declaration has none.
    /// </summary>
    internal string? Architecture { get; init; }

    /// <summary>The declaration's attributes behind <c>[RnnModel]</c>.</summary>
    internal IReadOnlyList<AttributeText> Attributes { get; init; } = [];
}

/// <summary>
/// The parts of an ONNX file that RnnGen takes: RNN, LSTM and GRU nodes and the dense layers, activations, embeddings, poolings and changes
/// of shape around them. What it cannot take is listed, node by node; the networks between such nodes are models of their own.
/// </summary>
/// <remarks>
/// A file is not trusted: reading one of n bytes takes memory in proportion to n, and whatever is wrong with it is an
/// <see cref="InvalidDataException"/> or in <see cref="NotTaken"/>.
/// </remarks>
public sealed class OnnxImport
{
    private OnnxImport(IReadOnlyList<ImportedModel> models, IReadOnlyList<NotTakenNode> notTaken, IReadOnlyList<string> warnings) =>
        (Models, NotTaken, Warnings) = (models, notTaken, warnings);

    /// <summary>What one should know of what is taken: exports that are known to be wrong, roundings that are left out.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>The networks. One, if the whole file is one network that RnnGen can have.</summary>
    public IReadOnlyList<ImportedModel> Models { get; }

    /// <summary>
    /// Everything that could not be taken, in the order of the graph. Empty if the models compute all that the file does.
    /// </summary>
    public IReadOnlyList<NotTakenNode> NotTaken { get; }

    /// <summary>True if the models compute all that the file does.</summary>
    public bool IsComplete => NotTaken.Count == 0;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file. Weights in other files are read from its folder, and from nowhere else.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static OnnxImport Read(string path, OnnxImportOptions? options = null) =>
        Read(OnnxFile.Read(path), new FileInfo(path).Length, Path.GetDirectoryName(Path.GetFullPath(path)), options ?? new());

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static OnnxImport Read(byte[] file, OnnxImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Read(OnnxFile.Read(file), file.Length, null, options ?? new());
    }

    private static OnnxImport Read(ModelProto model, long length, string? folder, OnnxImportOptions options)
    {
        Check(options);
        Assumptions assumptions = new()
        {
            OperatorSet = (int)Math.Clamp(
                model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").Select(o => o.Version).DefaultIfEmpty(1).Max(), 1, 1000),
            Producer = model.ProducerName,
            Inputs = options.Inputs,
            Weights = new WeightFolder(folder),
        };
        OnnxImport? best = null;
        // A graph does not say whether a convolution runs over time, nor which inputs are states: what takes more of it is right.
        foreach (var (overTime, packs) in new[] { (true, true), (false, true), (true, false), (false, false) })
        {
            bool depends = overTime || model.Graph.Node.Any(HasConvolution);
            if (best is not null && !depends)
                continue;
            OnnxImport import = Read(model, length, options, assumptions with { ConvolvesOverTime = overTime, PacksInputs = packs });
            if (best is null || import.NotTaken.Count < best.NotTaken.Count
                || (import.NotTaken.Count == best.NotTaken.Count
                    && import.NotTaken[0].Reason.Contains(GridOperators.ShapeHint, StringComparison.Ordinal)))
                best = import;
            if (best.IsComplete)
                break;
        }

        return best!;
    }

    private static bool HasConvolution(NodeProto node) =>
        node.OpType is "Conv" || node.Attribute.Any(a => a.G is not null && a.G.Node.Any(HasConvolution));

    private static OnnxImport Read(ModelProto model, long length, OnnxImportOptions options, Assumptions assumptions)
    {
        GraphReader reader = new(length, assumptions);
        reader.Read(model.Graph);
        TopCells.Find(reader);
        List<NotTakenNode> notTaken = reader.NotTaken;
        ModelSplitter splitter = new(reader);
        List<ImportedModel> models = [];
        foreach (var heads in splitter.Split())
        {
            var items = ModelAssembler.Assemble(heads, notTaken);
            if (items.Count > 0 && items.Exists(i => i is DeclaredHead))
                models.Add(ModelWriter.Create(
                    items, heads, reader, splitter,
                    options with { Name = options.Name + (models.Count == 0 ? "" : $"_{models.Count + 1}") }));
        }

        if (models.Count == 0 && notTaken.Count == 0)
            notTaken.Add(new("the graph", "no output depends on a recurrent node"));
        return new(models, notTaken, reader.Warnings);
    }

    private static void Check(OnnxImportOptions options)
    {
        if (!CSharpName.IsName(options.Name))
            throw new ArgumentException($"{FileText.Quote(options.Name)} is no C# name.", nameof(options));
        if (CSharpName.IsTaken(options.Name))
            throw new ArgumentException(
                $"A class '{options.Name}' would have the name of something that it uses; '{CSharpName.From(options.Name)}' would not.",
                nameof(options));
        if (options.Namespace.Length > 0 && !options.Namespace.Split('.').All(CSharpName.IsName))
            throw new ArgumentException($"{FileText.Quote(options.Namespace)} is no C# namespace.", nameof(options));
        if (options.Steps is < 1 or > 65_536)
            throw new ArgumentException($"{options.Steps} steps; there are 1 to 65,536.", nameof(options));
    }
}
