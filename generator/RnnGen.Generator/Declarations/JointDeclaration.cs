namespace RnnGen.Generator.Declarations;

/// <summary>A class with [Encoder].</summary>
/// <param name="Name">The class.</param>
/// <param name="Steps">The longest source.</param>
internal sealed record EncoderDeclaration(string Name, int Steps, EquatableArray<ElementDeclaration> Elements)
{
    public SourceDeclaration Source => (SourceDeclaration)Elements[0];

    /// <summary>The encoder's last element; where that is dropout, what the dropout takes.</summary>
    public ElementDeclaration Last
    {
        get
        {
            int i = Elements.Count - 1;
            while (Elements[i] is DropoutDeclaration { From.Count: 1 } dropout)
                i = dropout.From[0].Index;
            return Elements[i];
        }
    }

    /// <summary>The shape of the encoder's output.</summary>
    public ElementShape Output => ElementShape.Of(Elements, out _)[Elements.Count - 1];
}

/// <summary>The declaration of a [Seq2Seq], beside a decoder's elements.</summary>
/// <param name="Decoder">The class with [Decoder].</param>
/// <param name="Start">The decoder's first input; null if its targets are no symbols.</param>
/// <param name="End">The class that ends a target.</param>
internal sealed record JointDeclaration(EncoderDeclaration Encoder, string Decoder, BridgeKind Bridge, int? Start, int? End)
{
    /// <summary>Recurrent layers, each of a declaration's depth by itself, from the lowest.</summary>
    public static List<RnnDeclaration> Levels(EquatableArray<ElementDeclaration> elements) =>
        [.. elements.OfType<RnnDeclaration>().SelectMany(r => Enumerable.Repeat(r, r.Depth))];

    /// <summary>
    /// The states of a decoder's layers from the top, and what the bridge makes them of; layers for which the encoder has none at their
    /// height are left out.
    /// </summary>
    public IEnumerable<BridgedState> Bridged(EquatableArray<ElementDeclaration> decoder)
    {
        var below = Levels(Encoder.Elements);
        var above = Levels(decoder);
        bool hasContext = Bridge is BridgeKind.Dense or BridgeKind.None;
        for (int height = 1; height <= (hasContext ? above.Count : Math.Min(above.Count, below.Count)); height++)
        {
            var to = above[above.Count - height];
            var states = to.CellWithInput.States;
            for (int state = 0; state < states.Count; state++)
            {
                int from = !hasContext ? FinalWidth(below[below.Count - height], states[state])
                    : Bridge == BridgeKind.Dense && state == 0 ? Encoder.Output.Width
                    : 0;
                yield return new(states[state], from, WidthOf(to, state));
            }
        }
    }

    /// <summary>Numbers of an encoder's last state of that name, in both directions; 0 if it has none.</summary>
    private static int FinalWidth(RnnDeclaration rnn, Identifier name)
    {
        int state = rnn.CellWithInput.States.ToList().IndexOf(name);
        return state < 0 ? 0 : WidthOf(rnn, state) * (rnn.Direction == DirectionKind.Bidirectional ? 2 : 1);
    }

    private static int WidthOf(RnnDeclaration rnn, int state) => state == 0 ? rnn.Output : rnn.Hidden;
}

/// <summary>A state of a decoder's layer.</summary>
/// <param name="Name">Its name in the cell.</param>
/// <param name="From">Numbers of what the bridge makes it of; 0 if it begins with zeros.</param>
/// <param name="Width">Its own.</param>
internal readonly record struct BridgedState(Identifier Name, int From, int Width);
