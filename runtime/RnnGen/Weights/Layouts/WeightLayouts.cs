namespace RnnGen;

/// <summary>
/// PyTorch's layouts: rows are gates, LSTM i, f, g, o, GRU r, z, n; two biases, which cells with one add up. Models have these names and
/// this order themselves, so that only the name of the module differs. Stacked and bidirectional modules and <c>proj_size</c> are covered.
/// </summary>
public static class PyTorchLayout
{
    /// <summary><c>nn.RNN</c>: weight_ih_l0 [H, I], weight_hh_l0 [H, H], bias_ih_l0, bias_hh_l0 [H]. For <see cref="SimpleRnn"/>.</summary>
    public static WeightLayout Rnn { get; } = new("PyTorch RNN") { HasLevels = true };

    /// <summary>
    /// <c>nn.LSTM</c>: weight_ih_l0 [4H, I], …, and weight_hr_l0 [P, H] with a projection. For <see cref="RnnGen.Lstm"/> and
    /// <see cref="ProjectedLstm"/>.
    /// </summary>
    public static WeightLayout Lstm { get; } = new("PyTorch LSTM") { HasLevels = true };

    /// <summary><c>nn.GRU</c>: weight_ih_l0 [3H, I], … For <see cref="RnnGen.Gru"/>: it resets after the product.</summary>
    public static WeightLayout Gru { get; } = new("PyTorch GRU") { HasLevels = true, ResetsAfter = true };

    /// <summary><c>nn.RNNCell</c>: weight_ih, weight_hh, bias_ih, bias_hh. For <see cref="SimpleRnn"/>.</summary>
    public static WeightLayout RnnCell { get; } = new("PyTorch RNNCell");

    /// <summary><c>nn.LSTMCell</c>: weight_ih, weight_hh, bias_ih, bias_hh. For <see cref="RnnGen.Lstm"/>.</summary>
    public static WeightLayout LstmCell { get; } = new("PyTorch LSTMCell");

    /// <summary><c>nn.GRUCell</c>: weight_ih, weight_hh, bias_ih, bias_hh. For <see cref="RnnGen.Gru"/>.</summary>
    public static WeightLayout GruCell { get; } = new("PyTorch GRUCell") { ResetsAfter = true };

    /// <summary><c>nn.Linear</c>: weight [outputs, inputs], bias [outputs].</summary>
    public static WeightLayout Linear { get; } = new("PyTorch Linear");

    /// <summary><c>nn.Conv1d</c>: weight [outputs, channels / groups, kernel], bias [outputs].</summary>
    public static WeightLayout Conv1d { get; } = new("PyTorch Conv1d");

    /// <summary>
    /// <c>nn.Conv2d</c> of [row][channel][step][position]: weight [outputs, channels / groups, steps, kernel], bias [outputs].
    /// </summary>
    public static WeightLayout Conv2d { get; } = new("PyTorch Conv2d");

    /// <summary><c>nn.Embedding</c>: weight [symbols, width].</summary>
    public static WeightLayout Embedding { get; } = new("PyTorch Embedding");
}

/// <summary>
/// Keras' layouts: columns are gates, LSTM i, f, c, o, GRU z, r, h; one bias, but two for a GRU that resets after the product. The layers
/// of a stack and the two directions of a Bidirectional are layers of their own. RTNeural's JSON, read by <see cref="RtNeuralFile"/>, has
/// these layouts too.
/// </summary>
public static class KerasLayout
{
    private static readonly Dictionary<string, LayoutRule?> OneBias = new()
    {
        ["weight_ih"] = new(0),
        ["weight_hh"] = new(1),
        ["bias_ih"] = new(2),
        ["bias_hh"] = null,
    };

    private static readonly string[] Names = ["kernel", "recurrent_kernel", "bias"];

    /// <summary>SimpleRNN: kernel [I, H], recurrent_kernel [H, H], bias [H]. For <see cref="RnnGen.SimpleRnn"/>.</summary>
    public static WeightLayout SimpleRnn { get; } = new("Keras SimpleRNN") { Tensors = Names, IsTransposed = true, Rules = OneBias };

