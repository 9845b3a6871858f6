namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>The unit of inference: one step, all steps of a row, or one step of many rows.</summary>
internal enum ScratchKind
{
    /// <summary>Steps of one row: a chunk of them, or whole sequences where the model needs these.</summary>
    Steps,

    /// <summary>One step of one row.</summary>
    OneStep,

    /// <summary>One step of many rows.</summary>
    Rows,

    /// <summary>A source, through an encoder.</summary>
    Source,
}
