using System.Diagnostics;
using System.Globalization;
using RnnGen;
using RnnGen.Networks;
using RnnGen.Tests;
using RnnGen.Tests.Models;

// Whole public networks, declared: their own outputs, and ONNX Runtime beside them, on one thread each.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const int Rate = 16_000;
bool isGood = true;

Console.WriteLine("network                  golden     beside ONNX Runtime, a minute      a frame, median of 21 windows in turn");
Silero16("silero-16k-safetensors", "silero_vad_16k.safetensors", null, SileroWeights.OfTensors);
Silero16("silero-16k-op15-onnx", "model.onnx", null, SileroWeights.OfGraph("model."));
Silero16("silero-v6-onnx", "model.onnx", "then_branch", SileroWeights.OfGraph(""));
Silero8("silero-v6-onnx");
Dtln();
Rnnoise();
return isGood ? 0 : 1;

void Silero16(string folder, string file, string? branch, IReadOnlyList<LayerWeights> layers)
{
    if (Find(folder) is not { } path)
        return;
    Silero model = new();
    string weights = Path.Combine(path, file);
    bool isGraph = file.EndsWith(".onnx", StringComparison.Ordinal);
    WeightFile.Load(isGraph ? OnnxTensors.Read(weights, branch) : SafetensorsFile.Read(weights), model.Parameters, layers, "");
    Silero.State state = default;
    using Peer? peer = isGraph ? SileroPeer(weights, Silero.InputSize, Rate) : null;
    Report(
        folder, path, isGraph ? ("input.input", "output.output") : ("input.frames", "output.speech"), isGraph ? [0, 1] : [0, 1, 2],
        (frame, outputs) => model.Step(frame, ref state, outputs), () => state = default, peer, Silero.InputSize, 1, isGraph ? 2e-5 : 1e-5);
    if (folder == "silero-v6-onnx")
        Streams(model);
}

void Silero8(string folder)
{
    if (Find(folder) is not { } path)
        return;
    Silero8k model = new();
    string weights = Path.Combine(path, "model.onnx");
    WeightFile.Load(OnnxTensors.Read(weights, "else_branch"), model.Parameters, SileroWeights.OfGraph(""), "");
    Silero8k.State state = default;
    using Peer peer = SileroPeer(weights, Silero8k.InputSize, 8_000);
    Report(
        $"{folder}, 8 kHz", path, ("input.input", "output.output"), [2], (frame, outputs) => model.Step(frame, ref state, outputs),
        () => state = default, peer, Silero8k.InputSize, 1, 2e-5);
}

void Dtln()
{
    if (Find("dtln-1-onnx") is not { } first || Find("dtln-2-onnx") is not { } second)
        return;
    string spectrumFile = Path.Combine(first, "model.onnx"), samplesFile = Path.Combine(second, "model.onnx");
    DtlnSpectrum spectrum = DtlnWeights.Spectrum(OnnxTensors.Read(spectrumFile));
    DtlnSamples samples = DtlnWeights.Samples(OnnxTensors.Read(samplesFile));
    DtlnSpectrum.State spectrumState = default;
    DtlnSamples.State samplesState = default;
    NetworkStep spectrumStep = (frame, outputs) => spectrum.Step(frame, ref spectrumState, outputs);
    NetworkStep samplesStep = (frame, outputs) => samples.Step(frame, ref samplesState, outputs);
    using Peer spectrumPeer = new(
        spectrumFile, ("input_2", [1, 1, 257]), ("input_3", "tf_op_layer_stack_2", [1, 2, 128, 2]), "activation_2", null);
    using Peer samplesPeer = new(
        samplesFile, ("input_4", [1, 1, 512]), ("input_5", "tf_op_layer_stack_5", [1, 2, 128, 2]), "conv1d_3", null);
    Report(
        "dtln-1-onnx", first, ("input.input_2", "output.activation_2"), [0, 1, 2], spectrumStep, () => spectrumState = default,
        spectrumPeer, 257, 257, 2e-5);
    Report(
        "dtln-2-onnx", second, ("input.input_4", "output.conv1d_3"), [0, 1, 2], samplesStep, () => samplesState = default, samplesPeer,
        512, 512, 2e-5);

    (spectrumState, samplesState) = (default, default);
    spectrumPeer.Reset();
    samplesPeer.Reset();
    SpectralStream ours = new(spectrumStep, samplesStep), theirs = new(spectrumPeer.Step, samplesPeer.Step);
    float[] sound = Sound(60 * Rate), a = new float[SpectralStream.Hop], b = new float[SpectralStream.Hop];
    double largest = 0;
    for (int start = 0; start + SpectralStream.Hop <= sound.Length; start += SpectralStream.Hop)
    {
        ours.Process(sound.AsSpan(start, SpectralStream.Hop), a);
        theirs.Process(sound.AsSpan(start, SpectralStream.Hop), b);
        largest = Math.Max(largest, Difference(b, a));
    }

    isGood &= largest <= 1e-5;
    var (ourTime, theirTime) = Race(
        () => ours.Process(sound.AsSpan(0, SpectralStream.Hop), a), () => theirs.Process(sound.AsSpan(0, SpectralStream.Hop), b));
    double real = 1e6 * SpectralStream.Hop / Rate;
    Console.WriteLine($"{"DTLN with its STFT",-24} {"",9}  {largest:E1}{"",22}{ourTime,8:F1} µs, ONNX Runtime {theirTime,7:F1} µs, "
        + $"{theirTime / ourTime:F1} ×; {real / ourTime:F0} × real time");
}