    /// <summary>LSTM: kernel [I, 4H], recurrent_kernel [H, 4H], bias [4H]. For <see cref="RnnGen.Lstm"/>.</summary>
    public static WeightLayout Lstm { get; } =
        new("Keras LSTM") { Tensors = Names, IsTransposed = true, Gates = [0, 1, 2, 3], FileGates = 4, Rules = OneBias };

    /// <summary>
    /// GRU with reset_after = True, the default: kernel [I, 3H], recurrent_kernel [H, 3H], bias [2, 3H]. For <see cref="RnnGen.Gru"/>.
    /// </summary>
    public static WeightLayout Gru { get; } = new("Keras GRU")
    {
        Tensors = Names,
        IsTransposed = true,
        Gates = [1, 0, 2],
        FileGates = 3,
        ResetsAfter = true,
        Rules = new Dictionary<string, LayoutRule?>(OneBias)
        {
            ["bias_ih"] = new(2, 0, 2, IsStacked: true),
            ["bias_hh"] = new(2, 1, 2, IsStacked: true),
        },
    };

    /// <summary>
    /// GRU with reset_after = False: kernel [I, 3H], recurrent_kernel [H, 3H], bias [3H]. For <see cref="RnnGen.GruResetBefore"/>.
    /// </summary>
    public static WeightLayout GruResetBefore { get; } = new("Keras GRU, reset_after = False")
    {
        Tensors = Names,
        IsTransposed = true,
        Gates = [1, 0, 2],
        FileGates = 3,
        ResetsAfter = false,
        Rules = OneBias,
    };

    /// <summary>Dense: kernel [inputs, outputs], bias [outputs].</summary>
    public static WeightLayout Dense { get; } = new("Keras Dense")
    {
        Tensors = ["kernel", "bias"],
        IsTransposed = true,
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };

    /// <summary>Conv1D: kernel [kernel, channels, outputs], bias [outputs].</summary>
    public static WeightLayout Conv1D { get; } = new("Keras Conv1D")
    {
        Tensors = ["kernel", "bias"],
        IsTransposed = true,
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };

    /// <summary>Conv2D of [row][step][position][channel]: kernel [steps, kernel, channels, outputs], bias [outputs].</summary>
    public static WeightLayout Conv2D { get; } = new("Keras Conv2D")
    {
        Tensors = ["kernel", "bias"],
        IsTransposed = true,
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };

    /// <summary>Embedding: embeddings [symbols, width].</summary>
    public static WeightLayout Embedding { get; } = new("Keras Embedding")
    {
        Tensors = ["embeddings"],
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0) },
    };
}

/// <summary>TensorFlow's own cells, from before Keras: columns are gates, and inputs and state are multiplied by one matrix.</summary>
public static class TensorFlowLayout
{
    /// <summary>
    /// BasicLSTMCell and LSTMCell with forget_bias = 1, the default: kernel [I + H, 4H], bias [4H], gates i, c, f, o; the cell adds 1 to
    /// the forget gate, and <see cref="RnnGen.Lstm"/> has that 1 in its bias. Older files call the two weights and biases
    /// (<see cref="LayerWeights.Names"/>).
    /// </summary>
    public static WeightLayout BasicLstmCell { get; } = new("TensorFlow BasicLSTMCell")
    {
        Tensors = ["kernel", "bias"],
        IsTransposed = true,
        Gates = [0, 2, 1, 3],
        FileGates = 4,
        ForgetGate = 2,
        JoinsInputAndState = true,
        Rules = new Dictionary<string, LayoutRule?>
        {
            ["weight_ih"] = new(0),
            ["weight_hh"] = new(0),
            ["bias_ih"] = new(1),
            ["bias_hh"] = null,
        },
    };
}

