namespace PhonemeStress;

/// <summary>How a network is trained.</summary>
/// <param name="LearningRate">Adam's, at its highest.</param>
/// <param name="Rows">Sequences of a batch.</param>
/// <param name="Epochs">How often each sequence is seen.</param>
internal sealed record Recipe(double LearningRate, int Rows, int Epochs);
