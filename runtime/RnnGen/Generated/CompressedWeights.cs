using System.ComponentModel;
using System.Globalization;
using RnnGen.Numerics;

namespace RnnGen.Generated;

/// <summary>
/// The parameters of a model in fewer bytes, for generated code: matrices in words of packed weights, vectors as floats between them. They
/// do not change.
/// </summary>
/// <typeparam name="TFormat">The format of the weights.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class CompressedWeights<TFormat> where TFormat : struct, IWeightFormat
{
    private readonly AlignedBuffer<float> buffer;
    private readonly ParameterInfo[] table;
    private readonly ParameterSet<float> vectors;

    private CompressedWeights(ParameterInfo[] table, int words)
    {
        this.table = table;
        buffer = new(words);
        vectors = new([.. table.Where(info => info.Columns == 0)], buffer);
    }

    /// <summary>The first word.</summary>
    public ref float Start => ref buffer.Start;

    /// <summary>Compresses a model's parameters.</summary>
    /// <param name="table">The model's parameters, and the place of each.</param>
    /// <param name="words">The words of all.</param>
    /// <param name="parameters">The model's.</param>
    /// <exception cref="InvalidOperationException">A parameter is not finite, or too large for the format.</exception>
    public static CompressedWeights<TFormat> Of(ParameterInfo[] table, int words, ParameterSet<float> parameters)
    {
        CompressedWeights<TFormat> weights = new(table, words);
        using Lock.Scope whole = parameters.Writing.EnterScope();
        foreach (ParameterInfo info in table)
        {
            ParameterView<float> view = parameters[info.Name];
            float[] values = new float[view.Count];
            view.CopyTo(values);
            if (view.Problem(values) is { } problem)
                throw new InvalidOperationException($"The model cannot be compressed: {info.Name} {problem}.");
            if (info.Columns == 0)
            {
                weights.vectors[info.Name].SetOwn(values, weights.vectors[info.Name].InModel);
                continue;
            }

            CompressedMatrix<TFormat> matrix = new(info, weights.buffer);
            for (int row = 0; row < info.Rows; row++)
                matrix.Compress(row, values.AsSpan(row * info.Columns, info.Columns));
        }

        return weights;
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="table">The parameters, and where each has its place.</param>
    /// <param name="words">The words of all.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is broken, or its tensors do not fit: the message lists what is wrong.</exception>
    public static CompressedWeights<TFormat> Load(ParameterInfo[] table, int words, string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        CompressedWeights<TFormat> weights = new(table, words);
        TensorLoad<float> load = new(file);
        load.Stage(weights.vectors);
        foreach (ParameterInfo info in table.Where(info => info.Columns > 0))
            Read(new(info, weights.buffer), load);
        load.Check("");
        load.Commit();
        return weights;
    }

    /// <summary>Writes a safetensors file, under PyTorch's names and in PyTorch's shapes.</summary>
    /// <param name="path">The file to write; an existing file is replaced as a whole.</param>
    public void Save(string path)
    {
        List<SafetensorsTensor> tensors = [];
        foreach (ParameterInfo info in table)
        {
            if (info.Columns == 0)
            {
                float[] values = new float[info.Rows];
                vectors[info.Name].CopyTo(values);
                tensors.Add(SafetensorsTensor.Create<float>(info.Name, [info.Rows], values));
                continue;
            }

            CompressedMatrix<TFormat> matrix = new(info, buffer);
            float[] scales = new float[info.Rows];
            int size = info.Columns * CompressedMatrix<TFormat>.Size;
            byte[] codes = new byte[checked(info.Rows * size)];
            for (int row = 0; row < info.Rows; row++)
                scales[row] = matrix.Get(row, codes.AsSpan(row * size, size));
            tensors.Add(new(info.Name, TFormat.TypeName, matrix.Shape, codes));
            if (CompressedMatrix<TFormat>.HasScales)
                tensors.Add(SafetensorsTensor.Create<float>(info.Name + CompressedMatrix<TFormat>.ScaleSuffix, [info.Rows], scales));
        }

        new SafetensorsFile(tensors).Write(path);
    }

    private static void Read(CompressedMatrix<TFormat> matrix, TensorLoad<float> load)
    {
        SafetensorsTensor? tensor = load.Find(matrix.Name, matrix.Shape, TFormat.TypeName);
        int rows = (int)matrix.Shape[0], size = matrix.Width * CompressedMatrix<TFormat>.Size;
        float[] scales = new float[rows];
        if (CompressedMatrix<TFormat>.HasScales)
        {
            string name = matrix.Name + CompressedMatrix<TFormat>.ScaleSuffix;
            SafetensorsTensor? scale = load.Find(name, [rows], "F32");
            if (scale is null)
                return;
            scale.CopyTo<float>(scales);
            int bad = Array.FindIndex(scales, value => !(value >= 0 && float.IsFinite(value)));
            if (bad >= 0)
                load.Report(string.Create(
                    CultureInfo.InvariantCulture, $"{name}[{bad}] is {scales[bad]}; a scale is finite and at least 0"));
        }

        if (tensor is null)
            return;
        ReadOnlySpan<byte> data = tensor.Data.Span;
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<byte> codes = data.Slice(row * size, size);
            if (CompressedMatrix<TFormat>.Problem(codes) is { } place)
                load.Report($"{matrix.Name} is not finite: [{row}, {place}] is none");
            else
                matrix.Set(row, codes, scales[row]);
        }
    }
}