// Its authors' weights are not among the files: it is trained on made data.
void Rnnoise()
{
    const int Updates = 150;
    Rnnoise2 model = new(seed: 1);
    var (before, after) = RnnoiseTraining.Run(model, Updates);
    isGood &= after < before / 4;
    float[] features = new float[Rnnoise2.InputSize], gains = new float[Rnnoise2.OutputSize];
    Rnnoise2.State state = default;
    var (time, _) = Race(() => model.Step(features, ref state, gains), () => { });
    Console.WriteLine($"{"RNNoise 0.2",-24} {"",9}  loss {before:F2} → {after:F2}, {Updates} updates {time,7:F1} µs a frame of 10 ms");
}

// A thousand streams, a step of each.
void Streams(Silero model)
{
    const int Count = 1_000;
    var states = new Silero.State[Count];
    float[] frames = Sound(Count * Silero.InputSize), outputs = new float[Count];
    double best = double.PositiveInfinity;
    for (int round = 0; round < 20; round++)
    {
        long start = Stopwatch.GetTimestamp();
        model.Step(frames, states, outputs);
        best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / Count);
    }

    Console.WriteLine($"{"  1,000 streams",-67}{best,8:F1} µs a stream's frame of 32 ms: {32_000 / best:F0} streams a core");
}

void Report(
    string name, string path, (string Input, string Output) tensors, int[] streams, NetworkStep step, Action reset, Peer? peer, int inputs,
    int outputs, double tolerance)
{
    SafetensorsFile golden = SafetensorsFile.Read(Path.Combine(path, "golden.safetensors"));
    double largest = 0;
    float[] actual = new float[outputs], other = new float[outputs];
    foreach (int stream in streams)
    {
        reset();
        float[] frames = Values(golden[$"{tensors.Input}.{stream}"]), expected = Values(golden[$"{tensors.Output}.{stream}"]);
        for (int frame = 0; frame < frames.Length / inputs; frame++)
        {
            step(frames.AsSpan(frame * inputs, inputs), actual);
            largest = Math.Max(largest, Difference(expected.AsSpan(frame * outputs, outputs), actual));
        }
    }

    isGood &= largest <= tolerance;
    float[] sound = Sound(inputs);
    if (peer is null)
    {
        var (alone, _) = Race(() => step(sound, actual), () => { });
        Console.WriteLine($"{name,-24} {largest,9:E1}{"",33}{alone,8:F1} µs");
        return;
    }

    reset();
    peer.Reset();
    double beside = 0;
    // A minute, in hops of most of a frame. A spectrum has no negative magnitudes.
    float[] minute = Sound(60 * Rate);
    if (inputs == DtlnSpectrum.InputSize)
        minute = [.. minute.Select(MathF.Abs)];
    for (int start = 0; start + inputs <= minute.Length; start += inputs * 8 / 9)
    {
        step(minute.AsSpan(start, inputs), actual);
        peer.Step(minute.AsSpan(start, inputs), other);
        beside = Math.Max(beside, Difference(other, actual));
    }

    isGood &= beside <= tolerance;
    var (ours, theirs) = Race(() => step(sound, actual), () => peer.Step(sound, other));
    Console.WriteLine($"{name,-24} {largest,9:E1}  {beside:E1}{"",22}{ours,8:F1} µs, ONNX Runtime {theirs,7:F1} µs, {theirs / ours:F1} ×");
}

// Microseconds of each: medians of windows that take turns, after a second in which the JIT gets ready.
static (double Ours, double Theirs) Race(Action ours, Action theirs)
{
    const int Windows = 21, Calls = 400;
    List<double> first = [], second = [];
    for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 1;)
    {
        Time(ours);
        Time(theirs);
    }

    for (int window = 0; window < Windows; window++)
    {
        first.Add(Time(ours));
        second.Add(Time(theirs));
    }

    return (first.Order().ElementAt(Windows / 2), second.Order().ElementAt(Windows / 2));

    static double Time(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
            call();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
    }
}

// Something like a voice: harmonics that come and go, and noise.
static float[] Sound(int count)
{
    Random random = new(1);
    return [.. Enumerable.Range(0, count).Select(i =>
    {
        double t = i / (double)Rate, voice = 0;
        for (int harmonic = 1; harmonic < 12; harmonic++)
            voice += Math.Sin(2 * Math.PI * 140 * harmonic * t) / harmonic;
        return (float)((0.1 * voice * Math.Max(0, Math.Sin(2 * Math.PI * 1.3 * t))) + (0.01 * (random.NextDouble() - 0.5)));
    })];
}

static double Difference(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
{
    double largest = 0;
    for (int i = 0; i < expected.Length; i++)
        largest = Math.Max(largest, Math.Abs((double)expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i])));
    return largest;
}

static float[] Values(SafetensorsTensor tensor)
{
    float[] values = new float[tensor.Count];
    tensor.CopyTo<float>(values);
    return values;
}

static string? Find(string folder)
{
    string? path = SharedCases.Find($"../files/{folder}");
    if (path is null)
        Console.WriteLine($"{folder}: not in ../shared/files beside the repository, skipped");
    return path;
}

static Peer SileroPeer(string file, int inputs, long rate) => new(
    file, ("input", [1, inputs]), ("state", "stateN", [2, 1, 128]), "output", rate);
