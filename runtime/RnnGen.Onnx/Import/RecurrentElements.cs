namespace RnnGen.Onnx;

internal enum SourceUse
{
    Open,
    Input,
    State,
    Lengths,
}

/// <summary>An input of the graph, or where a graph is taken in part a tensor of it.</summary>
internal sealed class SourceElement(int index, string tensor, string? node) : Element(index, [])
{
    private int width;

    public string Tensor { get; } = tensor;

    /// <summary>The node that was not taken whose tensor this is; null for an input of the graph.</summary>
    public string? Node { get; } = node;

    /// <summary>True if its numbers are symbols: integers, or made so.</summary>
    public bool IsInteger { get; private set; }

    /// <summary>The axes of the tensor; null if there are none to speak of.</summary>
    public IReadOnlyList<Axis>? Dims { get; init; }

    public SourceUse Use { get; private set; }

    /// <summary>Symbols of an embedding or a one-hot vector; 0 for numbers.</summary>
    public int Symbols { get; private set; }

    /// <summary>[symbol][width] of an embedding.</summary>
    public float[]? Vectors { get; private set; }

    /// <summary>The axes of a grid in the order of its numbers, and how many positions it has.</summary>
    public IReadOnlyList<Atom>? Grid { get; private set; }

    public override int Positions => Grid is { } grid ? (int)(grid[0].Size ?? 1) : 1;

    /// <summary>0 as long as it is not known.</summary>
    public override int Width => width;

    public override string What => Node is null ? $"the input '{Tensor}'" : $"the value '{Tensor}'";

    public void UseAs(SourceUse use)
    {
        if (Use != SourceUse.Open && Use != use)
            throw new NotTakenException($"it takes {What} as {Word(use)}, which another node takes as {Word(Use)}");
        Use = use;
    }

    public void UseAsSymbols()
    {
        if (width != 0 && Symbols == 0)
            throw new NotTakenException($"it takes {What} as symbols, which another node takes as numbers");
        IsInteger = true;
    }

    public void Decide(long size)
    {
        if (width != 0 && width != size)
            throw new NotTakenException($"it takes {size} numbers, but {What} has {width}");
        if (size is < 1 or > 65_536)
            throw new NotTakenException($"it takes {size} numbers; an input has 1 to 65,536");
        width = (int)size;
    }

    /// <summary>Makes it a source of symbols, each of them a vector.</summary>
    public void Embed(int symbols, int size, float[]? vectors)
    {
        if (Symbols != 0 && (Symbols != symbols || width != size || !ReferenceEquals(Vectors, vectors)))
            throw new NotTakenException($"{What} already has other vectors; a model has one source");
        Decide(size);
        (Symbols, Vectors) = (symbols, vectors);
    }

    /// <summary>Makes it a grid of positions and channels.</summary>
    public void MakeGrid(IReadOnlyList<Atom> grid, long size)
    {
        if (Grid is not null && !Grid.SequenceEqual(grid))
            throw new NotTakenException($"it takes {What} as another grid than another node does");
        Decide(size);
        Grid = grid;
    }

    private static string Word(SourceUse use) => use switch
    {
        SourceUse.State => "states",
        SourceUse.Lengths => "lengths",
        _ => "input",
    };
}

/// <summary>One direction of a recurrent node.</summary>
internal sealed class RnnElement(int index, IReadOnlyList<Element> inputs) : Element(index, inputs)
{
    public required string Node { get; init; }

    /// <summary>The cell's type in RnnGen, or that of <see cref="Text"/>.</summary>
    public required string Cell { get; init; }

    /// <summary>The struct of a cell of the file's own.</summary>
    public string? Text { get; init; }

    public required int Hidden { get; init; }

    public required bool IsReverse { get; init; }

    /// <summary>True if it runs along the positions of each step.</summary>
    public bool IsAlongPositions { get; init; }

    /// <summary>The node's number: both its directions have it.</summary>
    public required int Pair { get; init; }

    /// <summary>Activation, GateActivation and OutputActivation; null where the cell has none.</summary>
    public required Function? Candidate { get; init; }

    public required Function? Gate { get; init; }

    public required Function? Output { get; init; }

    public required double Clip { get; init; }

