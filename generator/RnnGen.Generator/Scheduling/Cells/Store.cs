using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Cells;

/// <summary>The place where a value lives between two kernels.</summary>
internal enum Place
{
    /// <summary>A slot of the row of pre-activations: [block][slot][16].</summary>
    Slot,

    /// <summary>A new state: [hidden].</summary>
    NewState,

    /// <summary>A computed operand of a matrix product: [hidden].</summary>
    Operand,

    /// <summary>The gradient of a normalised vector, which becomes that of its argument: [hidden].</summary>
    OperandGradient,

    /// <summary>The gradient of a previous state: [hidden].</summary>
    StateGradient,

    /// <summary>The gradient of a vector parameter, summed over rows.</summary>
    ParameterGradient,
}

/// <summary>A value that a stage writes.</summary>
/// <param name="Value">The value that is written.</param>
/// <param name="Place">The kind of memory.</param>
/// <param name="Index">The index of the slot, state, operand or parameter.</param>
/// <param name="Accumulate">True if it is added to what is there.</param>
internal sealed record Store(Node Value, Place Place, int Index, bool Accumulate = false);
