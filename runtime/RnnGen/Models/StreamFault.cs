namespace RnnGen;

/// <summary>Why a stream took no step, or no good one.</summary>
public enum StreamFault
{
    /// <summary>It took the step.</summary>
    None,

    /// <summary>The stream's input has a number that is not finite, or is no symbol of the model. State and output are unchanged.</summary>
    Input,

    /// <summary>The stream's state has a number that is not finite. State and output are unchanged.</summary>
    State,

    /// <summary>
    /// The stream's output is not finite: input, state and weights are, but too large to compute with. State and output are as computed.
    /// </summary>
    Output,
}
