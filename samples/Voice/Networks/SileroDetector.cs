using RnnGen;
using RnnGen.Networks;
using RnnGen.Tests.Models;

namespace Voice.Networks;

/// <summary>Silero VAD: 512 new samples behind the last 64 of those before.</summary>
internal sealed class SileroDetector : IDetector
{
    private const int Context = 64;
    private readonly Silero model = new();
    private readonly float[] frame = new float[Silero.InputSize];
    private readonly float[] probability = new float[1];
    private Silero.State state;

    /// <param name="path">The file of tensors that its authors publish, <c>silero_vad_16k.safetensors</c>.</param>
    public SileroDetector(string path) =>
        WeightFile.Load(SafetensorsFile.Read(path), model.Parameters, SileroWeights.OfTensors, "");

    public int Hop => Silero.InputSize - Context;

    public float Step(ReadOnlySpan<float> samples)
    {
        frame.AsSpan(Hop).CopyTo(frame);
        samples.CopyTo(frame.AsSpan(Context));
        model.Step(frame, ref state, probability);
        return probability[0];
    }

    public void Reset()
    {
        frame.AsSpan().Clear();
        state = default;
    }
}