    /// <summary>Under RnnGen's names without module and suffix (weight_ih, Pi), rows in its order of gates.</summary>
    public required IReadOnlyList<(string Name, int[] Shape, float[] Values)> Tensors { get; init; }

    /// <summary>States of each unit.</summary>
    public required int States { get; init; }

    /// <summary>The numbers of an input that each state begins in; null for zeros.</summary>
    public (SourceElement Source, int[] Places)?[] Initials { get; private set; } = [null, null, null, null, null, null, null, null];

    public bool HasBias => Text is not null || Tensors.Any(t => t.Name == "bias_ih");

    public override int Width => Hidden * Positions;

    public override int Positions => IsAlongPositions ? InputPositions : 1;

    public override string What => $"the output of {Node}";

    /// <summary>True if the two could be the directions of one declared layer.</summary>
    public bool IsPairOf(RnnElement other) => Pair == other.Pair && !IsReverse && other.IsReverse && SameOptions(other);

    public bool SameOptions(RnnElement other) =>
        (Cell, Text, Hidden, IsAlongPositions, Candidate, Gate, Output, Clip, HasBias) == (
            other.Cell, other.Text, other.Hidden, other.IsAlongPositions, other.Candidate, other.Gate, other.Output, other.Clip,
            other.HasBias);

    public bool SameAs(RnnElement other) =>
        IsReverse == other.IsReverse && SameOptions(other) && Inputs.SequenceEqual(other.Inputs) && Tensors.Count == other.Tensors.Count
        && Tensors.Zip(other.Tensors)
            .All(t => t.First.Name == t.Second.Name
                && t.First.Shape.AsSpan().SequenceEqual(t.Second.Shape)
                && t.First.Values.AsSpan().SequenceEqual(t.Second.Values));

    public void Begin(int state, (SourceElement Source, int[] Places)? initial)
    {
        if (initial is { } places && Initials[state] is { } other
            && (other.Source != places.Source || !other.Places.AsSpan().SequenceEqual(places.Places)))
            throw new NotTakenException("another node begins the same layer in other states");
        Initials[state] ??= initial;
    }

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new RnnElement(index, inputs)
    {
        Node = Node,
        Cell = Cell,
        Text = Text,
        Hidden = Hidden,
        IsReverse = IsReverse,
        IsAlongPositions = IsAlongPositions,
        Pair = Pair,
        Candidate = Candidate,
        Gate = Gate,
        Output = Output,
        Clip = Clip,
        Tensors = Tensors,
        States = States,
        Initials = Initials,
    };
}

/// <summary>
/// A state of one direction after the last step (of a reverse layer that is the first in time); of a single step, the state after it. Along
/// positions, the state behind the last of them.
/// </summary>
internal sealed class LastElement(int index, RnnElement of, int state) : Element(index, [of])
{
    public RnnElement Layer => (RnnElement)Inputs[0];

    /// <summary>0 for the output.</summary>
    public int State { get; } = state;

    public override int Width => Layer.Hidden;

    public override bool IsOnce => !Layer.IsAlongPositions || base.IsOnce;

    public override string What => $"the last state of {Layer.Node}";

    public override Element Of(int index, IReadOnlyList<Element> inputs) => new LastElement(index, (RnnElement)inputs[0], State);
}

/// <summary>The state of a loop at the beginning of a step, as long as no cell is found around it.</summary>
internal sealed class StateElement(int index, string name) : Element(index, [])
{
    private int width;

    public override int Width => width;

    public override string What => $"the state '{name}'";

    public void Decide(long size)
    {
        if (width != 0 && width != size)
            throw new NotTakenException($"it takes {size} numbers, but {What} has {width}");
        width = (int)size;
    }
}

/// <summary>Both directions of a node made one by a sum, a mean or a product.</summary>
internal sealed class MergeElement(int index, RnnElement forward, RnnElement reverse, Merge merge) : Element(index, [forward, reverse])
{
    public Merge Merge { get; } = merge;

    public override int Width => Inputs[0].Width;

    public override string What => $"the merged output of {((RnnElement)Inputs[0]).Node}";

    public override Element Of(int index, IReadOnlyList<Element> inputs) =>
        new MergeElement(index, (RnnElement)inputs[0], (RnnElement)inputs[1], Merge);
}
