namespace RnnGen.Quality.Rows;

/// <summary>
/// A linear recurrent unit (Orvieto et al. 2023) whose eigenvalues λ = a + i b stay as they start: s = λ ⊙ s' + g ⊙ (Wr x + i Wi x), of
/// which the real part is the output. No matrix multiplies a state, and nothing is lost where |λ| is 1.
/// </summary>
[RnnCell]
public readonly partial struct RotatingUnits
{
    private readonly Weight Wr, Wi;
    [Frozen] private readonly PerUnit a, b, g;

    /// <summary>One step.</summary>
    /// <param name="x">The input.</param>
    /// <param name="h">The real part of the state.</param>
    /// <param name="i">The imaginary part.</param>
    public (Hidden h, Hidden i) Step(Input x, Hidden h, Hidden i) =>
        (a * h - b * i + g * (Wr * x), b * h + a * i + g * (Wi * x));
}

/// <summary>Starts of <see cref="RotatingUnits"/>.</summary>
internal static class Eigenvalues
{
    /// <summary>Sets a layer's eigenvalues, spread by the golden ratio, and what its inputs are multiplied by, √(1 − |λ|²) or 1.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="layer">The layer's name.</param>
    /// <param name="shortest">The least |λ|.</param>
    /// <param name="longest">The largest |λ|, at most 1.</param>
    /// <param name="turn">The largest angle.</param>
    public static void Set(ParameterSet<float> parameters, string layer, double shortest, double longest, double turn)
    {
        ParameterView<float> a = parameters[$"{layer}.a_l0"], b = parameters[$"{layer}.b_l0"], g = parameters[$"{layer}.g_l0"];
        const double Golden = 0.6180339887498949;
        for (int unit = 0; unit < a.Count; unit++)
        {
            double share = (unit + 0.5) / a.Count, angle = turn * ((unit * Golden) % 1);
            double radius = Math.Sqrt((shortest * shortest) + (share * ((longest * longest) - (shortest * shortest))));
            a[unit] = (float)(radius * Math.Cos(angle));
            b[unit] = (float)(radius * Math.Sin(angle));
            g[unit] = radius < 1 ? (float)Math.Sqrt(1 - (radius * radius)) : 1;
        }
    }
}
