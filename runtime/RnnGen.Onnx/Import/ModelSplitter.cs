namespace RnnGen.Onnx;

/// <summary>The outputs of a graph by the models that have them: those of the same inputs are one model's.</summary>
internal sealed class ModelSplitter(GraphReader reader)
{
    /// <summary>The outputs that are states, number by number.</summary>
    public List<(Packed Numbers, string Tensor)> States { get; } = [];

    /// <summary>The outputs of each model, in the order of the graph.</summary>
    public List<List<(Signal Signal, string Tensor)>> Split()
    {
        List<(HashSet<SourceElement> Sources, List<(Signal Signal, string Tensor)> Heads)> models = [];
        List<(Signal Signal, string Tensor)> lastStates = [];
        foreach (var (value, tensor) in reader.Outputs)
        {
            switch (value)
            {
                case Packed packed when IsState(packed):
                    States.Add((packed, tensor));
                    break;
                case Packed packed:
                    try
                    {
                        Add(Slices.Signal(reader, packed), tensor, isOutput: true);
                    }
                    catch (NotTakenException problem)
                    {
                        reader.NotTaken.Add(new($"output '{tensor}'", problem.Message));
                    }

                    break;
                case Signal { IsState: true } signal when signal.Pieces.All(p => p is LastElement { State: > 0 }):
                    AddState(signal, tensor);
                    break;
                case Signal { IsState: true } signal:
                    lastStates.Add((signal, tensor));
                    break;
                case Signal signal:
                    Add(signal, tensor, isOutput: true);
                    break;
                case ConstantTensor or Uniform:
                    reader.Warnings.Add($"The output '{tensor}' is {value.What}, which does not depend on the inputs; it is left out.");
                    break;
                case Unknown:
                    break;
                default:
                    reader.NotTaken.Add(new($"output '{tensor}'", $"it is {value.What}"));
                    break;
            }
        }

        // The last state is an output where there is nothing else; otherwise it is the State.
        foreach (var (signal, tensor) in lastStates)
        {
            var below = Sources(signal);
            if (models.Exists(m => m.Sources.Overlaps(below)))
                AddState(signal, tensor);
            else
                Add(signal, tensor, isOutput: true);
        }

        foreach (var (signal, tensor) in reader.Ends)
            Add(signal, tensor, isOutput: false);
        foreach (var (_, heads) in models)
        {
            if (heads.Exists(h => !h.Signal.IsState))
            {
                foreach (var state in heads.Where(h => h.Signal.IsState).ToList())
                {
                    AddState(state.Signal, state.Tensor);
                    heads.Remove(state);
                }
            }

            foreach (var other in heads.Where(h => h.Signal.Pieces[0].IsOnce != heads[0].Signal.Pieces[0].IsOnce).ToList())
            {
                reader.NotTaken.Add(
                    new($"output '{other.Tensor}'", "another output has one vector per step and this one per sequence, or the reverse"));
                heads.Remove(other);
            }
        }

        CheckStates();
        return [.. models.OrderBy(m => m.Sources.Min(s => s.Index)).Select(m => m.Heads)];

        void Add(Signal signal, string tensor, bool isOutput)
        {
            var below = ModelAssembler.Below(signal.Pieces);
            HashSet<SourceElement> sources = [.. below.OfType<SourceElement>()];
            string? problem =
                !below.OfType<RnnElement>().Any() && !(isOutput && reader.NotTaken.Count == 0) ? "it depends on no recurrent node"
                : sources.Count == 0 ? "it depends on no input"
                : sources.FirstOrDefault(s => s.Use is SourceUse.State or SourceUse.Lengths) is { } state
                    ? $"it takes {state.What}, which another node takes as {(state.Use == SourceUse.State ? "states" : "lengths")}"
                : sources.Count > 1 && sources.Any(s => s.Symbols > 0)
                    ? $"it depends on {string.Join(" and ", sources.Select(s => s.What))}: symbols and other inputs; a model has one input"
                : sources.Count > 1 && sources.Any(s => s.Node is not null)
                    ? $"it depends on {string.Join(" and ", sources.Select(s => s.What))}; a model has one input"
                : sources.FirstOrDefault(s => s.Width == 0) is { } unknown ? $"how many numbers {unknown.What} has is not known"
                : signal.Pieces.Any(p => p.IsOnce != signal.Pieces[0].IsOnce)
                    ? "it joins vectors of every step with vectors of the sequence"
                : signal.IsSymbols ? "it is symbols"
                : null;
            if (problem is not null)
            {
                if (isOutput)
                    reader.NotTaken.Add(new($"output '{tensor}'", problem));
                return;
            }

            List<(Signal Signal, string Tensor)> heads = [];
            foreach (var model in models.Where(m => m.Sources.Overlaps(sources)).ToList())
            {
                sources.UnionWith(model.Sources);
                heads.AddRange(model.Heads);
                models.Remove(model);
            }

            if (!heads.Exists(h => h.Signal.Pieces.SequenceEqual(signal.Pieces)))
                heads.Add((signal, tensor));
            else if (isOutput && !signal.IsState)
                reader.NotTaken.Add(new($"output '{tensor}'", "another output is the same"));
            models.Add((sources, heads));
        }

        void AddState(Signal signal, string tensor)
        {
            if (Slices.TryPack(reader, signal) is { } packed)
                States.Add((packed, tensor));
        }
    }

    private static HashSet<SourceElement> Sources(Signal signal) => [.. ModelAssembler.Below(signal.Pieces).OfType<SourceElement>()];

    private static bool IsState(Packed packed) =>
        Array.TrueForAll(packed.Numbers, n => n.Of is LastElement or RnnElement)
        && Array.Exists(packed.Numbers, n => n.Of is LastElement);

    /// <summary>The layer and the state that a number of an output is.</summary>
    public static (RnnElement Layer, int State)? StateOf(Element element) => element switch
    {
        LastElement last => (last.Layer, last.State),
        RnnElement layer => (layer, 0),
        _ => null,
    };

    /// <summary>A caller gives the states that come out to the next step: they must be where they went in.</summary>
    private void CheckStates()
    {
        foreach (var (packed, tensor) in States)
        {
            for (int i = 0; i < packed.Numbers.Length; i++)
            {
                if (StateOf(packed.Numbers[i].Of) is not var (layer, state) || layer.Initials[state] is not var (source, places))
                    continue;
                if (packed.Numbers.Length == source.Dims!.Aggregate(1L, (p, d) => p * (d.Size ?? 1)) && places[packed.Numbers[i].Unit] != i)
                {
                    reader.NotTaken.Add(new($"output '{tensor}'", $"its states stand in another order than in {source.What}"));
                    break;
                }
            }
        }
    }
}
