using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Declarations;

/// <summary>RnnGen.Axis, member by member.</summary>
internal enum AxisKind
{
    Time,
    Inner,
}

/// <summary>RnnGen.PaddingMode, member by member.</summary>
internal enum PaddingKind
{
    Zeros,
    Reflect,
}

/// <summary>RnnGen.ComplexParts, member by member.</summary>
internal enum ComplexKind
{
    Halves,
    Pairs,
}

/// <summary>One [Conv1d] or [Conv2d] attribute.</summary>
/// <param name="Channels">Outputs at each place.</param>
/// <param name="Groups">Groups of channels that are convolved alone.</param>
/// <param name="Window">The places that an output sees.</param>
/// <param name="Activation">The function of the sums.</param>
/// <param name="Bias">True if there is a bias.</param>
internal sealed record ConvolutionDeclaration(
    string Name, EquatableArray<ElementUse> From, int Channels, int Groups, ConvolutionWindow Window, ActivationFunction Activation,
    bool Bias)
    : ElementDeclaration(Name, From)
{
    public override bool HasParameters => true;

    /// <summary>True if its weights have a dimension for each axis.</summary>
    public bool IsOverBoth { get; init; }

    /// <summary>Numbers that an output sees, of an input with so many channels.</summary>
    public long DepthOf(int channels) => (long)Window.Steps * Window.Kernel * (channels / Groups);
}

/// <summary>The places that an output of a convolution sees: so many positions of so many steps.</summary>
/// <param name="Steps">The number of steps; the last is the output's own.</param>
/// <param name="StepDilation">From one to the next.</param>
/// <param name="Kernel">The number of positions.</param>
/// <param name="Dilation">From one to the next.</param>
/// <param name="Stride">From one output to the next, in positions.</param>
/// <param name="Padding">Positions in front of the grid.</param>
/// <param name="PaddingEnd">Positions behind the grid.</param>
/// <param name="Mode">The numbers there.</param>
internal sealed record ConvolutionWindow(
    int Steps, int StepDilation, int Kernel, int Dilation, int Stride, int Padding, int PaddingEnd, PaddingKind Mode)
{
    /// <summary>One position of a step.</summary>
    public static ConvolutionWindow Point { get; } = new(1, 1, 1, 1, 1, 0, 0, PaddingKind.Zeros);

    /// <summary>The places.</summary>
    public int Places => Steps * Kernel;

    /// <summary>From its first position to its last, both included.</summary>
    public long Span => ((Kernel - 1L) * Dilation) + 1;

    /// <summary>The number of steps that it looks back.</summary>
    public int Past => (int)Math.Min((Steps - 1L) * StepDilation, int.MaxValue);

    /// <summary>The positions of the output, for so many of the input; 0 if it does not fit.</summary>
    public int PositionsOf(int length) =>
        (long)length + Padding + PaddingEnd < Span ? 0 : (int)(((long)length + Padding + PaddingEnd - Span) / Stride) + 1;
}

/// <summary>One [Magnitude] attribute.</summary>
/// <param name="Parts">The order of the parts of what it takes.</param>
internal sealed record MagnitudeDeclaration(string Name, EquatableArray<ElementUse> From, ComplexKind Parts)
    : ElementDeclaration(Name, From);

/// <summary>A [Pool] along the positions of a step.</summary>
/// <param name="IsMax">True for the largest number, false for the mean.</param>
/// <param name="Kernel">Positions that become one; 0 for all.</param>
/// <param name="Stride">From the first of these to the first of the next ones; 0 for the kernel.</param>
internal sealed record GridPoolDeclaration(string Name, EquatableArray<ElementUse> From, bool IsMax, int Kernel, int Stride)
    : ElementDeclaration(Name, From)
{
    /// <summary>Positions that become one, of so many.</summary>
    public int KernelOf(int length) => Kernel == 0 ? length : Kernel;

    public int StrideOf(int length) => Stride == 0 ? KernelOf(length) : Stride;

    /// <summary>Positions of the output; 0 if there are fewer than become one.</summary>
    public int PositionsOf(int length) => length < KernelOf(length) ? 0 : ((length - KernelOf(length)) / StrideOf(length)) + 1;

    /// <summary>max over positions; mean over 2 positions, stride 1.</summary>
    public string Words =>
        $"{(IsMax ? "max" : "mean")} over {(Kernel == 0 ? "" : $"{Kernel} ")}positions{(Stride == 0 ? "" : $", stride {Stride}")}";
}
