using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;

namespace RnnGen.Generator.Scheduling.Layouts;

/// <summary>
/// A dense layer, or a convolution, which is one of its windows: its outputs in panels of four blocks, which fill a register tile, and one
/// narrower panel for the rest; then the biases.
/// </summary>
internal sealed class DenseLayout
{
    /// <summary>From 1; 0 if the model has no other.</summary>
    public required int Number { get; init; }

    /// <summary>Of a convolution the last dimensions of its weights.</summary>
    public required KernelShape Kernel { get; init; }

    public bool IsConvolution => Kernel.Places > 0;

    /// <summary>The beginning of its parameters' names.</summary>
    public required string Path { get; init; }

    public required int InputSize { get; init; }

    public required int Size { get; init; }

    public required ActivationFunction Activation { get; init; }

    public required bool HasBias { get; init; }

    public required MatrixFormat Format { get; init; }

    public required int FirstParameter { get; init; }

    public required int FirstTransposed { get; init; }

    /// <summary>The activation with its derivative; null for the identity.</summary>
    public required ActivationGraph? Graph { get; init; }

    public int Blocks => Panel.Blocks(Size);

    public int Padded => Panel.Pad(Size);

    public int BiasOffset => FirstParameter + (Padded * Format.Rows(InputSize));

    public int EndParameter => BiasOffset + (HasBias ? Padded : 0);

    public int EndTransposed => FirstTransposed + (Panel.Pad(InputSize) * Padded);

    /// <summary>Dense layer 2; where its parameters are called otherwise, what: Dense layer 3 (decoder.context.Wk).</summary>
    public string Title =>
        (IsConvolution ? "Convolution" : "Dense layer") + (Number == 0 ? "" : $" {Number}")
            + (Path == Kind || Path == $"{Kind}{Number}" ? "" : $" ({Path})");

    /// <summary>The beginning of its names in generated code.</summary>
    public string Name => (IsConvolution ? "Conv" : "Dense") + (Number == 0 ? "" : $"{Number}");

    private string Kind => IsConvolution ? "conv" : "dense";

    public long ParameterCount => (long)Size * (InputSize + (HasBias ? 1 : 0));

    public IEnumerable<DenseGroup> Groups
    {
        get
        {
            int full = Blocks / 4;
            if (full > 0)
                yield return new($"{Name}Panels", 0, full, 4, FirstParameter, FirstTransposed);
            if (Blocks % 4 > 0)
                yield return new(
                    $"{Name}{(full > 0 ? "Rest" : "Panels")}", full * 4, 1, Blocks % 4,
                    FirstParameter + (full * 4 * Panel.Lanes * Format.Rows(InputSize)),
                    FirstTransposed + (full * 4 * Panel.Lanes * Panel.Pad(InputSize)));
        }
    }
}
