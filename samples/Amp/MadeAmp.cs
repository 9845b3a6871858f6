namespace Amp;

/// <summary>
/// A made amplifier, as something to learn: a high-pass, a stage that distorts and whose bias sinks while it is loud, and a low-pass.
/// </summary>
internal static class MadeAmp
{
    /// <summary>Plays a sound through it.</summary>
    public static float[] Play(ReadOnlySpan<float> input, int rate)
    {
        double highPass = 1 - Math.Exp(-2 * Math.PI * 90 / rate), lowPass = 1 - Math.Exp(-2 * Math.PI * 4_500 / rate);
        double sag = 1 - Math.Exp(-1 / (0.03 * rate));
        double low = 0, bias = 0, tone = 0;
        float[] output = new float[input.Length];
        for (int i = 0; i < input.Length; i++)
        {
            low += highPass * (input[i] - low);
            double driven = 9 * (input[i] - low);
            bias += sag * (Math.Abs(driven) - bias);
            double distorted = Math.Tanh(driven - (0.25 * bias)) + Math.Tanh(0.25 * bias);
            tone += lowPass * (distorted - tone);
            output[i] = (float)(0.5 * tone);
        }

        return output;
    }
}
