namespace RnnGen.Onnx;

/// <summary>The equations of a group of states, and the built-in cell that has them.</summary>
internal sealed class CellEquations
{
    private const int MostTerms = 64;
    private const int MostDepth = 100;

    private int depth;

    private readonly GraphReader reader;
    private readonly string node;
    private readonly HashSet<Element> dependent;

    public CellEquations(GraphReader reader, string node, IReadOnlyList<Element> states, IReadOnlyList<Element> ends)
    {
        (this.reader, this.node, States, Ends) = (reader, node, states, ends);
        dependent = [.. states];
        foreach (Element element in ModelAssembler.Below(ends))
        {
            // A function that only cells have is the cell's, even if it is one of inputs alone.
            if (element is MathElement || element.Inputs.Any(dependent.Contains))
                dependent.Add(element);
        }
    }

    public IReadOnlyList<Element> States { get; }

    public IReadOnlyList<Element> Ends { get; }

    public string Node => node;

    public int Width => States[0].Width;

    /// <summary>The inputs of the cell, in the order in which its equations take them.</summary>
    public List<Element> Inputs { get; } = [];

    /// <summary>False for what is computed from the inputs alone.</summary>
    public bool IsDependent(Element element) => dependent.Contains(element);

    /// <summary>A number times elements.</summary>
    private sealed record Term(double Factor, List<Element> Elements);

    /// <summary>Sums of matrices times elements, and a bias.</summary>
    private sealed class Linear(int width)
    {
        public Dictionary<Element, float[]> Matrices { get; } = [];

        public float[] Bias { get; } = new float[width];
    }

    /// <summary>The built-in cell with these equations; null if there is none.</summary>
    public FoundCell? Find()
    {
        FoundCell? cell = Match();
        depth = 0;
        return cell;
    }

    private FoundCell? Match() => States.Count switch { 1 => Simple() ?? Gated(0), 2 => Memory(0, 1) ?? Memory(1, 0), _ => null };

    /// <summary>h = f(W x + U h' + b).</summary>
    private FoundCell? Simple()
    {
        if (Expand(Ends[0]) is not { } terms)
            return null;
        if (Function(terms) is { } activation && Read(Argument(activation), States[0]) is { } sums)
            return Made(nameof(SimpleRnn), [0], [sums], activation.Function, null, null);
        return terms.TrueForAll(t => t.Elements.Count <= 1) && Read(terms, States[0]) is { } linear
            ? Made(nameof(SimpleRnn), [0], [linear], Onnx.Function.Linear, null, null)
            : null;
    }

    /// <summary>h = z h' + (1 − z) n, or with both turned, and n with a reset before or after the product.</summary>
    private FoundCell? Gated(int place)
    {
        Element h = States[place];
        if (Expand(Ends[place]) is not { Count: 3 } terms)
            return null;
        foreach (Term negative in terms.Where(t => t.Factor == -1 && t.Elements.Count == 2))
        {
            var others = terms.Where(t => t != negative && t.Factor == 1).ToList();
            foreach (DenseElement z in negative.Elements.OfType<DenseElement>())
            {
                Element other = negative.Elements.First(e => e != z || negative.Elements[0] == negative.Elements[1]);
                if (others.Count != 2 || z.Function.Kind == Activation.Linear)
                    continue;
                // − z n beside z h' and n, or − z h' beside h' and z n.
                bool keepsOld = other != h;
                Element? n = keepsOld ? other : others.SelectMany(o => o.Elements).FirstOrDefault(e => e != h && e != z);
                if (n is not DenseElement candidate
                    || !others.Exists(o => Is(o, z, keepsOld ? h : n))
                    || !others.Exists(o => Is(o, keepsOld ? n : h)))
                    continue;
                if (Candidate(candidate, h) is not var (resets, sums, hidden, after)
                    || Read(Argument(z), h) is not { } update
                    || Read(Argument(resets), h) is not { } reset
                    || resets.Function != z.Function)
                    continue;
                string cell = (after, keepsOld) switch
                {
                    (true, true) => nameof(Gru),
                    (true, false) => nameof(GruTakeNew),
                    (false, true) => nameof(GruResetBefore),
                    _ => nameof(GruResetBeforeTakeNew),
                };
                return Made(cell, [place], [reset, update, sums], candidate.Function, z.Function, null, hidden);
            }
        }

        return null;
    }

