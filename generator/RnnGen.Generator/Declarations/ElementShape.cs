namespace RnnGen.Generator.Declarations;

/// <summary>The shape of an element's output.</summary>
/// <param name="Width">The length of a vector.</param>
/// <param name="Once">True if there is one vector per sequence, instead of one per step.</param>
/// <param name="Length">Positions of a grid; 1 for a plain vector.</param>
internal readonly record struct ElementShape(int Width, bool Once, int Length = 1)
{
    /// <summary>Numbers of a position.</summary>
    public int Channels => Width / Length;

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
            // Grids of one length are joined position by position.
            var input = inputs[i] = new(
                (int)Math.Min(from.Sum(f => (long)f.Width), WidestJoin), from.Count > 0 && from[0].Once,
                from.Count > 0 && from.All(f => f.Length == from[0].Length) ? from[0].Length : 1);
            shapes[i] = elements[i] switch
            {
                SourceDeclaration source => new(source.Width, source.Once, source.Length),
                NumbersDeclaration numbers => new(numbers.Width, false, numbers.Length),
                SymbolsDeclaration symbols =>
                    new((int)Math.Min(symbols.Width * (long)symbols.Channels, WidestJoin), false, symbols.Width),
                RnnDeclaration { IsAlongPositions: true } rnn =>
                    new((int)Math.Min(rnn.Width * (long)input.Length, WidestJoin), input.Once, input.Length),
                RnnDeclaration rnn => new(rnn.Width, false),
                DenseDeclaration dense => new(dense.Size, input.Once),
                ConvolutionDeclaration { Window: var window } convolution when window.PositionsOf(input.Length) is > 0 and var positions =>
                    new((int)Math.Min(positions * (long)convolution.Channels, WidestJoin), input.Once, positions),
                GridPoolDeclaration pool when pool.PositionsOf(input.Length) is > 0 and var left =>
                    new(left * input.Channels, input.Once, left),
                MagnitudeDeclaration => input with { Width = input.Width / 2 },
                FeedbackDeclaration feedback => new(input.Width + feedback.Size, input.Once),
                AttentionDeclaration attention => new(attention.Width, false),
                ContextDeclaration context => new(context.Width, false),
                RepeatDeclaration => new(input.Width, false),
                PoolDeclaration { IsAlongPositions: true } => new(input.Channels, input.Once),
                PoolDeclaration => new(input.Width, true),
                DelayDeclaration => new(input.Width, false),
                CombineDeclaration { Kind: not MergeKind.Concat } => from[0].Width >= from[1].Width ? from[0] : from[1],
                _ => input,
            };
        }

        return shapes;
    }

    /// <summary>The shape of what an element takes from another; of a later one, its own width.</summary>
    public static ElementShape OfUse(IReadOnlyList<ElementDeclaration> elements, ElementShape[] shapes, ElementUse use) =>
        use.IsPrevious ? new(elements[use.Index].OwnWidth ?? 0, false) : shapes[use.Index];
}
