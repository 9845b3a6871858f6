namespace RnnGen.Networks;

/// <summary>DTLN's first stage (Westhausen and Meyer 2020): from the magnitudes of a frame of 512 samples, a mask on them.</summary>
[RnnModel(Steps = 16)]
[Input(257)]
[Rnn<Lstm>(128, Depth = 2, Name = "lstm")]
[Dense(257, Name = "mask"), SigmoidCrossEntropy]
public sealed partial class DtlnSpectrum;

/// <summary>DTLN's second stage: from a frame's samples, features, a mask on these, and samples again.</summary>
[RnnModel(Steps = 16)]
[Input(512)]
[Conv1d(256, Kernel = 1, Bias = false, Name = "encoder")]
[LayerNorm(Epsilon = 1e-7, Name = "norm")]
[Rnn<Lstm>(128, Depth = 2, Name = "lstm")]
[Dense(256, Activation = Activation.Sigmoid, Name = "mask")]
[Conv1d(512, Kernel = 1, Bias = false, Name = "decoder", From = "encoder * mask"), SquaredError]
public sealed partial class DtlnSamples;

/// <summary>The places of both networks' weights in their ONNX files, which were made of Keras'.</summary>
internal static class DtlnWeights
{
    private const string Keras = "/ReadVariableOp/resource:0";

    public static DtlnSpectrum Spectrum(SafetensorsFile file)
    {
        DtlnSpectrum model = new();
        WeightFile.Load(
            file, model.Parameters,
            [
                new("lstm", OnnxLayout.Lstm) { Names = ["lstm_4_W", "lstm_4_R", "lstm_4_B"] },
                new("lstm", OnnxLayout.Lstm) { Names = ["lstm_5_W", "lstm_5_R", "lstm_5_B"], Level = 1 },
                new("mask", OnnxLayout.MatMul) { Names = ["dense_2/kernel:0", "dense_2/bias:0"] },
            ], "");
        return model;
    }

    public static DtlnSamples Samples(SafetensorsFile file)
    {
        DtlnSamples model = new();
        WeightFile.Load(
            file, model.Parameters,
            [
                new("encoder", OnnxLayout.Conv) { Names = ["conv1d_2/kernel:0"] },
                new("norm", OnnxLayout.Gemm)
                {
                    Prefix = "model_2/instant_layer_normalization_1/",
                    Names = [$"mul{Keras}", $"add_1{Keras}"],
                },
                Lstm(0),
                Lstm(1),
                new("mask", OnnxLayout.MatMul)
                {
                    Prefix = "model_2/dense_3/",
                    Names = ["Tensordot/Reshape_1:0", $"BiasAdd{Keras}"],
                },
                new("decoder", OnnxLayout.Conv) { Names = ["conv1d_3/kernel:0"] },
            ], "");
        return model;

        static LayerWeights Lstm(int level) => new("lstm", KerasLayout.Lstm)
        {
            Prefix = $"model_2/lstm_{6 + level}/",
            Names = [$"MatMul{Keras}", $"MatMul_1{Keras}", $"BiasAdd{Keras}"],
            Level = level,
        };
    }
}
