using Google.Protobuf;

namespace RnnGen.Onnx;

/// <summary>Inputs and outputs of an exported model beside the sequences themselves.</summary>
public enum OnnxForm
{
    /// <summary>
    /// A whole sequence from states of zeros on: <c>input</c> [steps, rows, numbers] (of symbols int64 [steps, rows]) to <c>output</c>
    /// [steps, rows, numbers], or [rows, numbers] behind a pool.
    /// </summary>
    Sequence,

    /// <summary>
    /// Any number of steps of a stream: for each recurrent layer n from 1 also <c>state</c>n<c>_h</c> (and of an LSTM
    /// <c>state</c>n<c>_c</c>) [1, rows, units], in and, as <c>new_state</c>n<c>_h</c>, out. Models that need whole sequences have no such
    /// form.
    /// </summary>
    Stream,
}

/// <summary>Options for exporting a model.</summary>
public sealed record OnnxExportOptions
{
    private readonly int operatorSet = 17;
    private readonly IReadOnlyDictionary<string, string> metadata = new Dictionary<string, string>();

    /// <summary>Whole sequences or streams. The default is whole sequences.</summary>
    public OnnxForm Form { get; init; }

    /// <summary>
    /// The version of ONNX's operators, 15 to 24. The default is 17, which ONNX Runtime has had since 2022.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is another.</exception>
    public int OperatorSet
    {
        get => operatorSet;
        init => operatorSet = value is >= 15 and <= 24
            ? value
            : throw new ArgumentOutOfRangeException(nameof(OperatorSet), value, "The operator set is 15 to 24.");
    }

    /// <summary>
    /// True if matrices are kept as integers of 8 bits with a scale for each row (DequantizeLinear): a quarter of the bytes. A weight is
    /// then off by at most 1/254 of the largest one in its row. Vectors stay float32, and so does all that is computed. The default is
    /// false.
    /// </summary>
    public bool Int8 { get; init; }

    /// <summary>Texts that are stored with the model (<c>metadata_props</c>), by their keys. The default is none.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public IReadOnlyDictionary<string, string> Metadata
    {
        get => metadata;
        init => metadata = value ?? throw new ArgumentNullException(nameof(Metadata));
    }
}

/// <summary>
/// Writes models as ONNX with standard operators (operator set 17 by default), float32, for any number of steps and rows. Several heads are
/// <c>output1</c>, <c>output2</c>, …
/// </summary>
/// <remarks>
/// The structure comes from the attributes that the class has in its assembly. Exported are layers of <see cref="SimpleRnn"/>,
/// <see cref="Lstm"/>, <see cref="PeepholeLstm"/>, <see cref="CoupledLstm"/>, <see cref="CoupledPeepholeLstm"/> and the four GRUs, with all
/// they can say but <c>Zoneout</c>; dense layers, dropout (nothing in use), embeddings, pools, and all losses. Other cells, <c>Once</c>,
/// <c>Repeat</c>, <c>FirstState</c> and <c>Feedback</c> are not: ONNX's recurrent operators have nothing of the kind.
/// </remarks>
public static class OnnxExport
{
    /// <summary>Writes a model.</summary>
    /// <typeparam name="T">The model's numbers; doubles become floats.</typeparam>
    /// <typeparam name="TInput">Its inputs.</typeparam>
    /// <typeparam name="TTarget">Its targets.</typeparam>
    /// <typeparam name="TState">Its <c>State</c>.</typeparam>
    /// <param name="model">The model, of the class that carries the attributes.</param>
    /// <param name="path">The file to write; an existing file is replaced, as a whole or not at all.</param>
    /// <param name="form">Whole sequences or streams.</param>
    /// <exception cref="NotSupportedException">ONNX has nothing for what the model does; the message says for what.</exception>
    public static void Save<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, string path, OnnxForm form = OnnxForm.Sequence)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T> => Save(model, path, new OnnxExportOptions { Form = form });

    /// <summary>Writes a model.</summary>
    /// <typeparam name="T">The model's numbers; doubles become floats.</typeparam>
    /// <typeparam name="TInput">Its inputs.</typeparam>
    /// <typeparam name="TTarget">Its targets.</typeparam>
    /// <typeparam name="TState">Its <c>State</c>.</typeparam>
    /// <param name="model">The model, of the class that carries the attributes.</param>
    /// <param name="path">The file to write; an existing file is replaced, as a whole or not at all.</param>
    /// <param name="options">The operator set, the form, and what else is in the file.</param>
    /// <exception cref="NotSupportedException">ONNX has nothing for what the model does; the message says for what.</exception>
    public static void Save<T, TInput, TTarget, TState>(
        IRnnModel<T, TInput, TTarget, TState> model, string path, OnnxExportOptions options)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T>
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using MemoryStream weights = new();
        WeightFile.Save(weights, model.Parameters);
        byte[] file = ToBytes(model.GetType(), SafetensorsFile.Read(weights.ToArray()), options);
        AtomicFile.Write(path, stream => stream.Write(file));
    }

    /// <summary>A model's class and its weights as an ONNX file.</summary>
    /// <param name="model">The class with <c>[RnnModel]</c>. Nothing of it is run.</param>
    /// <param name="weights">The bytes that its <c>Save</c> wrote.</param>
    /// <param name="options">The operator set, the form, and what else is in the file.</param>
    /// <exception cref="ArgumentException">The class is no model.</exception>
    /// <exception cref="InvalidDataException">The weights are another model's.</exception>
    /// <exception cref="NotSupportedException">ONNX has nothing for what the model does; the message says for what.</exception>
    public static byte[] ToBytes(Type model, SafetensorsFile weights, OnnxExportOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        return ModelExporter.Export(model, weights, options).ToByteArray();
    }

    /// <summary>A model's class and its weights as an ONNX file.</summary>
    /// <param name="model">The class with <c>[RnnModel]</c>. Nothing of it is run.</param>
    /// <param name="weights">The bytes that its <c>Save</c> wrote.</param>
    /// <param name="form">Whole sequences or streams.</param>
    /// <exception cref="ArgumentException">The class is no model.</exception>
    /// <exception cref="InvalidDataException">The weights are another model's.</exception>
    /// <exception cref="NotSupportedException">ONNX has nothing for what the model does; the message says for what.</exception>
    public static byte[] ToBytes(Type model, SafetensorsFile weights, OnnxForm form = OnnxForm.Sequence)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(weights);
        return ToBytes(model, weights, new OnnxExportOptions { Form = form });
    }
}
