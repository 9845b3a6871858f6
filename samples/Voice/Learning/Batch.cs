using RnnGen.Audio;
using Voice.Networks;

namespace Voice.Learning;

/// <summary>Mixtures side by side, as both networks see them: [step][row][…].</summary>
internal sealed class Batch
{
    private const int Rows = 32;
    private const int Steps = MaskModel.Steps;
    private static readonly int Bins = Spectrum.Format.Bins;

    /// <summary>[step][row][bin]: √|noisy|.</summary>
    public float[] Inputs { get; } = new float[Steps * Rows * Bins];

    /// <summary>[step][row][bin]: what is to be left of it, √(|clean| max(0, cos φ)), φ the angle between clean and noisy.</summary>
    public float[] Roots { get; } = new float[Steps * Rows * Bins];

    /// <summary>[step][row]: 1 where somebody speaks, elsewhere 0.</summary>
    public float[] Speaks { get; } = new float[Steps * Rows];

    /// <summary>Fills it with new mixtures, the same for the same number.</summary>
    public void Fill(Mixer mixer, int number, bool isNarrow, int threads) =>
        Parallel.For(
            0, Rows, new() { MaxDegreeOfParallelism = threads },
            row => Fill(mixer.Draw(Steps * Spectrum.Hop, new((number * Rows) + row), isNarrow), row));

    private void Fill(Mixture mixture, int row)
    {
        Stft clean = new(Spectrum.Format), noisy = new(Spectrum.Format);
        float[] re = new float[Bins], im = new float[Bins], cleanRe = new float[Bins], cleanIm = new float[Bins];
        for (int step = 0; step < Steps; step++)
        {
            ReadOnlySpan<float> cleanHop = mixture.Clean.AsSpan(step * Spectrum.Hop, Spectrum.Hop);
            ReadOnlySpan<float> noisyHop = mixture.Noisy.AsSpan(step * Spectrum.Hop, Spectrum.Hop);
            clean.TryRead(ref cleanHop, cleanRe, cleanIm);
            noisy.TryRead(ref noisyHop, re, im);
            int place = (step * Rows) + row;
            Span<float> inputs = Inputs.AsSpan(place * Bins, Bins), roots = Roots.AsSpan(place * Bins, Bins);
            Spectrum.Roots(re, im, inputs);
            for (int bin = 0; bin < Bins; bin++)
            {
                // |clean| cos φ is the part of the clean number along the noisy one: the best that a real factor can do.
                float along = inputs[bin] > 0
                    ? ((cleanRe[bin] * re[bin]) + (cleanIm[bin] * im[bin])) / (inputs[bin] * inputs[bin])
                    : 0;
                roots[bin] = MathF.Sqrt(Math.Clamp(along, 0, inputs[bin] * inputs[bin]));
            }

            Speaks[place] = mixture.Speaks[step] ? 1 : 0;
        }
    }
}
