namespace RnnGen.Generator.Writing.Kernels;

/// <summary>The kind of memory that a kernel's parameter points to.</summary>
internal enum MemoryKind
{
    Weights,
    Transposed,
    Gradients,
    Slots,
    PreviousState,
    NextState,
    Operand,
    Noise,
    PreviousStateGradient,
    NextStateGradient,
    OperandGradient,
}