    /// <summary>
    /// The parts of a GRU's n: the reset gate, its sums with the product of the state, the second bias, and where it resets.
    /// </summary>
    private (DenseElement Reset, Linear Sums, float[]? Hidden, bool IsAfter)? Candidate(DenseElement n, Element h)
    {
        if (Argument(n) is not { } terms)
            return null;
        // After the product: r ⊙ (U h' + b).
        var products = terms.Where(t => t.Elements.Count == 2 && t.Factor == 1).ToList();
        if (products.Count > 0)
        {
            if (products.SelectMany(p => p.Elements).OfType<DenseElement>()
                .FirstOrDefault(e => e.Function.Kind != Activation.Linear && products.TrueForAll(p => p.Elements.Contains(e)))
                    is not { } reset)
                return null;
            List<Term> inner = [.. products.Select(p => new Term(p.Factor, [p.Elements.First(e => e != reset)]))];
            List<Term> rest = [.. terms.Where(t => !products.Contains(t))];
            // r ⊙ b is a term of its own where the bias was added outside of the product.
            foreach (Term bias in rest.Where(t => t.Elements is [var only] && only == reset).ToList())
            {
                inner.Add(new(bias.Factor, []));
                rest.Remove(bias);
            }

            if (Read(inner, h) is not { } hidden || hidden.Matrices.Keys.Any(k => k != h) || Read(rest, null) is not { } input)
                return null;
            if (!hidden.Matrices.TryGetValue(h, out float[]? recurrent))
                return null;
            input.Matrices[h] = recurrent;
            return (reset, input, hidden.Bias, true);
        }

        // Before it: U (r ⊙ h').
        foreach (DenseElement dense in terms.SelectMany(t => t.Elements).OfType<DenseElement>().Where(IsDependent))
        {
            foreach (Element input in dense.Inputs.Where(IsDependent))
            {
                if (Expand(input) is [{ Factor: 1, Elements: { Count: 2 } pair }]
                    && pair.Contains(h)
                    && pair.OfType<DenseElement>().FirstOrDefault(e => e != h && e.Function.Kind != Activation.Linear) is { } reset
                    && Read(terms, input) is { } sums
                    && sums.Matrices.Remove(input, out float[]? matrix))
                {
                    sums.Matrices[h] = matrix;
                    return (reset, sums, null, false);
                }
            }
        }

        return null;
    }

    /// <summary>c = f c' + i g, h = o t(c), or with coupled gates.</summary>
    private FoundCell? Memory(int output, int memory)
    {
        Element h = States[output], c = States[memory];
        if (Expand(Ends[output]) is not [{ Factor: 1, Elements: { Count: 2 } product }] || Expand(Ends[memory]) is not { } terms)
            return null;
        foreach (DenseElement t in product.OfType<DenseElement>())
        {
            if (product.First(e => e != t || product[0] == product[1]) is not DenseElement o || t.Matrix is not null
                || Argument(t) is not { } inner || !Same(inner, terms))
                continue;
            foreach (Term kept in terms.Where(k => k.Factor == 1 && k.Elements.Count == 2 && k.Elements.Contains(c)))
            {
                var rest = terms.Where(k => k != kept).ToList();
                if (kept.Elements.First(e => e != c) is not DenseElement f)
                    continue;
                if (rest is [{ Factor: 1, Elements: [DenseElement first, DenseElement second] }])
                {
                    foreach (var (i, g) in new[] { (first, second), (second, first) })
                    {
                        if (i.Function == f.Function
                            && o.Function == f.Function
                            && Gates(h, i, f, g, o) is { } sums)
                            return Made(nameof(Lstm), [output, memory], sums, g.Function, f.Function, t.Function);
                    }
                }
            }
        }

        return null;
    }

