namespace RnnGen.Onnx;

/// <summary>Reshape: the same numbers in the same order, whose axes are joined and taken apart again.</summary>
internal static class ReshapeOperators
{
    public static void Reshape(NodeContext node)
    {
        if (node.Input(0) is not Signal { Dims: { } dims } x)
        {
            LayoutOperators.Pass(node);
            return;
        }

        Size[] target = Computing.Sizes(node.Input(1)) is { Length: <= 16 } sizes
            ? [.. sizes]
            : throw new NotTakenException("its shape is known only when it runs");
        if (target.Any(d => d.Value is < -1 or > int.MaxValue))
            throw new NotTakenException("its shape is impossible");
        bool copiesZero = node.Whole("allowzero", 0) == 0;
        for (int i = 0; i < target.Length; i++)
        {
            if (target[i].Value == 0 && copiesZero)
                target[i] = i < dims.Count
                    ? Size.Of(dims[i])
                    : throw new NotTakenException($"its shape copies axis {i}, which there is not");
        }

        node.Output(0, x.With(Match([.. dims.SelectMany(d => d.Atoms).Where(a => a.Size != 1)], target)));
    }

    public static void Flatten(NodeContext node)
    {
        if (node.Input(0) is not Signal { Dims: { } dims } x)
        {
            LayoutOperators.Pass(node);
            return;
        }

        long axis = node.Whole("axis", 1);
        int place = axis == dims.Count ? dims.Count : NodeContext.Place(axis, dims.Count);
        node.Output(0, x.With([Joined(dims.Take(place)), Joined(dims.Skip(place))]));
    }

    /// <summary>Gives the atoms to the target's axes, from both ends towards the one that takes what is left.</summary>
    private static Axis[] Match(List<Atom> atoms, Size[] target)
    {
        // An axis whose size nobody knows may be −1 as well.
        int rest = Array.FindIndex(target, d => d.Value == -1);
        if (rest < 0)
            rest = Array.FindIndex(target, d => d.Value is null && d.Product is null);
        Axis[] result = new Axis[target.Length];
        int first = 0, end = atoms.Count;
        int stop = rest < 0 ? target.Length : rest;
        for (int i = 0; i < stop; i++)
            result[i] = Take(target[i], i, fromStart: true);
        for (int i = target.Length - 1; i > stop; i--)
            result[i] = Take(target[i], i, fromStart: false);
        if (rest >= 0)
            result[rest] = new Axis([.. atoms[first..end]]);
        else if (atoms[first..end].Any(a => a.Size != 1))
            throw new NotTakenException("its shape has no place for all axes");
        return result;

        Axis Take(Size size, int place, bool fromStart)
        {
            List<Atom> taken = [];
            Size product = 1;
            while (!product.Same(size))
            {
                if (first == end)
                    throw new NotTakenException($"its shape's axis {place} fits none of its input's");
                Atom next = fromStart ? atoms[first++] : atoms[--end];
                taken.Insert(fromStart ? taken.Count : 0, next);
                // A number for an axis of unknown size: the file says how large it is.
                if (next.Size is null && size.Value is { } number && product.Value is > 0 and { } known && number % known == 0)
                    next.Size = number / known;
                product *= Size.Of(next);
            }

            return new Axis([.. taken]);
        }
    }

    private static Axis Joined(IEnumerable<Axis> axes) => new([.. axes.SelectMany(a => a.Atoms)]);
}
