using System.Globalization;

namespace RnnGen.Benchmarks;

/// <summary>What is measured: a line's columns between whose it is and how long it took.</summary>
/// <param name="Cell">lstm or gru.</param>
/// <param name="Mode">
/// stream: one step per call with a carried state; seq: all steps in one call; train: forward, BPTT and an update. A variant stands behind
/// a hyphen, as in train-noopt.
/// </param>
/// <param name="Input">I, numbers of an input.</param>
/// <param name="Hidden">H, units.</param>
/// <param name="Layers">L.</param>
/// <param name="Steps">T.</param>
/// <param name="Rows">B.</param>
internal sealed record Shape(string Cell, string Mode, int Input, int Hidden, int Layers, int Steps, int Rows)
{
    /// <summary>The mode without its variant: what may be compared.</summary>
    public string BaseMode => Mode.Split('-')[0];

    /// <summary>The mode's variant; empty for the mode itself.</summary>
    public string Variant => Mode.Length == BaseMode.Length ? "" : Mode[(BaseMode.Length + 1)..];

    /// <summary>Numbers in the matrices of all layers: G·H·(I + H) each, G = 4 for LSTM and 3 for GRU.</summary>
    public double Weights =>
        Enumerable.Range(0, Layers).Sum(layer => (double)(Cell == "lstm" ? 4 : 3) * Hidden * ((layer == 0 ? Input : Hidden) + Hidden));

    /// <summary>
    /// Floating-point operations, two for each weight, step and row; training counts three times, for forward, and the gradients of states
    /// and of weights.
    /// </summary>
    public double Flop => (BaseMode == "train" ? 3 : 1) * 2 * Weights * Steps * Rows;

    /// <summary>Bytes of weights that one step has to load.</summary>
    public double WeightBytes => Weights * Variant switch { "int8" => 1, "bf16" => 2, _ => 4 };

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Cell},{Mode},{Input},{Hidden},{Layers},{Steps},{Rows}");
}
