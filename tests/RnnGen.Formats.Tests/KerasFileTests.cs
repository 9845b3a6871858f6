using System.IO.Compression;
using PureHDF;

namespace RnnGen.Formats.Tests;

public class KerasFileTests
{
    [Fact]
    public void AnHdf5FilesTensorsAreNamedByTheirPaths()
    {
        SafetensorsFile file = TensorFile.Read(Model());
        Assert.Equal(
            ["dense/dense/bias F32 [1]", "dense/dense/kernel F32 [2, 1]", "lstm/lstm/cell/kernel F32 [1, 8]"],
            file.Lines().Order(StringComparer.Ordinal));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], file["lstm/lstm/cell/kernel"].Values());
        Assert.Equal("""{"class_name": "Sequential"}""", file.Metadata[KerasFile.ConfigText]);
    }

    [Fact]
    public void AKerasFilesTensorsAreThoseOfItsHdf5File()
    {
        byte[] file = Keras("""{"class_name": "Sequential"}""", Written(new H5File
        {
            ["layers"] = new H5Group { ["lstm"] = new H5Group { ["vars"] = new H5Group { ["0"] = Matrix(2, 3) } } },
            ["optimizer"] = new H5Group { ["vars"] = new H5Group { ["0"] = Matrix(1, 1) } },
        }));
        Assert.Equal(FileFormat.Keras, TensorFile.FormatOf(file));
        SafetensorsFile read = TensorFile.Read(file);
        Assert.Equal(["layers/lstm/vars/0 F32 [2, 3]"], read.Lines());
        Assert.Equal("""{"class_name": "Sequential"}""", read.Metadata[KerasFile.ConfigText]);
        Assert.Contains(
            "architecture that is no JSON", Tensors.Refusal(() => KerasFile.Read(Keras("{", Model()))), StringComparison.Ordinal);
    }

    [Fact]
    public void CuDnnsLayersAreTurnedAndNamed()
    {
        // 3 inputs, 2 units, 4 gates. Gate 1 of the kernel has the columns 2 and 3 of [3, 8]: 2 3 10 11 18 19, which is [2, 3] row by row.
        SafetensorsFile file = KerasFile.Read(Written(new H5File
        {
            ["rnn"] = new H5Group
            {
                ["kernel"] = Matrix(3, 8),
                ["recurrent_kernel"] = Matrix(2, 8),
                ["bias"] = Vector(16),
            },
            ["gru"] = new H5Group
            {
                ["kernel"] = Matrix(3, 6),
                ["recurrent_kernel"] = Matrix(2, 6),
                ["bias"] = Vector(12),
            },
        }));
        Assert.Equal(["gru", "rnn"], file.Metadata[KerasFile.ConvertedText].Split(", ").Order(StringComparer.Ordinal));
        double[] kernel = file["rnn/kernel"].Values();
        Assert.Equal([2, 11, 3, 18, 10, 19], new[] { kernel[2], kernel[3], kernel[10], kernel[11], kernel[18], kernel[19] });
        double[] recurrent = file["rnn/recurrent_kernel"].Values();
        Assert.Equal([2, 10, 3, 11], new[] { recurrent[2], recurrent[3], recurrent[10], recurrent[11] });
        Assert.Equal([8, 10, 12, 14, 16, 18, 20, 22], file["rnn/bias"].Values());
        Assert.Equal("gru/bias F32 [2, 6]", file.Lines().Single(l => l.StartsWith("gru/bias", StringComparison.Ordinal)));
    }

    [Fact]
    public void WhatIsWrongIsSaid()
    {
        byte[] file = Model();
        Assert.Contains("does not begin", Tensors.Refusal(() => KerasFile.Read([1, 2, 3])), StringComparison.Ordinal);
        for (int length = 8; length < file.Length; length += 7)
            Assert.Throws<InvalidDataException>(() => KerasFile.Read(file[..length]));
        Assert.Contains(
            "neither in one piece", Tensors.Refusal(() => KerasFile.Read(Written(new H5File
            {
                ["chunked"] = new H5Dataset(new float[8, 8], chunks: [2, 2]),
            }))), StringComparison.Ordinal);
        Assert.Contains(
            "has no weights", Tensors.Refusal(() => KerasFile.Read(Written(new H5File { ["a"] = new H5Group() }))),
            StringComparison.Ordinal);
    }

    [Fact]
    public void AHeadersLengthBelowZeroHidesNothing()
    {
        byte[] file = Model();
        int header = file.AsSpan().IndexOf("OHDR"u8);
        Assert.Equal(3, file[header + 5] & 0x33);
        file[header + 6 + 7] = 0x80;
        Assert.Contains("is longer than the file", Tensors.Refusal(() => KerasFile.Read(file)), StringComparison.Ordinal);
    }

    [SharedFilesFact]
    public void PublicFilesAreRead()
    {
        SafetensorsFile encoder = TensorFile.Open(SharedFiles.Find("lstm-vae-encoder-h5", "encoder.h5")!);
        Assert.Equal(
            ["dense/dense/bias F32 [100]", "dense/dense/kernel F32 [32, 100]", "lstm/lstm/lstm_cell/bias F32 [128]",
                "lstm/lstm/lstm_cell/kernel F32 [7, 128]", "lstm/lstm/lstm_cell/recurrent_kernel F32 [32, 128]"],
            encoder.Lines());
        Assert.StartsWith("{\"class_name\": \"Functional\"", encoder.Metadata[KerasFile.ConfigText], StringComparison.Ordinal);
        SafetensorsFile text = TensorFile.Open(SharedFiles.Find("textgenrnn-hdf5", "textgenrnn_weights.hdf5")!);
        Assert.Equal("rnn_1/rnn_1, rnn_2/rnn_2", text.Metadata[KerasFile.ConvertedText]);
        Assert.Equal([512L], text["rnn_1/rnn_1/bias"].Shape.ToArray());
        SafetensorsFile aircraft = TensorFile.Open(SharedFiles.Find("aircraft-lstm-keras", "model.keras")!);
        Assert.Equal(10, aircraft.Tensors.Count);
        Assert.Equal([17L, 256L], aircraft["layers/lstm/cell/vars/0"].Shape.ToArray());
        Assert.Equal(12, TensorFile.Open(SharedFiles.Find("impsy-dim2-keras", "model.keras")!).Tensors.Count);
    }

    private static byte[] Model()
    {
        H5File file = new()
        {
            ["model_weights"] = new H5Group
            {
                ["lstm"] = new H5Group { ["lstm"] = new H5Group { ["cell"] = new H5Group { ["kernel:0"] = Matrix(1, 8) } } },
                ["dense"] = new H5Group { ["dense"] = new H5Group { ["kernel:0"] = Matrix(2, 1), ["bias:0"] = Vector(1) } },
            },
            ["optimizer_weights"] = new H5Group { ["m"] = Vector(3) },
        };
        file.Attributes["model_config"] = """{"class_name": "Sequential"}""";
        return Written(file);
    }

    private static float[,] Matrix(int rows, int columns)
    {
        float[,] matrix = new float[rows, columns];
        for (int i = 0; i < matrix.Length; i++)
            matrix[i / columns, i % columns] = i;
        return matrix;
    }

    private static float[] Vector(int length) => [.. Enumerable.Range(0, length).Select(i => (float)i)];

    private static byte[] Written(H5File file)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }

    private static byte[] Keras(string config, byte[] weights)
    {
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            foreach (var (name, bytes) in new[] { ("config.json", System.Text.Encoding.UTF8.GetBytes(config)), ("model.weights.h5", weights) })
            {
                using Stream entry = zip.CreateEntry(name).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }
}
