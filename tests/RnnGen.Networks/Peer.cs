using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace RnnGen.Networks;

/// <summary>A streaming network in ONNX Runtime, on one thread: a frame and a state in, outputs and the next state out.</summary>
internal sealed class Peer : IDisposable
{
    private readonly InferenceSession session;
    private readonly DenseTensor<float> frame;
    private readonly DenseTensor<float> state;
    private readonly List<NamedOnnxValue> inputs;
    private readonly string output;
    private readonly string next;

    /// <param name="path">The file.</param>
    /// <param name="input">The frame's name and shape.</param>
    /// <param name="states">The state's name, that of the next one, and its shape.</param>
    /// <param name="output">The name of the outputs.</param>
    /// <param name="rate">The sampling rate, if the network is told it.</param>
    public Peer(string path, (string Name, int[] Shape) input, (string Name, string Next, int[] Shape) states, string output, long? rate)
    {
        using SessionOptions options = new() { IntraOpNumThreads = 1, InterOpNumThreads = 1 };
        options.LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR;
        session = new(path, options);
        frame = new(input.Shape);
        state = new(states.Shape);
        inputs = [NamedOnnxValue.CreateFromTensor(input.Name, frame), NamedOnnxValue.CreateFromTensor(states.Name, state)];
        if (rate is { } hertz)
            inputs.Add(NamedOnnxValue.CreateFromTensor("sr", new DenseTensor<long>(new[] { hertz }, ReadOnlySpan<int>.Empty)));
        (this.output, next) = (output, states.Next);
    }

    /// <summary>Begins again.</summary>
    public void Reset() => state.Buffer.Span.Clear();

    /// <summary>One step.</summary>
    public void Step(ReadOnlySpan<float> samples, Span<float> outputs)
    {
        samples.CopyTo(frame.Buffer.Span);
        using var results = session.Run(inputs);
        foreach (DisposableNamedOnnxValue result in results)
        {
            var values = ((DenseTensor<float>)result.Value).Buffer.Span;
            if (result.Name == output)
                values.CopyTo(outputs);
            else if (result.Name == next)
                values.CopyTo(state.Buffer.Span);
        }
    }

    public void Dispose() => session.Dispose();
}
