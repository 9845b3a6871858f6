using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using RnnGen.Generated;

namespace RnnGen.Onnx.Tests;

/// <summary>Exported models in ONNX Runtime: the outputs are the model's own.</summary>
public sealed class OnnxRuntimeTests : IDisposable
{
    private const int Steps = 7;

    private readonly SessionOptions options = new() { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };

    public static TheoryData<string> Grids =>
    [
        "Input(9), Conv1d(5, Kernel = 3, Activation = Activation.Tanh), Conv1d(4, Kernel = 2, Dilation = 3), Rnn<Gru>(4)",
        "Embedding(9, 5), Conv1d(6, Kernel = 4, Bias = false), Rnn<Lstm>(5), Dense(2)",
        "Input(9), Conv1d(9, Groups = 9), Conv1d(6, Groups = 3, Dilation = 2, Bias = false), Rnn<Gru>(4)",
        "Input(7, Channels = 2), Conv2d(6, KernelSteps = 2, Padding = 1, Stride = 2), Conv2d(6, Kernel = 2, StepDilation = 2, Groups = 6), "
            + "Conv2d(4, KernelSteps = 1, Padding = 1, PaddingMode = PaddingMode.Reflect), Rnn<Gru>(4)",
        "Input(20, Channels = 1), Conv1d(18, Kernel = 8, Stride = 4, PaddingEnd = 4, PaddingMode = PaddingMode.Reflect, "
            + "Over = Axis.Inner), Magnitude(ComplexParts.Halves), Conv1d(6, Padding = 1, Stride = 2, Over = Axis.Inner, Activation = "
            + "Activation.Relu), Conv1d(3, Dilation = 2), Rnn<Lstm>(5), Dense(3)",
        "Input(6, Channels = 4), Rnn<Lstm>(5, Over = Axis.Inner, Direction = Direction.Bidirectional), Conv1d(3, Kernel = 2, Over = "
            + "Axis.Inner), Rnn<Gru>(4)",
        "Input(6, Channels = 2), Rnn<Gru>(7, Depth = 2, Over = Axis.Inner, Direction = Direction.Reverse), Dropout(0.5), "
            + "Pool(Pooling.Last, Over = Axis.Inner), Rnn<Lstm>(5)",
        "Input(6, Channels = 2), Conv1d(3, Kernel = 2, Over = Axis.Inner), Pool(Pooling.Last, Over = Axis.Inner), Rnn<Lstm>(5)",
        "Input(9, Channels = 3), Pool(Pooling.Max, Over = Axis.Inner, Kernel = 3, Stride = 2), Conv1d(5, Padding = 1, Over = Axis.Inner), "
            + "Pool(Pooling.Mean, Over = Axis.Inner), Rnn<Gru>(4)",
        "Input(6, Channels = 4, Name = \"x\"), Magnitude(ComplexParts.Pairs, Name = \"m\"), Conv1d(3, Dilation = 2, Padding = 2, "
            + "Over = Axis.Inner), Activation(Activation.Softplus, Name = \"c\"), Conv1d(2, Kernel = 2, Over = Axis.Inner, "
            + "From = \"m, c\"), Rnn<Gru>(5, Name = \"r\"), Dense(2, From = \"r, c\")",
        "Embedding(11, 4, Name = \"word\"), Embedding(7, 5, Length = 3, Name = \"letters\"), Input(4, Channels = 2, Name = \"seen\"), "
            + "Input(3, Name = \"more\"), Rnn<Gru>(4, Over = Axis.Inner, From = \"letters\"), Pool(Pooling.Last, Over = Axis.Inner, "
            + "Name = \"spelling\"), Conv1d(2, Kernel = 2, Over = Axis.Inner, From = \"seen\", Name = \"c\"), "
            + "Rnn<Lstm>(5, From = \"word, spelling, c, more\")",
        "Embedding(9, 4, Length = 5), Conv1d(3, Kernel = 2, Over = Axis.Inner), Rnn<Gru>(4)",
    ];

