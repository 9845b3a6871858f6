using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Onnx;

/// <summary>
/// The weights of a recurrent layer between RnnGen's tensors and ONNX's: a plain set of the layer's parameters, row by row, which the
/// runtime reads and writes in its <see cref="OnnxLayout"/>.
/// </summary>
internal sealed class RecurrentTensors
{
    private const string Second = "_reverse";

    private readonly ParameterSet<float> parameters;
    private readonly LayerWeights[] layers;
    private readonly string suffix;

    /// <param name="cell">The cell's type in RnnGen, one of those that ONNX has.</param>
    /// <param name="shape">The sizes of the layer.</param>
    /// <param name="module">The beginning of its tensors' names, before the dot.</param>
    /// <param name="level">The index of the layer in its module.</param>
    public RecurrentTensors(string cell, LayerShape shape, string module = "rnn", int level = 0)
    {
        var (hidden, inputs, directions, hasBias) = shape;
        suffix = $"_l{level}";
        int rows = GatesOf(cell) * hidden;
        List<ParameterInfo> table = [];
        int length = 0;
        foreach (string direction in new[] { "", Second }[..directions])
        {
            Add("weight_ih", rows, inputs);
            Add("weight_hh", rows, hidden);
            foreach (string bias in hasBias ? ["bias_ih", "bias_hh"] : Array.Empty<string>())
                Add(bias, rows, 0);
            foreach (string peephole in PeepholesOf(cell))
                Add(peephole, hidden, 0);

            void Add(string name, int tensorRows, int columns)
            {
                table.Add(new(
                    $"{module}.{name}{suffix}{direction}", tensorRows, columns,
                    [new(0, tensorRows, length, Lanes: 1, BlockStride: Math.Max(columns, 1), DepthStride: 1)], []));
                length = checked(length + (tensorRows * Math.Max(columns, 1)));
            }
        }

        parameters = new([.. table], new AlignedBuffer<float>(length));
        layers = [new(module, LayoutOf(cell)) { Level = level }];
    }

    /// <summary>ONNX's operator for a cell; null if there is none.</summary>
    public static string? OperatorOf(string cell) => cell switch
    {
        nameof(SimpleRnn) => "RNN",
        nameof(Lstm) or nameof(PeepholeLstm) or nameof(CoupledLstm) or nameof(CoupledPeepholeLstm) => "LSTM",
        nameof(Gru) or nameof(GruTakeNew) or nameof(GruResetBefore) or nameof(GruResetBeforeTakeNew) => "GRU",
        _ => null,
    };

    /// <summary>True if the forget gate is what the input gate leaves.</summary>
    public static bool IsCoupled(string cell) => cell is nameof(CoupledLstm) or nameof(CoupledPeepholeLstm);

    /// <summary>Sets the parameters from W, R, B and P, which must be finite and of the layer's shape.</summary>
    public void LoadOnnx(IEnumerable<SafetensorsTensor> tensors) => WeightFile.Load(new SafetensorsFile(tensors), parameters, layers);

    /// <summary>Sets the parameters from a model's weights, among which those of other layers may be.</summary>
    /// <exception cref="InvalidDataException">They are another model's.</exception>
    public void LoadModel(SafetensorsFile weights) =>
        WeightFile.Load(new SafetensorsFile(parameters.Select(p => weights.Find(p.Name)).OfType<SafetensorsTensor>()), parameters);

    /// <summary>W, R, and where the layer has them B and P. A coupled LSTM's forget gate is 0: nobody reads it.</summary>
    public SafetensorsFile ToOnnx() => WeightFile.Export(parameters, layers);

    /// <summary>The parameters of a direction, their names without module and suffix.</summary>
    public List<(string Name, int[] Shape, float[] Values)> Of(int direction)
    {
        string ending = direction == 0 ? suffix : suffix + Second;
        List<(string, int[], float[])> tensors = [];
        foreach (ParameterView<float> view in parameters.Where(p => p.Name.EndsWith(ending, StringComparison.Ordinal)))
        {
            float[] values = new float[view.Count];
            view.CopyTo(values);
            tensors.Add((view.Name[(view.Name.IndexOf('.', StringComparison.Ordinal) + 1)..^ending.Length], [.. view.Shape], values));
        }

        return tensors;
    }

    private static int GatesOf(string cell) => OperatorOf(cell) switch { "RNN" => 1, "LSTM" when !IsCoupled(cell) => 4, _ => 3 };

    private static string[] PeepholesOf(string cell) => cell switch
    {
        nameof(PeepholeLstm) => ["Pi", "Po", "Pf"],
        nameof(CoupledPeepholeLstm) => ["Pi", "Po"],
        _ => [],
    };

    /// <summary>The layout. Here GRUs keep both biases, on whatever side of the product they reset.</summary>
    private static WeightLayout LayoutOf(string cell) => OperatorOf(cell) switch
    {
        "RNN" => OnnxLayout.Rnn,
        "LSTM" => IsCoupled(cell) ? OnnxLayout.CoupledLstm : OnnxLayout.Lstm,
        _ => OnnxLayout.Gru,
    };
}

/// <summary>The sizes of a recurrent layer.</summary>
/// <param name="Hidden">Units.</param>
/// <param name="Inputs">Numbers it takes.</param>
/// <param name="Directions">1 or 2.</param>
/// <param name="HasBias">True if it has biases.</param>
internal readonly record struct LayerShape(int Hidden, int Inputs, int Directions, bool HasBias);
