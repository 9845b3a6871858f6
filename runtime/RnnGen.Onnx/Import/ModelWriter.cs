namespace RnnGen.Onnx;

/// <summary>A model with its text, its weights, and where the graph's tensors are in it.</summary>
internal static class ModelWriter
{
    public static ImportedModel Create(
        List<Declared> items, List<(Signal Signal, string Tensor)> signals,
        GraphReader reader, ModelSplitter splitter, OnnxImportOptions options)
    {
        DeclaredSource source = items.OfType<DeclaredSource>().Single();
        List<DeclaredHead> heads = [.. items.OfType<DeclaredHead>()];
        var inputs = Inputs(source);
        var outputs = Outputs(heads, signals);
        var states = States(items, splitter);
        List<string> notes = [source.Sources[0].Node is { } cut
            ? $"From ONNX. Input: the tensor '{source.Sources[0].Tensor}', [steps, rows, numbers], which comes from {cut}."
            : $"From ONNX. Input: {string.Join(", then ", inputs.Select(Describe))}."];
        notes.AddRange(heads.Select((h, i) => $"Output{(heads.Count == 1 ? "" : $" {i + 1}")}: '{h.Tensor}', {h.Size} "
            + $"number{(h.Size == 1 ? "" : "s")}."));
        var names = reader.Elements.OfType<SourceElement>().Where(s => s.Use == SourceUse.State).Select(s => $"'{s.Tensor}'").ToList();
        if (names.Count > 0)
            notes.Add($"States of the graph that are RnnGen's State: {string.Join(", ", names)}.");
        if (signals.Exists(s => s.Signal.Pieces is [SoftmaxElement { IsLog: true }]))
            notes.Add("To train it, replace [LogSoftmax] and [SquaredError] by [SoftmaxCrossEntropy], whose outputs are probabilities.");
        SafetensorsFile weights = new(
            items.SelectMany(i => i.Tensors).Select(t => SafetensorsTensor.Create<float>(t.Name, t.Shape, t.Values)),
            new Dictionary<string, string> { ["format"] = "pt" });
        List<string> cells = [.. DeclarationWriter.NameCells(items, options.Name)];
        List<AttributeText> attributes = DeclarationWriter.Attributes(items);
        return new(
            options.Name, DeclarationText.Write(options, attributes, notes, cells), weights, source.Sources[0].Tensor,
            [.. heads.Select(h => h.Tensor)])
        {
            Attributes = attributes,
            InputTensors = inputs,
            OutputTensors = outputs,
            States = states,
        };
    }

    private static string Describe(ImportedTensor tensor) => tensor.Axes.Count == 0
        ? $"'{tensor.Name}'"
        : $"'{tensor.Name}' [{string.Join(", ", tensor.Axes.Select(a => a.ToString().ToLowerInvariant()))}]";

    private static List<ImportedTensor> Inputs(DeclaredSource source)
    {
        List<ImportedTensor> tensors = [];
        int start = 0;
        foreach (SourceElement own in source.Sources)
        {
            tensors.Add(new(own.Tensor, Kinds(own.Dims), start, Order(own.Dims, own.Grid)));
            start += own.Width;
        }

        return tensors;
    }

    private static List<ImportedTensor> Outputs(List<DeclaredHead> heads, List<(Signal Signal, string Tensor)> signals)
    {
        List<ImportedTensor> tensors = [];
        int start = 0;
        foreach (DeclaredHead head in heads)
        {
            Signal signal = signals.First(s => s.Tensor == head.Tensor).Signal;
            List<Atom> along = signal.Dims is null ? [] : [.. signal.Dims.SelectMany(d => d.Atoms).Where(IsNumber)];
            IReadOnlyList<Atom> stored = signal.Grid
                ?? [.. along.Where(a => a.Role == AxisRole.Stack), .. along.Where(a => a.Role != AxisRole.Stack)];
            tensors.Add(new(head.Tensor, Kinds(signal.Dims), start, Order(signal.Dims, stored)));
            start += head.Size;
        }

        return tensors;
    }

    private static bool IsNumber(Atom atom) => atom.Role is AxisRole.Feature or AxisRole.Stack or AxisRole.Inner;

    private static List<TensorAxis> Kinds(IReadOnlyList<Axis>? dims) => dims is null ? [] : [.. dims.Select(d =>
        d.HasNumbers ? TensorAxis.Numbers : d.Is(AxisRole.Time) ? TensorAxis.Steps : TensorAxis.Rows)];

    private static int[]? Order(IReadOnlyList<Axis>? dims, IReadOnlyList<Atom>? stored)
    {
        if (dims is null || stored is null)
            return null;
        try
        {
            return Axes.Order([.. dims.SelectMany(d => d.Atoms).Where(IsNumber)], stored);
        }
        catch (NotTakenException)
        {
            return null;
        }
    }

    private static List<ImportedState> States(List<Declared> items, ModelSplitter splitter)
    {
        // Steps that a convolution looks back on are in the State too.
        if (items.Exists(i => i is DeclaredConv { IsOverTime: true }))
            return [];
        Dictionary<(RnnElement, int), int> starts = [];
        int start = 0;
        List<RnnElement> layers = [.. items.OfType<DeclaredRnn>().SelectMany(r => r.Directions)];
        foreach (RnnElement layer in layers)
        {
            for (int state = 0; state < layer.States; state++)
            {
                starts[(layer, state)] = start;
                start += layer.Hidden;
            }
        }

        List<ImportedState> states = [];
        HashSet<SourceElement> placed = [];
        foreach (var (packed, tensor) in splitter.States)
        {
            int[] places = new int[packed.Count];
            SourceElement? input = null;
            for (int i = 0; i < places.Length; i++)
            {
                places[i] = ModelSplitter.StateOf(packed.Numbers[i].Of) is { } of && starts.TryGetValue(of, out int at)
                    ? at + packed.Numbers[i].Unit
                    : -1;
                if (ModelSplitter.StateOf(packed.Numbers[i].Of) is var (layer, state) && layer.Initials[state] is { } initial)
                    input ??= initial.Source;
            }

            if (Array.TrueForAll(places, p => p < 0))
                continue;
            states.Add(new(input?.Tensor ?? "", tensor, places));
            if (input is not null)
                placed.Add(input);
        }

        foreach (SourceElement source in layers.SelectMany(l => l.Initials).OfType<(SourceElement Source, int[] Places)>()
            .Select(i => i.Source).Distinct().Where(s => !placed.Contains(s)))
        {
            int[] places = new int[source.Dims!.Aggregate(1L, (p, d) => p * (d.Size ?? 1))];
            Array.Fill(places, -1);
            foreach (var ((layer, state), at) in starts)
            {
                if (layer.Initials[state] is not var (own, numbers) || own != source)
                    continue;
                for (int unit = 0; unit < numbers.Length; unit++)
                    places[numbers[unit]] = at + unit;
            }

            states.Add(new(source.Tensor, "", places));
        }

        return states;
    }
}
