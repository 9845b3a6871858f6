namespace RnnGen.Generator.Scheduling.Graphs;

/// <summary>A method of a model's kernels that its members call.</summary>
internal enum ModelMethod
{
    /// <summary>Steps of one row, without a tape.</summary>
    Infer,

    /// <summary>One step of many rows.</summary>
    InferRows,

    /// <summary>A source, through an encoder.</summary>
    Encode,

    /// <summary>All steps of all rows, onto a tape.</summary>
    Forward,

    /// <summary>The backward pass of the same.</summary>
    Backward,
}
