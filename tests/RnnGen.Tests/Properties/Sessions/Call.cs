namespace RnnGen.Tests.Properties;

/// <summary>What can be done with a model. Where one has no such call, it is the sequence's.</summary>
public enum Kind
{
    /// <summary>One step of a stream.</summary>
    Step,

    /// <summary>One step of several streams at once.</summary>
    Rows,

    /// <summary>A sequence.</summary>
    Forward,

    /// <summary>A batch forward and back.</summary>
    Tape,

    /// <summary>An update.</summary>
    Train,

    /// <summary>A loss.</summary>
    Evaluate,

    /// <summary>A sequence on a snapshot.</summary>
    Snapshot,

    /// <summary>The weights to a file and back.</summary>
    Weights,

    /// <summary>The weights and the optimiser's state to a file and back.</summary>
    Checkpoint,
}

/// <summary>What is wrong with a call. What a kind of call cannot have is <see cref="Short"/> to it.</summary>
public enum Fault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A span has an element too few, or a file a byte.</summary>
    Short,

    /// <summary>A span has an element too many, or a file a byte.</summary>
    Long,

    /// <summary>A symbol that there is not, or a number that is not finite.</summary>
    Input,

    /// <summary>A state that is not finite.</summary>
    State,

    /// <summary>A class that there is not, or a number that is not finite.</summary>
    Target,

    /// <summary>A length that no sequence can have.</summary>
    Length,

    /// <summary>A negative weight.</summary>
    Weight,

    /// <summary>A target so large that the loss is infinite.</summary>
    Overflow,
}

/// <summary>One call, all of whose numbers follow from a seed.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Fault">What is wrong with it.</param>
/// <param name="Rows">Rows of a batch, from 1; steps of a sequence likewise.</param>
/// <param name="Seed">Of inputs, targets, lengths and weights.</param>
public sealed record Call(Kind Kind, Fault Fault, int Rows, int Seed);
