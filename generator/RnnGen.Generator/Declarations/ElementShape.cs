namespace RnnGen.Generator.Declarations;

/// <summary>The shape of an element's output.</summary>
/// <param name="Width">The length of a vector.</param>
/// <param name="Once">True if there is one vector per sequence, instead of one per step.</param>
internal readonly record struct ElementShape(int Width, bool Once)
{
    // More than any array can hold, and far from overflow: what is joined again and again is told to be too large.
    private const int WidestJoin = (1 << 30) + 1;

    /// <summary>The shape of each element; of what they take joined, in <paramref name="inputs"/>.</summary>
    public static ElementShape[] Of(IReadOnlyList<ElementDeclaration> elements, out ElementShape[] inputs)
    {
        var shapes = new ElementShape[elements.Count];
        inputs = new ElementShape[elements.Count];
        for (int i = 0; i < shapes.Length; i++)
        {
            var outputs = shapes;
            var from = elements[i].From.Select(f => OfUse(elements, outputs, f)).ToList();
            var input = inputs[i] = new((int)Math.Min(from.Sum(f => (long)f.Width), WidestJoin), from.Count > 0 && from[0].Once);
            shapes[i] = elements[i] switch
            {
                SourceDeclaration source => new(source.Width, source.Once),
                RnnDeclaration rnn => new(rnn.Width, false),
                DenseDeclaration dense => input with { Width = dense.Size },
                FeedbackDeclaration feedback => input with { Width = input.Width + feedback.Size },
                AttentionDeclaration attention => new(attention.Width, false),
                ContextDeclaration context => new(context.Width, false),
                RepeatDeclaration => input with { Once = false },
                PoolDeclaration => input with { Once = true },
                CombineDeclaration { Kind: not MergeKind.Concat } => input with { Width = from[0].Width },
                _ => input,
            };
        }

        return shapes;
    }

    /// <summary>The shape of what an element takes from another; of a later one, its own width.</summary>
    public static ElementShape OfUse(IReadOnlyList<ElementDeclaration> elements, ElementShape[] shapes, ElementUse use) =>
        use.IsPrevious ? new(elements[use.Index].OwnWidth ?? 0, false) : shapes[use.Index];
}
