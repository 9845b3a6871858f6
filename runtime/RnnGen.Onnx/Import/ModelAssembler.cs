namespace RnnGen.Onnx;

/// <summary>Makes the attributes of one model out of the elements that its outputs stand on.</summary>
internal sealed class ModelAssembler
{
    private const long LargestSelection = 1 << 22;

    /// <summary>Attributes of a declaration: a file of 10,000 nodes could ask for as many.</summary>
    private const int MostAttributes = 1000;
    private const int LargestDiagonal = 1024;
    private const int MostNames = 8;

    private readonly List<Element> elements;
    private readonly List<SourceElement> sources;
    private readonly List<(Signal Signal, string Tensor)> heads;
    private readonly Dictionary<RnnElement, RnnElement> pairs = [];
    private readonly Dictionary<RnnElement, Merge> merges = [];
    private readonly Dictionary<Element, Declared> declared = [];
    private readonly Dictionary<SourceElement, Declared> parts = [];
    private readonly Dictionary<Element, int> takers = [];
    private readonly List<Declared> result = [];
    private readonly List<NotTakenNode> notTaken;

    private ModelAssembler(List<(Signal Signal, string Tensor)> heads, List<NotTakenNode> notTaken)
    {
        this.heads = heads;
        this.notTaken = notTaken;
        elements = Below(heads.SelectMany(h => h.Signal.Pieces));
        sources = SourceOrder([.. elements.OfType<SourceElement>()]);
    }

    /// <summary>The declaration, from top to bottom; empty if there is none.</summary>
    /// <param name="heads">The outputs, all of the same sources.</param>
    /// <param name="notTaken">Receives outputs that the model cannot have.</param>
    public static List<Declared> Assemble(List<(Signal Signal, string Tensor)> heads, List<NotTakenNode> notTaken) =>
        new ModelAssembler(heads, notTaken).Assemble();

    /// <summary>Elements and all that they stand on, in the order in which they were found.</summary>
    public static List<Element> Below(IEnumerable<Element> from)
    {
        HashSet<Element> found = [];
        Stack<Element> open = new(from);
        while (open.TryPop(out Element? element))
        {
            if (!found.Add(element))
                continue;
            foreach (Element input in element.Inputs)
                open.Push(input);
        }

        return [.. found.OrderBy(e => e.Index)];
    }

    private List<Declared> Assemble()
    {
        foreach (Element input in elements.SelectMany(e => e.Inputs.Distinct()).Concat(heads.SelectMany(h => h.Signal.Pieces)))
            takers[input] = takers.GetValueOrDefault(input) + 1;
        FindPairs();
        DeclareSources();
        foreach (Element element in elements)
        {
            try
            {
                Declare(element);
            }
            catch (NotTakenException problem)
            {
                notTaken.Add(new(element.What, problem.Message));
            }
        }

        foreach (var (signal, tensor) in heads)
            DeclareHead(signal, tensor);
        RemoveUnused();
        if (result.Count > MostAttributes)
        {
            notTaken.Add(new("the graph", $"it would be {result.Count} layers and functions; {MostAttributes} are taken"));
            return [];
        }

        CheckOneHot();
        Name();
        return result;
    }

    /// <summary>The lists of elements that something takes.</summary>
    private IEnumerable<IReadOnlyList<Element>> Uses => elements.Select(e => e.Inputs).Concat(heads.Select(h => h.Signal.Pieces));

    /// <summary>Two directions are one layer if everything takes both, the forward one first.</summary>
    private void FindPairs()
    {
        foreach (RnnElement forward in elements.OfType<RnnElement>())
        {
            if (elements.OfType<RnnElement>().FirstOrDefault(forward.IsPairOf) is not { } reverse)
                continue;
            var merged = elements.OfType<MergeElement>().Where(m => m.Inputs[0] == forward).Select(m => m.Merge).Distinct().ToList();
            LastElement? last = LastOf(forward), lastReverse = LastOf(reverse);
            var lists = elements.Where(e => e is not (LastElement or MergeElement))
                .SelectMany(Operands)
                .Concat(heads.Select(h => h.Signal.Pieces)).ToList();
            bool together = (last is null) == (lastReverse is null)
                && lists.TrueForAll(l => Adjoin(l, forward, reverse) && (last is null || Adjoin(l, last, lastReverse!)))
                // The last step in time is not where both directions end.
                && !elements.OfType<PoolElement>().Any(p => p.Kind == Pooling.Last && p.Inputs.SequenceEqual([forward, reverse]));
            bool joined = last is not null || lists.Exists(l => l.Contains(forward));
            if (!together || merged.Count > 1 || (merged.Count == 1 && joined))
                continue;
            pairs[forward] = reverse;
            merges[forward] = merged.Count == 1 ? merged[0] : Merge.Concat;
        }
    }

