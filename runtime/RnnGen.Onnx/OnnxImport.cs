using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Options for importing an ONNX file as a declaration.</summary>
public sealed record OnnxImportOptions
{
    private readonly string @namespace = "";
    private readonly string name = "ImportedModel";

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
    private OnnxImport(IReadOnlyList<ImportedModel> models, IReadOnlyList<NotTakenNode> notTaken) =>
        (Models, NotTaken) = (models, notTaken);

    /// <summary>The networks. One, if the whole file is one network that RnnGen can have.</summary>
    public IReadOnlyList<ImportedModel> Models { get; }

    /// <summary>
    /// Everything that could not be taken, in the order of the graph. Empty if the models compute all that the file does.
    /// </summary>
    public IReadOnlyList<NotTakenNode> NotTaken { get; }

    /// <summary>True if the models compute all that the file does.</summary>
    public bool IsComplete => NotTaken.Count == 0;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file, with its weights inside.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static OnnxImport Read(string path, OnnxImportOptions? options = null) =>
        Read(OnnxFile.Read(path), new FileInfo(path).Length, options ?? new());

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="options">Names and sizes of the declaration.</param>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    /// <exception cref="ArgumentException">A name in the options is no C# name or that of something the class uses, or the steps are out of
    /// range.</exception>
    public static OnnxImport Read(byte[] file, OnnxImportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(file);
        return Read(OnnxFile.Read(file), file.Length, options ?? new());
    }

    private static OnnxImport Read(ModelProto model, long length, OnnxImportOptions options)
    {
        Check(options);
        GraphReader reader = new(length);
        reader.Read(model.Graph);
        List<NotTakenNode> notTaken = reader.NotTaken;
        List<ImportedModel> models = [];
        foreach (var heads in HeadsBySource(reader))
        {
            var items = ModelAssembler.Assemble(heads, notTaken);
            if (items.Count > 0)
                models.Add(Create(items, reader, options with { Name = options.Name + (models.Count == 0 ? "" : $"_{models.Count + 1}") }));
        }

        if (models.Count == 0 && notTaken.Count == 0)
            notTaken.Add(new("the graph", "no output depends on a recurrent node"));
        return new(models, notTaken);
    }

    /// <summary>The declarations of the models, for each source in the order of the graph.</summary>
    private static List<List<(Signal, string)>> HeadsBySource(GraphReader reader)
    {
        Dictionary<SourceElement, List<(Signal Signal, string Tensor)>> bySource = [];
        foreach (var (value, tensor) in reader.Outputs)
        {
            if (value is Signal signal)
                Add(signal, tensor, isOutput: true);
            else if (value is not (StateOut or Unknown))
                reader.NotTaken.Add(new($"output '{tensor}'", $"it is {value.What}"));
        }

        foreach (var (signal, tensor) in reader.Ends)
            Add(signal, tensor, isOutput: false);
        foreach (var heads in bySource.Values)
        {
            // The last state is an output where there is nothing else; otherwise it is the State.
            if (heads.Exists(h => !h.Signal.IsState))
                heads.RemoveAll(h => h.Signal.IsState);
            foreach (var other in heads.Where(h => h.Signal.Pieces[0].IsOnce != heads[0].Signal.Pieces[0].IsOnce).ToList())
            {
                reader.NotTaken.Add(
                    new($"output '{other.Tensor}'", "another output has one vector per step and this one per sequence, or the reverse"));
                heads.Remove(other);
            }
        }

        return [.. bySource.OrderBy(s => s.Key.Index).Select(s => s.Value)];

        void Add(Signal signal, string tensor, bool isOutput)
        {
            var below = ModelAssembler.Below(signal.Pieces);
            List<SourceElement> sources = [.. below.OfType<SourceElement>()];
            string? problem =
                !below.OfType<RnnElement>().Any() ? "it depends on no recurrent node"
                : sources.Count != 1 ? $"it depends on {string.Join(" and ", sources.Select(s => s.What))}; a model has one input"
                : signal.Pieces.Any(p => p.IsOnce != signal.Pieces[0].IsOnce)
                    ? "it joins vectors of every step with vectors of the sequence"
                : null;
            if (problem is null)
            {
                bySource.TryAdd(sources[0], []);
                if (!bySource[sources[0]].Exists(h => h.Signal.Pieces.SequenceEqual(signal.Pieces)))
                    bySource[sources[0]].Add((signal, tensor));
                else if (isOutput && !signal.IsState)
                    reader.NotTaken.Add(new($"output '{tensor}'", "another output is the same"));
            }
            else if (isOutput)
            {
                reader.NotTaken.Add(new($"output '{tensor}'", problem));
            }
        }
    }

    private static ImportedModel Create(List<Declared> items, GraphReader reader, OnnxImportOptions options)
    {
        SourceElement source = items.OfType<DeclaredSource>().Single().Source;
        List<DeclaredHead> heads = [.. items.OfType<DeclaredHead>()];
        List<string> notes = [source.Node is null
            ? $"From ONNX. Input: '{source.Tensor}'."
            : $"From ONNX. Input: the tensor '{source.Tensor}', [steps, rows, numbers], which comes from {source.Node}."];
        notes.AddRange(heads.Select((h, i) => $"Output{(heads.Count == 1 ? "" : $" {i + 1}")}: '{h.Tensor}', {h.Size} "
            + $"number{(h.Size == 1 ? "" : "s")}."));
        var states = reader.Elements.OfType<SourceElement>().Where(s => s.Use == SourceUse.State).Select(s => $"'{s.Tensor}'").ToList();
        if (states.Count > 0)
            notes.Add($"States of the graph that are RnnGen's State: {string.Join(", ", states)}.");
        SafetensorsFile weights = new(
            items.SelectMany(i => i.Tensors).Select(t => SafetensorsTensor.Create<float>(t.Name, t.Shape, t.Values)),
            new Dictionary<string, string> { ["format"] = "pt" });
        return new(
            options.Name, DeclarationWriter.Write(items, options.Namespace, options.Name, options.Steps, notes), weights, source.Tensor,
            [.. heads.Select(h => h.Tensor)]);
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