    private Linear[]? Gates(Element h, params DenseElement[] gates)
    {
        List<Linear> sums = [.. gates.Select(g => Read(Argument(g), h)).OfType<Linear>()];
        return sums.Count == gates.Length ? [.. sums] : null;
    }

    private FoundCell Made(
        string cell, int[] order, Linear[] sums, Function? candidate, Function? gate, Function? output, float[]? second = null)
    {
        Element h = States[order[0]];
        foreach (Linear sum in sums)
        {
            foreach (Element input in sum.Matrices.Keys.Where(k => k != h))
            {
                if (!Inputs.Contains(input))
                    Inputs.Add(input);
            }
        }

        if (Inputs.Count == 0)
            throw new NotTakenException("its cell has no input");
        int inputs = Inputs.Sum(i => i.Width), rows = sums.Length * Width;
        reader.Reserve((long)rows * (inputs + Width));
        float[] ih = new float[rows * inputs], hh = new float[rows * Width], bias = new float[rows], other = new float[rows];
        for (int k = 0; k < sums.Length; k++)
        {
            int at = 0;
            foreach (Element input in Inputs)
            {
                if (sums[k].Matrices.TryGetValue(input, out float[]? matrix))
                    Copy(matrix, input.Width, ih, inputs, at, k);
                at += input.Width;
            }

            if (sums[k].Matrices.TryGetValue(h, out float[]? recurrent))
                Copy(recurrent, Width, hh, Width, 0, k);
            sums[k].Bias.CopyTo(bias, k * Width);
        }

        second?.CopyTo(other, (sums.Length - 1) * Width);
        return new(cell, [.. Inputs], order,
            [("weight_ih", [rows, inputs], ih), ("weight_hh", [rows, Width], hh), ("bias_ih", [rows], bias), ("bias_hh", [rows], other)])
        {
            Candidate = candidate,
            Gate = gate,
            Output = output,
        };

        void Copy(float[] from, int columns, float[] to, int stride, int at, int gate)
        {
            for (int row = 0; row < Width; row++)
                Array.Copy(from, row * columns, to, (((gate * Width) + row) * stride) + at, columns);
        }
    }

    /// <summary>A sum as matrices times inputs and one state; null if anything else is in it.</summary>
    private Linear? Read(List<Term>? terms, Element? state)
    {
        if (terms is null)
            return null;
        Linear sum = new(Width);
        foreach (Term term in terms)
        {
            switch (term.Elements)
            {
                case []:
                    for (int i = 0; i < Width; i++)
                        sum.Bias[i] += (float)term.Factor;
                    break;
                case [DenseElement { Function.Kind: Activation.Linear } dense] when dense.Width == Width && dense.Inputs.All(IsTaken):
                    int at = 0, columns = dense.Inputs.Sum(i => i.Width);
                    reader.Reserve((long)Width * columns);
                    foreach (Element input in dense.Inputs)
                    {
                        float[] matrix = Matrix(sum, input);
                        for (int row = 0; row < Width; row++)
                        {
                            for (int k = 0; k < input.Width; k++)
                            {
                                matrix[(row * input.Width) + k] += (float)term.Factor * (dense.Matrix is { } w ? w[(row * columns) + at + k]
                                    : row == at + k ? dense.Diagonal![row] : 0);
                            }
                        }

                        at += input.Width;
                    }

                    for (int i = 0; i < Width && dense.Bias is not null; i++)
                        sum.Bias[i] += (float)term.Factor * dense.Bias[i];
                    break;
                case [var only] when IsTaken(only) && only.Width == Width:
                    float[] diagonal = Matrix(sum, only);
                    for (int i = 0; i < Width; i++)
                        diagonal[(i * Width) + i] += (float)term.Factor;
                    break;
                default:
                    return null;
            }
        }

        return sum;

        bool IsTaken(Element element) => element == state || !IsDependent(element);

        float[] Matrix(Linear to, Element input)
        {
            if (!to.Matrices.TryGetValue(input, out float[]? matrix))
            {
                reader.Reserve((long)Width * input.Width);
                to.Matrices[input] = matrix = new float[Width * input.Width];
            }

            return matrix;
        }
    }

