namespace RnnGen.Onnx;

/// <summary>Some numbers of vectors as elements: rows of a matrix where it has one, otherwise a selection.</summary>
internal static class Slices
{
    /// <summary>An element's numbers at some places: the element itself if these are all in their order.</summary>
    public static Element Of(GraphReader reader, Element of, int[] places)
    {
        if (places.Length == of.Width && places.Select((p, i) => p == i).All(same => same))
            return of;
        if (Array.Exists(places, p => (uint)p >= (uint)of.Width))
            throw new NotTakenException($"it takes numbers beyond the {of.Width} that there are");
        switch (of)
        {
            case SliceElement slice:
                return Of(reader, slice.Inputs[0], Array.ConvertAll(places, p => slice.Places[p]));
            case DenseElement { Matrix: { } matrix } dense:
                int columns = matrix.Length / dense.Width;
                reader.Reserve((long)places.Length * columns);
                return reader.Add(new DenseElement(reader.NextIndex, dense.Inputs, places.Length)
                {
                    Node = dense.Node,
                    Matrix = [.. places.SelectMany(p => new ArraySegment<float>(matrix, p * columns, columns))],
                    Bias = Pick(dense.Bias),
                    Function = dense.Function,
                });
            case DenseElement { Diagonal: { } diagonal } dense:
                List<Element> inputs = Of(reader, dense.Inputs, places);
                return reader.Add(new DenseElement(reader.NextIndex, inputs, places.Length)
                {
                    Node = dense.Node,
                    Diagonal = Pick(diagonal),
                    Bias = Pick(dense.Bias),
                    Function = dense.Function,
                });
            case CombinedElement combined:
                List<List<Element>> combinedOf = [.. combined.Operands.Select(o => Of(reader, o, places))];
                return reader.Add(new CombinedElement(reader.NextIndex, combined.Operation, combinedOf));
            case MathElement math when math.Operands.All(o => o.Sum(e => e.Width) == math.Width):
                List<List<Element>> operands = [.. math.Operands.Select(o => Of(reader, o, places))];
                return reader.Add(new MathElement(reader.NextIndex, math.Name, operands, math.Numbers));
            default:
                return reader.Elements.OfType<SliceElement>()
                    .FirstOrDefault(s => s.Inputs[0] == of && s.Places.AsSpan().SequenceEqual(places))
                    ?? reader.Add(new SliceElement(reader.NextIndex, of, places));
        }

        float[]? Pick(float[]? numbers) => numbers is null ? null : Array.ConvertAll(places, p => numbers[p]);
    }

    /// <summary>The same of elements side by side.</summary>
    public static List<Element> Of(GraphReader reader, IReadOnlyList<Element> pieces, IReadOnlyList<int> places)
    {
        List<(Element, int)> numbers = Numbers(pieces);
        return Grouped(reader, [.. places.Select(p => numbers[p])]);
    }

    /// <summary>Each number of elements side by side.</summary>
    public static List<(Element Of, int Unit)> Numbers(IReadOnlyList<Element> pieces) =>
        [.. pieces.SelectMany(p => Enumerable.Range(0, p.Width).Select(i => (p, i)))];

    /// <summary>Numbers in a row as elements.</summary>
    public static List<Element> Grouped(GraphReader reader, IReadOnlyList<(Element Of, int Unit)> numbers)
    {
        List<Element> pieces = [];
        for (int i = 0; i < numbers.Count;)
        {
            Element of = numbers[i].Of;
            int end = i + 1;
            // A whole element before others of the same is one of its own.
            while (end < numbers.Count && numbers[end].Of == of && !(numbers[end].Unit == 0 && IsWhole(i, end)))
                end++;
            pieces.Add(Of(reader, of, [.. Enumerable.Range(i, end - i).Select(k => numbers[k].Unit)]));
            i = end;

            bool IsWhole(int from, int to) =>
                to - from == of.Width && Enumerable.Range(from, to - from).All(k => numbers[k].Unit == k - from);
        }

        return pieces;
    }

    /// <summary>Numbers that lie along one axis as a vector.</summary>
    public static Signal Signal(GraphReader reader, Packed packed)
    {
        if (packed.Dims.Count(d => d != 1) > 1)
            throw new NotTakenException($"it takes {packed.What} along several axes");
        if (packed.Source is { } source && source.Width == 0)
            source.Decide(source.Dims!.Aggregate(1L, (p, d) => p * (d.Size ?? 1)));
        int axis = Array.FindIndex(packed.Dims, d => d != 1);
        return new(
            Grouped(reader, packed.Numbers),
            [.. packed.Dims.Select((d, i) => i == axis || (axis < 0 && i == packed.Dims.Length - 1) ? Axes.Features(d) : new Axis())]);
    }

