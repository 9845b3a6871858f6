namespace RnnGen.Audio;

/// <summary>What a frame's samples are multiplied by: n is a sample's place, from 0, and N the number of samples.</summary>
/// <remarks>All are periodic: a window of N samples goes on where the next one, N samples later, begins.</remarks>
public enum WindowKind
{
    /// <summary>1: the samples as they are.</summary>
    Rectangular,

    /// <summary>½ − ½ cos(2πn / N). PyTorch's <c>hann_window</c>.</summary>
    Hann,

    /// <summary>0.54 − 0.46 cos(2πn / N). PyTorch's <c>hamming_window</c>.</summary>
    Hamming,

    /// <summary>The square root of <see cref="Hann"/>, sin(πn / N): twice, before and after what a network does, it is one.</summary>
    SquareRootHann,

    /// <summary>
    /// sin(½π sin²(π(n + ½) / N)), the window of Vorbis and of RNNoise: its squares add up to 1 with a hop of half a frame.
    /// </summary>
    Vorbis,
}