/// <summary>
/// ONNX's layouts: a first dimension D for the directions, rows are gates, LSTM i, o, f, c, GRU z, r, h; both biases joined to B [D,
/// 2·G·H], peepholes i, o, f to P [D, 3H]. Tensors have arbitrary names in a graph: <see cref="LayerWeights.Names"/> gives them.
/// </summary>
public static class OnnxLayout
{
    private static readonly string[] Names = ["W", "R", "B"];

    private static readonly Dictionary<string, LayoutRule?> Joined = new()
    {
        ["weight_ih"] = new(0),
        ["weight_hh"] = new(1),
        ["bias_ih"] = new(2, 0, 2),
        ["bias_hh"] = new(2, 1, 2),
    };

    private static readonly Dictionary<string, LayoutRule?> Peepholes = new(Joined)
    {
        ["Pi"] = new(3, 0, 3, HasGates: false),
        ["Po"] = new(3, 1, 3, HasGates: false),
        ["Pf"] = new(3, 2, 3, HasGates: false),
    };

    /// <summary>RNN: W [D, H, I], R [D, H, H], B [D, 2H]. For <see cref="SimpleRnn"/>.</summary>
    public static WeightLayout Rnn { get; } = new("ONNX RNN") { Tensors = Names, HasDirections = true, Rules = Joined };

    /// <summary>
    /// LSTM: W [D, 4H, I], R [D, 4H, H], B [D, 8H], P [D, 3H]. For <see cref="RnnGen.Lstm"/>, with P for <see cref="PeepholeLstm"/>.
    /// </summary>
    public static WeightLayout Lstm { get; } =
        new("ONNX LSTM") { Tensors = [.. Names, "P"], HasDirections = true, Gates = [0, 2, 3, 1], FileGates = 4, Rules = Peepholes };

    /// <summary>
    /// LSTM with input_forget = 1: the same tensors, but those of the forget gate are not read. For <see cref="RnnGen.CoupledLstm"/>, with
    /// P for <see cref="CoupledPeepholeLstm"/>.
    /// </summary>
    public static WeightLayout CoupledLstm { get; } = new("ONNX LSTM, input_forget = 1")
    {
        Tensors = [.. Names, "P"],
        HasDirections = true,
        Gates = [0, 3, 1],
        FileGates = 4,
        Rules = Peepholes
    };

    /// <summary>GRU with linear_before_reset = 1: W [D, 3H, I], R [D, 3H, H], B [D, 6H]. For <see cref="RnnGen.Gru"/>.</summary>
    public static WeightLayout Gru { get; } = new("ONNX GRU, linear_before_reset = 1")
    {
        Tensors = Names,
        HasDirections = true,
        Gates = [1, 0, 2],
        FileGates = 3,
        ResetsAfter = true,
        Rules = Joined
    };

    /// <summary>GRU with linear_before_reset = 0, the default: the same tensors. For <see cref="RnnGen.GruResetBefore"/>.</summary>
    public static WeightLayout GruResetBefore { get; } = new("ONNX GRU, linear_before_reset = 0")
    {
        Tensors = Names,
        HasDirections = true,
        Gates = [1, 0, 2],
        FileGates = 3,
        ResetsAfter = false,
        Rules = Joined
    };

    /// <summary>Conv: W [outputs, channels, kernel], B [outputs].</summary>
    public static WeightLayout Conv { get; } = new("ONNX Conv")
    {
        Tensors = ["W", "B"],
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };

    /// <summary>MatMul and Add, or Gemm with transB = 0: weight [inputs, outputs], bias [outputs].</summary>
    public static WeightLayout MatMul { get; } = new("ONNX MatMul")
    {
        Tensors = ["weight", "bias"],
        IsTransposed = true,
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };

    /// <summary>Gemm with transB = 1: weight [outputs, inputs], bias [outputs].</summary>
    public static WeightLayout Gemm { get; } = new("ONNX Gemm, transB = 1")
    {
        Tensors = ["weight", "bias"],
        Rules = new Dictionary<string, LayoutRule?> { ["weight"] = new(0), ["bias"] = new(1) },
    };
}