    public static TheoryData<string> OverTime =>
    [
        "Input(4, Name = \"x\"), Dense(7, Over = Axis.Time), Softmax(Over = Axis.Time, Name = \"a\"), Rnn<Lstm>(5, From = \"x * a\"), "
            + "Pool(Pooling.Last), Dense(2)",
        "Embedding(9, 5), Rnn<Gru>(6, Name = \"h\"), Dense(1, Activation = Activation.Tanh), Softmax(Over = Axis.Time, Name = \"a\"), "
            + "Pool(Pooling.Sum, From = \"a * h\"), Dense(3)",
        "Input(5), Rnn<Gru>(6, Direction = Direction.Bidirectional), Dropout(0.5), Pool(Pooling.Last), Dense(2)",
        "Input(3), Dense(7, Over = Axis.Time, Bias = false, Activation = Activation.Elu), LogSoftmax(Over = Axis.Time), Rnn<Gru>(4)",
    ];

    [Theory]
    [MemberData(nameof(Grids))]
    [MemberData(nameof(OverTime))]
    public void LayersComputeTheSame(string layers)
    {
        Model model = Compile(layers);
        float[] inputs = Inputs(model);
        using InferenceSession session = new(OnnxExport.ToBytes(model.Type, model.Weights), options);
        AssertClose(model.Forward(inputs), Run(session, model, inputs, [])["output"], layers);
    }

    [Theory]
    [MemberData(nameof(Grids))]
    public void StreamsOfGridsGoOnWhereTheyStopped(string layers)
    {
        Model model = Compile(layers);
        using InferenceSession session = new(OnnxExport.ToBytes(model.Type, model.Weights, OnnxForm.Stream), options);
        Dictionary<string, DenseTensor<float>> states = session.InputMetadata.Where(m => m.Key != "input").ToDictionary(
            m => m.Key, m => new DenseTensor<float>([.. m.Value.Dimensions.Select(d => d < 0 ? 1 : d)]));
        float[] state = new float[model.Shape.StateSize];
        for (int call = 0; call < 3; call++)
        {
            float[] inputs = Inputs(model, call);
            var outputs = Run(session, model, inputs, states);
            AssertClose(model.Forward(inputs, state), outputs["output"], $"{layers}, call {call}");
            foreach (string name in states.Keys)
                outputs[$"new_{name}"].CopyTo(states[name].Buffer.Span);
        }
    }

    public void Dispose() => options.Dispose();

    private static Model Compile(string layers)
    {
        var assembly = Models.Compile(
            $"using RnnGen;\n[RnnModel(Steps = {Steps}), {layers}, SquaredError]\npublic sealed partial class Grid;");
        return Models.Create(assembly, "Grid", 3);
    }

    private static float[] Inputs(Model model, int seed = 0)
    {
        int count = Steps * (model.IsSymbolic ? 1 : model.Shape.InputSize);
        float[] inputs =
            [.. Enumerable.Range(seed, count).Select(i => model.IsSymbolic ? i * 5 % model.Shape.InputSize : MathF.Sin(i * 0.61f))];
        foreach (InputSymbols symbols in model.Shape.InputSymbols)
        {
            for (int i = 0; i < count; i++)
            {
                int number = (i % model.Shape.InputSize) - symbols.Column;
                if (number >= 0 && number < symbols.Count)
                    inputs[i] = ((i * 5) + seed) % symbols.Symbols;
            }
        }

        return inputs;
    }

    private static Dictionary<string, float[]> Run(
        InferenceSession session, Model model, float[] inputs, Dictionary<string, DenseTensor<float>> states)
    {
        NamedOnnxValue input = model.IsSymbolic
            ? NamedOnnxValue.CreateFromTensor(
                "input", new DenseTensor<long>(Array.ConvertAll(inputs, i => (long)i), [Steps, 1]))
            : NamedOnnxValue.CreateFromTensor("input", new DenseTensor<float>(inputs, [Steps, 1, model.Shape.InputSize]));
        using var results = session.Run([input, .. states.Select(s => NamedOnnxValue.CreateFromTensor(s.Key, s.Value))]);
        return results.ToDictionary(r => r.Name, r => r.AsEnumerable<float>().ToArray());
    }

    private static void AssertClose(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            double difference = Math.Abs(expected[i] - actual[i]);
            Assert.True(difference <= 1e-5 * Math.Max(1, Math.Abs(expected[i])), $"{what}: {expected[i]}, {actual[i]}");
        }
    }
}
