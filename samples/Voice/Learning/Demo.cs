using Voice.Networks;
using Voice.Sound;

namespace Voice.Learning;

/// <summary>The noisy recording that comes with the program: two held-out voices, and noises one after the other.</summary>
internal static class Demo
{
    private const int Seconds = 9;

    /// <summary>Makes it.</summary>
    /// <param name="book">A text of sentences.</param>
    public static Recording Make(string book)
    {
        const int Length = Seconds * Spectrum.Rate;
        float[][] said =
        [
            Espeak.Say("The ship sailed on through the night, and nobody spoke.", new("en-gb-x-rp+f3", 55, 165)),
            Espeak.Say("In the morning, the wind was gone.", new("en-gb-x-rp+m7", 40, 160)),
        ];
        float[] clean = new float[Length];
        said[0].CopyTo(clean, Spectrum.Rate);
        said[1].CopyTo(clean, Spectrum.Rate * 11 / 2);
        Random random = new(5);
        Noise noise = new(Utterances.HeldOut(book, 12, _ => { }));
        float[][] noises = [.. Enumerable.Range(0, 5).Select(_ => new float[Length])];
        NoiseKind[] kinds = [NoiseKind.Fan, NoiseKind.Pink, NoiseKind.Babble, NoiseKind.Hum, NoiseKind.Clicks];
        for (int i = 0; i < kinds.Length; i++)
            noise.Fill(kinds[i], noises[i], random);
        float[] mixed = new float[Length];
        for (int i = 0; i < Length; i++)
        {
            // From a fan to other voices in front of something like rain, within a second.
            float later = Math.Clamp(((float)i / Spectrum.Rate) - 4, 0, 1);
            mixed[i] = (0.8f * (1 - later) * noises[0][i]) + (0.5f * later * noises[1][i]) + (0.2f * later * noises[2][i])
                + (0.3f * noises[3][i]) + (0.35f * noises[4][i]);
        }

        return new(Mixture.Of(clean, mixed, -20, ratio: 5).Noisy, Spectrum.Rate, 1);
    }
}
