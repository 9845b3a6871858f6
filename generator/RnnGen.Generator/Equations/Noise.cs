namespace RnnGen.Generator.Equations;

/// <summary>The duration and the meaning of a noise.</summary>
internal enum NoiseKind
{
    /// <summary>
    /// Recurrent dropout, one vector a sequence: in training 0 with the probability p and otherwise 1 / (1 − p); in use 1.
    /// </summary>
    Dropout,

    /// <summary>Zoneout, one vector a step: in training 1 with the probability p and otherwise 0; in use p.</summary>
    Zoneout,
}

/// <summary>A random vector of a layer's equations, given by whoever runs the kernels.</summary>
/// <param name="Name">Its name in the equations.</param>
/// <param name="Kind">Its distribution, and how long it lasts.</param>
/// <param name="Probability">p: above 0 and below 1.</param>
internal sealed record Noise(Identifier Name, NoiseKind Kind, double Probability);
