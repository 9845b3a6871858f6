using RnnGen;
using RnnGen.Audio;
using Voice;
using Voice.Networks;

namespace VoiceServer.Serving;

/// <summary>Some hundred streams that take their steps together: one batched step for all that have a hop.</summary>
internal sealed class Shard
{
    /// <summary>Streams of a shard at most.</summary>
    public const int Size = 256;

    private const int MostSteps = 16;

    private readonly Lock gate = new();
    private readonly VoiceStream[] streams = new VoiceStream[Size];
    private int count;

    // Frames that do not overlap: a stream keeps its last hop itself, so all of a shard share one transform.
    private readonly Stft transform = new(new StftFormat(Spectrum.Format.FrameLength, Spectrum.Format.FrameLength));
    private readonly float[] frame = new float[Spectrum.Format.FrameLength];
    private readonly float[] real = new float[Spectrum.Format.Bins];
    private readonly float[] imaginary = new float[Spectrum.Format.Bins];

    // The batch: a row for each stream that has a hop.
    private readonly VoiceStream[] rows = new VoiceStream[Size];
    private readonly float[] inputs = new float[Size * SpeechModel.InputSize];
    private readonly SpeechModel.State[] states = new SpeechModel.State[Size];
    private readonly float[] outputs = new float[Size];
    private readonly StreamFault[] faults = new StreamFault[Size];

    /// <summary>Streams that there are.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Adds a stream.</summary>
    /// <returns>False if there is no room.</returns>
    public bool TryAdd(VoiceStream stream)
    {
        lock (gate)
        {
            if (count == Size)
                return false;
            streams[count++] = stream;
            return true;
        }
    }

    /// <summary>Removes a stream. When this returns, its listener is called no more.</summary>
    public void Remove(VoiceStream stream)
    {
        lock (gate)
        {
            int place = Array.IndexOf(streams, stream, 0, count);
            streams[place] = streams[--count];
            streams[count] = null!;
            Array.Clear(rows);
        }
    }

    /// <summary>Answers hops that have come, up to a quarter of a second of each stream. Nothing is allocated.</summary>
    /// <returns>The hops, the steps that they were batched into, and hops that could not be computed.</returns>
    public (int Hops, int Steps, int Faults) Step(SpeechModel model)
    {
        lock (gate)
        {
            int hops = 0, steps = 0, faulty = 0;
            while (steps < MostSteps && Gather() is > 0 and int batch)
            {
                int bad = model.TryStep<float, float, SpeechModel.State>(
                    inputs.AsSpan(0, batch * SpeechModel.InputSize), states.AsSpan(0, batch), outputs.AsSpan(0, batch),
                    faults.AsSpan(0, batch));
                for (int row = 0; row < batch; row++)
                {
                    bool isGood = faults[row] == StreamFault.None;
                    rows[row].State = isGood ? states[row] : default;
                    rows[row].Add(isGood ? outputs[row] : float.NaN);
                }

                hops += batch;
                steps++;
                faulty += bad;
            }

            return (hops, steps, faulty);
        }
    }

    /// <summary>Passes on the answers.</summary>
    public void Deliver()
    {
        lock (gate)
        {
            // Before it is seen who waits for room, everybody sees what has been read.
            Interlocked.MemoryBarrier();
            foreach (VoiceStream stream in streams.AsSpan(0, count))
                stream.Deliver();
        }
    }

    /// <summary>Puts the next hop of every stream that has one into the batch.</summary>
    private int Gather()
    {
        int batch = 0;
        foreach (VoiceStream stream in streams.AsSpan(0, count))
        {
            if (!stream.TryRead(frame))
                continue;
            ReadOnlySpan<float> samples = frame;
            transform.TryRead(ref samples, real, imaginary);
            Spectrum.Roots(real, imaginary, inputs.AsSpan(batch * SpeechModel.InputSize, SpeechModel.InputSize));
            states[batch] = stream.State;
            rows[batch++] = stream;
        }

        return batch;
    }
}