    private static IEnumerable<IReadOnlyList<Element>> Operands(Element element) =>
        element is CombinedElement combined ? combined.Operands : [element.Inputs];

    private LastElement? LastOf(RnnElement element) => elements.OfType<LastElement>().FirstOrDefault(l => l.Layer == element);

    private static bool Adjoin(IReadOnlyList<Element> list, Element first, Element second)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if ((list[i] == first && (i + 1 == list.Count || list[i + 1] != second))
                || (list[i] == second && (i == 0 || list[i - 1] != first)))
                return false;
        }

        return true;
    }

    /// <summary>Several inputs are one, side by side: in the order in which a node joins them, if one does.</summary>
    private List<SourceElement> SourceOrder(List<SourceElement> all)
    {
        foreach (IReadOnlyList<Element> list in elements.SelectMany(Operands))
        {
            if (list.Count == all.Count && all.TrueForAll(list.Contains))
                return [.. list.Cast<SourceElement>()];
        }

        return all;
    }

    private void DeclareSources()
    {
        DeclaredSource source = new(sources);
        result.Add(source);
        if (sources is [var only])
            declared[only] = source;
    }

    /// <summary>One of several inputs alone: a selection of the numbers that are all of them.</summary>
    private Declared PartOf(SourceElement source)
    {
        if (declared.TryGetValue(source, out Declared? whole))
            return whole;
        if (!parts.TryGetValue(source, out Declared? part))
        {
            int start = sources.TakeWhile(s => s != source).Sum(s => s.Width);
            part = parts[source] = Select(
                sources.Sum(s => s.Width), [.. Enumerable.Range(start, source.Width)], source.Index,
                $"part '{source.Tensor}'", [result[0]]);
        }

        return part;
    }

    private DeclaredDense Select(int width, int[] places, int index, string node, IReadOnlyList<Declared> from)
    {
        if ((long)width * places.Length > LargestSelection)
            throw new NotTakenException($"it takes {places.Length} of {width} numbers, and RnnGen has a matrix for that");
        float[] matrix = new float[places.Length * width];
        for (int i = 0; i < places.Length; i++)
            matrix[(i * width) + places[i]] = 1;
        DeclaredDense selection = new(new DenseElement(index, [], places.Length) { Node = node, Matrix = matrix }) { From = from };
        result.Add(selection);
        return selection;
    }

    private void Declare(Element element)
    {
        switch (element)
        {
            case SourceElement:
                break;
            case RnnElement rnn when pairs.TryGetValue(rnn, out RnnElement? reverse):
                declared[reverse] = Add(new DeclaredRnn(rnn, reverse, merges[rnn]), element, From(element.Inputs));
                break;
            case RnnElement rnn when !declared.ContainsKey(rnn):
                Add(new DeclaredRnn(rnn, null, Merge.Concat), element, From(element.Inputs));
                break;
            case LastElement { State: > 0 } last:
                notTaken.Add(new(last.What, "it is not the layer's output but its memory, which RnnGen has in its State only"));
                break;
            case LastElement last when pairs.ContainsKey(last.Layer):
                var pool = Add(new DeclaredPool(Pooling.Last), element, [declared[last.Layer]]);
                declared[LastOf(pairs[last.Layer])!] = pool;
                break;
            case LastElement last when !declared.ContainsKey(last):
                Add(new DeclaredPool(Pooling.Last) { IsAlongPositions = last.Layer.IsAlongPositions }, element, [declared[last.Layer]]);
                break;
            case PoolElement pooled:
                Add(
                    new DeclaredPool(pooled.Kind) { Score = pooled.Score, Keys = pooled.Keys }, element,
                    pooled.Kind == Pooling.Last ? PoolFrom(pooled) : From(pooled.Inputs));
                break;
            case MergeElement merge when pairs.ContainsKey((RnnElement)merge.Inputs[0]):
                declared[merge] = declared[merge.Inputs[0]];
                break;
            case MergeElement { Merge: Merge.Sum or Merge.Multiply } merge:
                declared[merge] = new DeclaredCombined(
                    merge.Merge == Merge.Sum ? '+' : '*', [From([merge.Inputs[0]]), From([merge.Inputs[1]])]);
                break;
            case MergeElement merge:
                notTaken.Add(new(merge.What, "other nodes take its directions unmerged, and a layer has one merge"));
                goto case null;
            case DenseElement dense:
                CheckSize(dense);
                Add(new DeclaredDense(dense), element, From(element.Inputs));
                break;
            case CombinedElement combined:
                DeclaredCombined value = new(combined.Operation, [.. combined.Operands.Select(o => (IReadOnlyList<Declared>)From(o))]);
                declared[combined] = value;
                // What others take too, or is long, has a name of its own.
                if (value.Leaves.Count() > MostNames || takers.GetValueOrDefault(combined) > 1)
                    Add(new DeclaredIdentity(), combined, [value]);
                break;
            case SliceElement { Inputs: [SourceElement source] } slice when sources.Count > 1:
                int start = sources.TakeWhile(s => s != source).Sum(s => s.Width);
                declared[slice] = Select(
                    sources.Sum(s => s.Width), Array.ConvertAll(slice.Places, p => p + start), slice.Index, slice.What, [result[0]]);
                break;
            case SliceElement slice:
                declared[slice] = Select(slice.Inputs[0].Width, slice.Places, slice.Index, slice.What, From(slice.Inputs));
                break;
            case ConvElement conv:
                Add(new DeclaredConv(conv), element, From(conv.Inputs));
                break;
            case MagnitudeElement or GridPoolElement or NormElement or SoftmaxElement or PReluElement:
                Add(new DeclaredUnit(element), element, From(element.Inputs));
                break;
            case MathElement math:
                throw new NotTakenException($"RnnGen has {math.Name} within cells only");
            case StateElement state:
                throw new NotTakenException($"{state.What} is of a loop whose cell was not found");
            case null:
                // What stands on it has no place either; the heads that need it are refused.
                break;
        }
    }

    private static void CheckSize(DenseElement dense)
    {
        if (dense.Matrix is null && dense.Affine is null && dense.Width > LargestDiagonal)
            throw new NotTakenException($"it stands behind no matrix product, and {dense.Width} numbers are too many to put one there");
        if (dense.Matrix is null && dense.Function.Kind != Activation.Linear && dense.Affine is not (1, 0) && dense.Width > LargestDiagonal)
            throw new NotTakenException($"it scales {dense.Width} numbers before a function, which are too many for a matrix");
    }

    /// <summary>RnnGen's last step of a layer in reverse is the first in time; a layer between them makes it time's.</summary>
    private List<Declared> PoolFrom(PoolElement pool)
    {
        var from = From(pool.Inputs);
        if (from is not [DeclaredRnn { IsForward: false } only])
            return from;
        float[] ones = new float[pool.Width];
        Array.Fill(ones, 1);
        DeclaredDense identity =
            new(new DenseElement(pool.Index, pool.Inputs, pool.Width) { Node = "the last step", Diagonal = ones }) { From = [only] };
        result.Add(identity);
        return [identity];
    }

    private T Add<T>(T item, Element element, IReadOnlyList<Declared> from) where T : Declared
    {
        item.From = from;
        declared[element] = item;
        result.Add(item);
        return item;
    }

    /// <summary>The declarations that elements became, both directions of a layer and all inputs side by side once.</summary>
    private List<Declared> From(IReadOnlyList<Element> inputs)
    {
        List<Declared> from = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is SourceElement source)
            {
                if (sources.Count > 1 && inputs.Skip(i).Take(sources.Count).SequenceEqual(sources))
                {
                    from.Add(result[0]);
                    i += sources.Count - 1;
                }
                else
                {
                    from.Add(PartOf(source));
                }

                continue;
            }

            if (!declared.TryGetValue(inputs[i], out Declared? item))
                throw new NotTakenException($"it takes {inputs[i].What}, which is not taken");
            from.Add(item);
            RnnElement? of = inputs[i] as RnnElement ?? (inputs[i] as LastElement)?.Layer;
            if (of is not null && pairs.ContainsKey(of))
                i++;
        }

        return from;
    }

    private void DeclareHead(Signal signal, string tensor)
    {
        var pieces = signal.Pieces;
        string loss = "SquaredError";
        if (pieces is [SoftmaxElement { IsLog: false } softmax] && Uses.Count(u => u.Contains(softmax)) == 1 && softmax.Width > 1)
        {
            pieces = softmax.Inputs;
            loss = "SoftmaxCrossEntropy";
        }
        else if (pieces is [DenseElement { Function.Kind: Activation.Sigmoid, Diagonal: not null, Affine: (1, 0) } logistic]
            && Uses.Count(u => u.Contains(logistic)) == 1)
        {
            pieces = logistic.Inputs;
            loss = "SigmoidCrossEntropy";
        }

        List<Declared> from;
        try
        {
            from = From(pieces);
        }
        catch (NotTakenException problem)
        {
            notTaken.Add(new($"output '{tensor}'", problem.Message));
            return;
        }

        if (result.OfType<DeclaredHead>().Any(h => h.From.SequenceEqual(from)))
        {
            notTaken.Add(new($"output '{tensor}'", "another output is computed from the same vectors"));
            return;
        }

        if (pieces is [DenseElement { Function.Kind: Activation.Sigmoid, Matrix: not null } dense]
            && Uses.Count(u => u.Contains(dense)) == 1)
        {
            ((DeclaredDense)declared[dense]).IsLinear = true;
            loss = "SigmoidCrossEntropy";
        }

        result.Add(new DeclaredHead(loss, tensor, (int)signal.Width) { From = from });
    }

    /// <summary>Takes away what no head stands on.</summary>
    private void RemoveUnused()
    {
        HashSet<Declared> used = [.. result.OfType<DeclaredHead>()];
        for (int i = result.Count - 1; i >= 0; i--)
        {
            if (used.Contains(result[i]))
                used.UnionWith(result[i].From.SelectMany(f => f.Leaves));
        }

        result.RemoveAll(r => !used.Contains(r));
    }

    private void CheckOneHot()
    {
        foreach (Declared item in result.Where(r => r.From.SelectMany(f => f.Leaves).OfType<DeclaredSource>().Any(s => s.IsOneHot)))
        {
            if (item is not (DeclaredRnn or DeclaredDense) || item.From.Count > 1 || item.From[0] is not DeclaredSource)
            {
                notTaken.Add(new(item.Attribute.Name, "it takes one-hot vectors otherwise than as the only input of a layer"));
                result.Clear();
                return;
            }
        }
    }

    private void Name()
    {
        Declared.NameAll(result, "rnn", d => d is DeclaredRnn);
        Declared.NameAll(result, "dense", d => d is DeclaredDense { IsLayer: true });
        Declared.NameAll(result, "conv", d => d is DeclaredConv);
        Declared.NameAll(result, "norm", d => d is DeclaredUnit { Kind: "norm" });
        Declared.NameAll(result, "prelu", d => d is DeclaredUnit { Kind: "prelu" });
        Declared.NameAll(result, "pool", d => d is DeclaredPool);
        Declared.NameAll(result, "value", d => d is DeclaredDense { IsLayer: false } or DeclaredUnit { Kind: "value" } or DeclaredIdentity);
        foreach (DeclaredSource source in result.OfType<DeclaredSource>())
            source.Name = "input";
        Declared? above = null;
        foreach (Declared item in result)
        {
            if (item.From.Count > 0 && !(item.From.Count == 1 && item.From[0] == above))
            {
                foreach (Declared from in item.From.SelectMany(f => f.Leaves))
                    from.IsNamed = true;
            }

            above = item is DeclaredHead ? above : item;
        }
    }
}
