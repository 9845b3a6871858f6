using System.Diagnostics;
using System.Globalization;
using RnnGen;
using RnnGen.Compiler;

namespace Amp;

/// <summary>Does what the user asked for.</summary>
internal sealed class Session(Options options, TextWriter output)
{
    public void Run()
    {
        if (options.Updates > 0)
            Train();
        else
            Play();
    }

    private void Train()
    {
        Stopwatch watch = Stopwatch.StartNew();
        AmpModel model = Display.Run("training", report => Teacher.Train(options.Updates, report));
        Teacher.Write(model, options.Output);
        float[] dry = HeldOut(), wet = MadeAmp.Play(dry, Teacher.Rate), played = new float[dry.Length];
        model.Forward(dry, played);
        Say($"{options.Updates:N0} updates in {watch.Elapsed.TotalSeconds:F0} s; error to signal {Teacher.ErrorToSignal(played, wet):P2}");
        Say($"wrote {options.Output}");
    }

    private void Play()
    {
        Stopwatch watch = Stopwatch.StartNew();
        using CompiledModel<float> model = RnnCompiler.Open(options.Model);
        TimeSpan opening = watch.Elapsed;
        if (model.TakesSymbols || !model.HasSteps || model.InputSize != 1 || model.OutputSize != 1)
            throw new InvalidDataException($"{options.Model} is no amplifier: expected 1 number in and 1 out, but it is {model}.");
        double trained = options.Rate ?? RateOf(model);
        Say($"{model}");
        string compiled = model.IsFromCache ? "compiled before" : "compiled";
        Say($"opened in {opening.TotalMilliseconds:F0} ms ({compiled}), trained at {trained:N0} Hz");

        Sound dry = options.Input is null ? new([HeldOut()], Teacher.Rate) : Sound.Read(options.Input);
        var (wet, seconds, allocated) = Through(model, dry, trained);
        wet.Write(options.Output);
        string channels = $"{dry.Channels.Length} channel{(dry.Channels.Length == 1 ? "" : "s")}";
        Say($"{dry.Seconds:F2} s of sound ({dry.Rate:N0} Hz, {channels}) in {seconds:F3} s: {dry.Seconds / seconds:F0} × real time, "
            + $"{allocated:N0} bytes allocated");
        if (options.Input is null)
        {
            string path = Path.Combine(Path.GetDirectoryName(options.Output) ?? "", "dry.wav");
            dry.Write(path);
            if (options.Model == Options.Data)
            {
                double error = Teacher.ErrorToSignal(wet.Channels[0], MadeAmp.Play(dry.Channels[0], dry.Rate));
                Say($"error to signal {error:P2}, beside the amplifier that it learned from");
            }

            Say($"wrote {path} and {options.Output}");
        }
        else
        {
            Say($"wrote {options.Output}");
        }
    }

    /// <summary>Every channel through a player of its own, in blocks; the loop is what a plug-in would do.</summary>
    internal (Sound Wet, double Seconds, long Allocated) Through(CompiledModel<float> model, Sound dry, double trained)
    {
        Player[] players = [.. dry.Channels.Select(_ => new Player(model.CreateStream(), trained, dry.Rate, options.Block))];
        double ratio = dry.Rate / trained;
        Say(players[0].Resamples ? $"resampled to {trained:N0} Hz and back"
            : ratio == 1 ? "at the model's rate"
            : players[0].IsExact ? $"{ratio:F0} states in turn: the network's own bits"
            : $"states are read between samples: a trained sample is {ratio:F3} samples of the sound");
        // A plug-in would call the model once before it plays, so that nothing is left to compile.
        float[] silence = new float[options.Block];
        Player first = new(model.CreateStream(), trained, dry.Rate, options.Block);
        first.Play(silence, new float[options.Block + 64], isLast: false);
        first.Play(silence, new float[(4 * options.Block) + 4096], isLast: true);

        // Resampling may give a sample more.
        float[][] wet = [.. dry.Channels.Select(channel => new float[channel.Length + 64])];
        int[] written = new int[players.Length];
        long before = GC.GetAllocatedBytesForCurrentThread(), start = Stopwatch.GetTimestamp();
        for (int place = 0; place < dry.Length; place += options.Block)
        {
            int count = Math.Min(options.Block, dry.Length - place);
            for (int channel = 0; channel < players.Length; channel++)
                written[channel] += players[channel].Play(
                    dry.Channels[channel].AsSpan(place, count), wet[channel].AsSpan(written[channel]), place + count == dry.Length);
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return (dry with { Channels = [.. wet.Select(channel => channel[..dry.Length])] }, seconds, allocated);
    }

    /// <summary>NAM says sample_rate, AIDA-X samplerate; GuitarML's files say nothing, and are trained at 44.1 kHz.</summary>
    private static double RateOf(CompiledModel<float> model)
    {
        foreach (string key in (string[])["sample_rate", "samplerate"])
        {
            if (model.Metadata.TryGetValue(key, out string? text)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate)
                && rate is >= 1 and <= 10_000_000)
                return rate;
        }

        return Teacher.Rate;
    }

    private static float[] HeldOut() => Guitar.Play(8, Teacher.Rate, seed: 1_000_001);

    private void Say(string line) => output.WriteLine(line);
}