    private static bool Is(Term term, params Element[] elements) =>
        term.Elements.Count == elements.Length && elements.Distinct().Count() == elements.Length && elements.All(term.Elements.Contains);

    /// <summary>The one function that a sum is.</summary>
    private static DenseElement? Function(List<Term> terms) =>
        terms is [{ Factor: 1, Elements: [DenseElement { Function.Kind: not Activation.Linear } only] }] ? only : null;

    /// <summary>The sum that a function is taken of.</summary>
    private List<Term>? Argument(DenseElement of)
    {
        if (of.Diagonal is null)
        {
            DenseElement linear = new(of.Index, of.Inputs, of.Width) { Node = of.Node, Matrix = of.Matrix, Bias = of.Bias };
            if (IsDependent(of))
                dependent.Add(linear);
            return [new(1, [linear])];
        }

        return Scaled(of);
    }

    /// <summary>An element as a sum of products; null if it has too many of them.</summary>
    private List<Term>? Expand(Element element)
    {
        if (!IsDependent(element))
            return [new(1, [element])];
        if (++depth > MostDepth)
            return null;
        List<Term>? terms = ExpandDependent(element);
        depth--;
        return terms;
    }

    private List<Term>? ExpandDependent(Element element)
    {
        switch (element)
        {
            case DenseElement { Function.Kind: Activation.Linear, Diagonal: { } diagonal, Inputs: [_] } dense
                when Array.TrueForAll(diagonal, d => d == diagonal[0]):
                return Scaled(dense);
            case CombinedElement combined when combined.Operands.All(o => o.Count == 1):
                List<Term> result = combined.Operation == '+' ? [] : [new(1, [])];
                foreach (IReadOnlyList<Element> operand in combined.Operands)
                {
                    if (Expand(operand[0]) is not { } own || result.Count * own.Count > MostTerms || result.Count + own.Count > MostTerms)
                        return null;
                    result = combined.Operation == '+'
                        ? [.. result, .. own]
                        : [.. result.SelectMany(_ => own, (l, r) => new Term(l.Factor * r.Factor, [.. l.Elements, .. r.Elements]))];
                }

                return Joined(result);
            default:
                return [new(1, [element])];
        }
    }

    /// <summary>α v + b as a sum; null if each unit has its own α.</summary>
    private List<Term>? Scaled(DenseElement of)
    {
        if (of is not { Diagonal: { } diagonal, Inputs: [var inner] } || !Array.TrueForAll(diagonal, d => d == diagonal[0])
            || Expand(inner) is not { } terms)
            return null;
        terms = [.. terms.Select(t => t with { Factor = t.Factor * diagonal[0] })];
        if (of.Affine is { } affine)
            terms.Add(new(affine.Beta, []));
        else
            terms.Add(new(1, [new DenseElement(of.Index, [], of.Width) { Node = of.Node, Matrix = [], Bias = of.Bias }]));
        return Joined(terms);
    }

    private static List<Term> Joined(IEnumerable<Term> terms)
    {
        List<Term> joined = [];
        foreach (Term term in terms)
        {
            List<Element> sorted = [.. term.Elements.OrderBy(e => e.Index)];
            int place = joined.FindIndex(j => j.Elements.SequenceEqual(sorted));
            if (place < 0)
                joined.Add(new(term.Factor, sorted));
            else
                joined[place] = new(joined[place].Factor + term.Factor, sorted);
        }

        joined.RemoveAll(j => j.Factor == 0);
        return joined;
    }

    private static bool Same(List<Term> a, List<Term> b) =>
        a.Count == b.Count && a.TrueForAll(t => b.Exists(o => o.Factor == t.Factor && o.Elements.SequenceEqual(t.Elements)));
}