    /// <summary>Each number of an input, in the order in which its axes stand now.</summary>
    public static Packed? PackInput(Signal x)
    {
        if (x is not { Source: { Node: null, Dims: { } own } source, Dims: { } dims, IsSymbols: false, Pad: null }
            || own.Count(d => d.Size is null) > 1
            || dims.Any(d => d.HasNumbers || d.Is(AxisRole.Time)))
            return null;
        List<Atom> now = [.. dims.SelectMany(d => d.Atoms).Where(a => a.Size is not null)];
        double count = now.Aggregate(1.0, (p, a) => p * a.Size!.Value);
        if (count is < 1 or > 65_536)
            return null;
        int[]? order = Axes.Order(now, [.. own.SelectMany(d => d.Atoms).Where(a => a.Size is not null)]);
        return new(
            [.. dims.Select(d => d.Atoms.Aggregate(1L, (p, a) => p * (a.Size ?? 1)))],
            [.. Enumerable.Range(0, (int)count).Select(i => ((Element)source, order?[i] ?? i))]);
    }

    /// <summary>The same, or null where there is no memory for it.</summary>
    public static Packed? TryPack(GraphReader reader, Value value)
    {
        try
        {
            if (value is Signal signal)
                reader.Reserve(4 * signal.Width);
            return Pack(value);
        }
        catch (NotTakenException)
        {
            return null;
        }
    }

    /// <summary>Each number of a vector of one step or of the sequence, with its axes; those of the batch count as 1.</summary>
    public static Packed? Pack(Value value)
    {
        if (value is Packed packed)
            return packed;
        if (value is not Signal { Dims: { } dims, Pad: null, Grid: null, IsSymbols: false } x || x.Pieces.Any(p => p.Width == 0))
            return null;
        List<Atom> atoms = [.. dims.SelectMany(d => d.Atoms)];
        if (atoms.Exists(a => a.Role == AxisRole.Time && a.Size != 1))
            return null;
        long[] sizes = [.. dims.Select(d => d.Atoms.Aggregate(1L, (p, a) => p * (IsNumber(a) ? a.Size ?? 1 : 1)))];
        if (sizes.Aggregate(1L, (p, d) => p * d) != x.Width)
            return null;
        List<Atom> along = [.. atoms.Where(IsNumber)];
        // Elements stand side by side, so their stacks come before their numbers, wherever the axes are.
        int[]? order = Axes.Order(along, [.. along.Where(a => a.Role == AxisRole.Stack), .. along.Where(a => a.Role != AxisRole.Stack)]);
        var numbers = Numbers(x.Pieces);
        return new(sizes, order is null ? [.. numbers] : Array.ConvertAll(order, o => numbers[o]));

        static bool IsNumber(Atom atom) => atom.Role is AxisRole.Feature or AxisRole.Stack or AxisRole.Inner;
    }
}

/// <summary>A function that only cells have.</summary>
/// <param name="index">Its number.</param>
/// <param name="name">Its name in the language of cells; Div for a quotient.</param>
/// <param name="operands">What it takes.</param>
/// <param name="numbers">Numbers behind these.</param>
internal sealed class MathElement(int index, string name, IReadOnlyList<IReadOnlyList<Element>> operands, double[] numbers)
    : Element(index, [.. operands.SelectMany(o => o)])
{
    public string Name { get; } = name;

    public IReadOnlyList<IReadOnlyList<Element>> Operands { get; } = operands;

    public double[] Numbers { get; } = numbers;

    private readonly int width = operands[0].Sum(e => e.Width);

    public override int Width => width > 0 ? width : Operands[0].Sum(e => e.Width);

    public override int Positions { get; } = operands[0] is [var only] ? only.Positions : 1;

    public override string What => $"{Name} of {Operands[0][0].What}";

    public override Element Of(int index, IReadOnlyList<Element> inputs)
    {
        Queue<Element> rest = new(inputs);
        return new MathElement(index, Name, [.. Operands.Select(o => (IReadOnlyList<Element>)[.. o.Select(_ => rest.Dequeue())])], Numbers);
    }
}
