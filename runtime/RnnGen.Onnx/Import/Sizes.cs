namespace RnnGen.Onnx;

/// <summary>
/// A number that follows from the sizes of axes: a sum of products of atoms, or one that nobody can know before the graph runs. An atom
/// whose size becomes known counts as that number from then on.
/// </summary>
internal sealed class Size
{
    private const int MostTerms = 16;
    private const int MostFactors = 16;

    private readonly List<(long Factor, Atom[] Atoms)>? terms;

    private Size(List<(long, Atom[])>? terms) => this.terms = terms;

    /// <summary>A number that is known only in use, and that equals no other.</summary>
    public static Size Unknown { get; } = new(null);

    /// <summary>The number, if it is known.</summary>
    public long? Value => Reduced() is not { } terms ? null
        : terms.Count == 0 ? 0
        : terms is [var (factor, atoms)] && atoms.Length == 0 ? factor
        : null;

    /// <summary>The atoms that this is the product of; null if it is a number, a sum or a multiple.</summary>
    public Atom[]? Product => Reduced() is [(1, { Length: > 0 } atoms)] ? atoms : null;

    public static implicit operator Size(long value) => new(value == 0 ? [] : [(value, [])]);

    public static Size Of(Atom atom) => new([(1, [atom.Root])]);

    public static Size Of(Axis axis) => axis.Atoms.Aggregate((Size)1, (product, atom) => product * Of(atom));

    public static Size operator +(Size a, Size b) => a.Reduced() is { } x && b.Reduced() is { } y ? Joined([.. x, .. y]) : Unknown;

    public static Size operator -(Size a, Size b) => a + (b * -1);

    public static Size operator *(Size a, Size b)
    {
        if (a.Reduced() is not { } x || b.Reduced() is not { } y)
            return a.Value == 0 || b.Value == 0 ? 0 : Unknown;
        return Joined([.. x.SelectMany(_ => y, (l, r) => (unchecked(l.Factor * r.Factor), Sorted([.. l.Atoms, .. r.Atoms])))]);
    }

    /// <summary>The quotient, which is exact or of two known numbers; unknown otherwise.</summary>
    public static Size operator /(Size a, Size b)
    {
        if (a.Value is { } x && b.Value is { } y)
            return y is 0 or -1 ? Unknown : x / y;
        if (a.Reduced() is not { } terms || b.Reduced() is not [var (factor, atoms)])
            return Unknown;
        List<(long, Atom[])> quotient = [];
        foreach (var (number, factors) in terms)
        {
            List<Atom> left = [.. factors];
            if (number % factor != 0 || !atoms.All(left.Remove))
                return Unknown;
            quotient.Add((number / factor, [.. left]));
        }

        return new(quotient);
    }

    /// <summary>True if both are the same number whatever the sizes are.</summary>
    public bool Same(Size other) => (this - other).Value == 0;

    private static Size Joined(List<(long Factor, Atom[] Atoms)> terms)
    {
        List<(long Factor, Atom[] Atoms)> sum = [];
        foreach (var (factor, atoms) in terms)
        {
            int place = sum.FindIndex(t => t.Atoms.AsSpan().SequenceEqual(atoms));
            if (place < 0)
                sum.Add((factor, atoms));
            else
                sum[place] = (unchecked(sum[place].Factor + factor), atoms);
        }

        sum.RemoveAll(t => t.Factor == 0);
        return sum.Count > MostTerms || sum.Exists(t => t.Atoms.Length > MostFactors) ? Unknown : new(sum);
    }

    private static Atom[] Sorted(Atom[] atoms) => [.. atoms.OrderBy(a => a.Number)];

    private List<(long Factor, Atom[] Atoms)>? Reduced()
    {
        if (terms is null || !terms.Exists(t => t.Atoms.Any(a => a.Size is not null || a.Root != a)))
            return terms;
        return Joined([.. terms.Select(t => (
            t.Atoms.Aggregate(t.Factor, (product, atom) => unchecked(product * (atom.Size ?? 1))),
            Sorted([.. t.Atoms.Where(a => a.Size is null).Select(a => a.Root)])))]).terms;
    }
}
