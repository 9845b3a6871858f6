namespace RnnGen.Onnx;

/// <summary>Makes the attributes of one model out of the elements that its outputs stand on.</summary>
internal sealed class ModelAssembler
{
    private readonly List<Element> elements;
    private readonly List<(Signal Signal, string Tensor)> heads;
    private readonly Dictionary<RnnElement, RnnElement> pairs = [];
    private readonly Dictionary<RnnElement, Merge> merges = [];
    private readonly Dictionary<Element, Declared> declared = [];
    private readonly List<Declared> result = [];
    private readonly List<NotTakenNode> notTaken;

    private ModelAssembler(List<(Signal Signal, string Tensor)> heads, List<NotTakenNode> notTaken)
    {
        this.heads = heads;
        this.notTaken = notTaken;
        elements = Below(heads.SelectMany(h => h.Signal.Pieces));
    }

    /// <summary>The declaration, from top to bottom; empty if there is none.</summary>
    /// <param name="heads">The outputs, all of one source.</param>
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
        FindPairs();
        foreach (Element element in elements)
            Declare(element);
        foreach (var (signal, tensor) in heads)
            DeclareHead(signal, tensor);
        RemoveUnused();
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
                .Select(e => e.Inputs)
                .Concat(heads.Select(h => h.Signal.Pieces)).ToList();
            bool together = (last is null) == (lastReverse is null)
                && lists.TrueForAll(l => Adjoin(l, forward, reverse) && (last is null || Adjoin(l, last, lastReverse!)))
                // The last step in time is not where both directions end.
                && !elements.OfType<PoolElement>().Any(p => !p.IsMean && p.Inputs.SequenceEqual([forward, reverse]));
            bool joined = last is not null || lists.Exists(l => l.Contains(forward));
            if (!together || merged.Count > 1 || (merged.Count == 1 && joined))
                continue;
            pairs[forward] = reverse;
            merges[forward] = merged.Count == 1 ? merged[0] : Merge.Concat;
        }
    }

    private LastElement? LastOf(RnnElement element) => elements.OfType<LastElement>().FirstOrDefault(l => l.Of == element);

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

    private void Declare(Element element)
    {
        switch (element)
        {
            case SourceElement source:
                Add(new DeclaredSource(source), element, []);
                break;
            case RnnElement rnn when pairs.TryGetValue(rnn, out RnnElement? reverse):
                declared[reverse] = Add(new DeclaredRnn(rnn, reverse, merges[rnn]), element, From(element.Inputs));
                break;
            case RnnElement rnn when !declared.ContainsKey(rnn):
                Add(new DeclaredRnn(rnn, null, Merge.Concat), element, From(element.Inputs));
                break;
            case LastElement last when pairs.ContainsKey(last.Of):
                var pool = Add(new DeclaredPool(isMean: false), element, [declared[last.Of]]);
                declared[LastOf(pairs[last.Of])!] = pool;
                break;
            case LastElement last when !declared.ContainsKey(last):
                Add(new DeclaredPool(isMean: false), element, [declared[last.Of]]);
                break;
            case PoolElement pooled:
                Add(new DeclaredPool(pooled.IsMean), element, PoolFrom(pooled));
                break;
            case MergeElement merge when pairs.ContainsKey((RnnElement)merge.Inputs[0]):
                declared[merge] = declared[merge.Inputs[0]];
                break;
            case MergeElement merge:
                notTaken.Add(new(merge.What, "other nodes take its directions unmerged, and a layer has one merge"));
                goto case null;
            case DenseElement dense:
                Add(new DeclaredDense(dense), element, From(element.Inputs));
                break;
            case null:
                // What stands on it has no place either; the heads that need it are refused.
                break;
        }
    }

    /// <summary>RnnGen's last step of a layer in reverse is the first in time; a layer between them makes it time's.</summary>
    private List<Declared> PoolFrom(PoolElement pool)
    {
        var from = From(pool.Inputs);
        if (pool.IsMean || from is not [DeclaredRnn { IsForward: false } only])
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

    /// <summary>The declarations that elements became, both directions of a layer once.</summary>
    private List<Declared> From(IReadOnlyList<Element> inputs)
    {
        List<Declared> from = [];
        for (int i = 0; i < inputs.Count; i++)
        {
            if (declared.TryGetValue(inputs[i], out Declared? item))
                from.Add(item);
            RnnElement? of = inputs[i] as RnnElement ?? (inputs[i] as LastElement)?.Of;
            if (of is not null && pairs.ContainsKey(of))
                i++;
        }

        return from;
    }

    private void DeclareHead(Signal signal, string tensor)
    {
        var pieces = signal.Pieces;
        string loss = "SquaredError";
        if (pieces is [SoftmaxElement softmax])
        {
            pieces = softmax.Inputs;
            loss = "SoftmaxCrossEntropy";
        }

        string? problem =
            pieces.Any(p => p is SoftmaxElement) ? "it joins a softmax with other vectors"
            : Below(pieces).OfType<MergeElement>().Any(m => !declared.ContainsKey(m)) ? "it stands on directions that cannot be merged"
            : loss == "SoftmaxCrossEntropy" && signal.Width < 2 ? "its softmax has one class"
            : result.OfType<DeclaredHead>().Any(h => h.From.SequenceEqual(From(pieces)))
                ? "another output is computed from the same vectors"
            : null;
        if (problem is not null)
        {
            notTaken.Add(new($"output '{tensor}'", problem));
            return;
        }

        if (pieces is [DenseElement { Function.Kind: Activation.Sigmoid } dense] && Uses.Count(u => u.Contains(dense)) == 1)
        {
            ((DeclaredDense)declared[dense]).IsLinear = true;
            loss = "SigmoidCrossEntropy";
        }

        result.Add(new DeclaredHead(loss, tensor, (int)signal.Width) { From = From(pieces) });
    }

    /// <summary>Reports elements that only heads take and that the model cannot have.</summary>
    private void RemoveUnused()
    {
        HashSet<Declared> used = [.. result.OfType<DeclaredHead>()];
        for (int i = result.Count - 1; i >= 0; i--)
        {
            if (used.Contains(result[i]))
                used.UnionWith(result[i].From);
        }

        result.RemoveAll(r => !used.Contains(r));
    }

    private void CheckOneHot()
    {
        foreach (Declared item in result.Where(r => r.From.OfType<DeclaredSource>().Any(s => s.IsOneHot)))
        {
            if (item is DeclaredPool or DeclaredHead || item.From.Count > 1)
            {
                notTaken.Add(new(item.Attribute.Name, "it takes one-hot vectors otherwise than as the only input of a layer"));
                result.Clear();
                return;
            }
        }
    }

    private void Name()
    {
        NameAll<DeclaredRnn>("rnn");
        NameAll<DeclaredDense>("dense");
        NameAll<DeclaredPool>("pool");
        foreach (DeclaredSource source in result.OfType<DeclaredSource>())
            source.Name = "input";
        Declared? above = null;
        foreach (Declared item in result)
        {
            if (item.From.Count > 0 && !(item.From.Count == 1 && item.From[0] == above))
            {
                foreach (Declared from in item.From)
                    from.IsNamed = true;
            }

            above = item is DeclaredHead ? above : item;
        }
    }

    /// <summary>Names all elements of a kind that occurs several times, so that the weights' names show in the declaration.</summary>
    private void NameAll<T>(string kind) where T : Declared
    {
        List<T> items = [.. result.OfType<T>()];
        for (int i = 0; i < items.Count; i++)
        {
            items[i].Name = items.Count == 1 ? kind : $"{kind}{i + 1}";
            items[i].IsNamed = items.Count > 1 && items[i] is not DeclaredPool;
        }
    }
}
