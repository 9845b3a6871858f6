using System.IO.Compression;
using System.Text;
using PureHDF;
using RnnGen.Onnx;
using RnnGen.Tests;

namespace RnnGen.Formats.Tests;

/// <summary>Damaged files of each reader: bytes, and of what lies in an archive the bytes before it is packed again.</summary>
internal static class FuzzedFormats
{
    /// <summary>The readers by name, with the memory that their documentation states: at once, and for each byte.</summary>
    public static readonly IReadOnlyDictionary<string, Func<IFuzzedReader>> Readers = new Dictionary<string, Func<IFuzzedReader>>
    {
        ["numpy"] = () => Tensors(NumpyFile.Read, 32 << 20, 256, Numpy()),
        ["pytorch"] = () => Tensors(PyTorchFile.Read, 32 << 20, 1_000, Torch()),
        ["keras"] = () => Tensors(KerasFile.Read, 32 << 20, 300, Keras()),
        ["json"] = () => Json(file => JsonWeights.Read(file), Judge, JsonSeeds(), 64 << 10, 100),
        ["amps"] = () => Json(Import, model => Judge(model.Weights), AmpSeeds(), 32 << 20, 1_000),
        ["models"] = () => Imported([.. Keras(), .. Lite()]),
    };

    private static FuzzedReader<SafetensorsFile> Tensors(Func<byte[], SafetensorsFile> read, long atOnce, int perByte, byte[][] seeds) =>
        new((index, random) => Mutate(seeds[index % seeds.Length], random), [read], Judge) { MemoryAtOnce = atOnce, MemoryPerByte = perByte };

    private static FuzzedReader<T> Json<T>(Func<byte[], T> read, Func<T, string> judge, string[] texts, long atOnce, int perByte)
        where T : class
    {
        (byte[] File, List<string> Tokens)[] seeds = [.. texts.Select(Encoding.UTF8.GetBytes).Select(f => (f, JsonMutation.Tokens(f)))];
        return new(
            (index, random) =>
            {
                var (file, tokens) = seeds[index % seeds.Length];
                if (random.Next(3) == 0)
                    return ByteMutation.Apply(file, random);
                List<string> changed = [.. tokens];
                new JsonMutation(random).Apply(changed, seeds[random.Next(seeds.Length)].Tokens);
                return JsonMutation.Join(changed);
            },
            [read], judge)
        {
            MemoryAtOnce = atOnce,
            MemoryPerByte = perByte,
        };
    }

    private static FuzzedReader<ImportedModel> Imported(byte[][] seeds) => new(
        (index, random) => Mutate(seeds[index % seeds.Length], random), [Import], model => Judge(model.Weights))
    {
        MemoryAtOnce = 32 << 20,
        MemoryPerByte = 1_000,
    };

    private static ImportedModel Import(byte[] file) => ModelImport.Read(file, new() { Name = "Fuzzed" });

    /// <summary>What has been read holds together, and comes back from being written.</summary>
    private static string Judge(SafetensorsFile file)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (tensor.IsReal)
                tensor.CopyTo<double>(new double[tensor.Count]);
        }

        using MemoryStream stream = new();
        file.Write(stream);
        return SafetensorsFile.Read(stream.ToArray()).Tensors.Count == file.Tensors.Count
            ? "read"
            : throw new InvalidOperationException("it does not come back from being written");
    }

    private static byte[] Mutate(byte[] file, Random random)
    {
        if (file is not [(byte)'P', (byte)'K', ..] || random.Next(4) == 0)
            return ByteMutation.Apply(file, random);
        using ZipArchive archive = new(new MemoryStream(file));
        int changed = random.Next(archive.Entries.Count), first = random.Next(2) == 0 ? 0 : changed;
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            for (int i = 0; i < archive.Entries.Count; i++)
            {
                using MemoryStream bytes = new();
                using (Stream from = archive.Entries[i].Open())
                    from.CopyTo(bytes);
                using Stream entry = zip.CreateEntry(archive.Entries[i].FullName, CompressionLevel.NoCompression).Open();
                entry.Write(i == first ? ByteMutation.Apply(bytes.ToArray(), random) : bytes.ToArray());
            }
        }

        return stream.ToArray();
    }

    private static byte[][] Numpy() =>
    [
        NumpyBytes.Array("<f4", "(2, 3)", new byte[24]), NumpyBytes.Array(">f8", "(2, 2)", new byte[32], "True"),
        NumpyBytes.Archive(
            ("a.npy", NumpyBytes.Array("<f4", "(3, 2)", new byte[24], "True")), ("b/c.npy", NumpyBytes.Array("<i8", "()", new byte[8])),
            ("d.npy", NumpyBytes.Array("<U3", "(1,)", new byte[12], version: 2))),
    ];

    private static byte[][] Torch()
    {
        TorchArchive nested = new();
        nested.Write("}"u8).Memo().Write("("u8).Text("epoch").Whole(7).Text("model").Begin();
        var storage = nested.Storage("Float", TorchArchive.Bytes(1, 2, 3, 4, 5, 6));
        nested.Text("w").Tensor(storage, 6, 0, [3, 2], [1, 3]);
        nested.Text("v").Tensor(storage, 6, 1, [2], [3]);
        TorchArchive script = new();
        script.Global("__torch__", "Model").Write([(byte)')', 0x81, (byte)'}', (byte)'(']);
        script.Text("weight").Tensor(script.Storage("Half", new byte[4]), 2, 0, [2, 1], [1, 1]);
        return
        [
            TorchArchive.StateDict(("lstm.weight_ih_l0", [4, 1], [1, 2, 3, 4]), ("lstm.bias_ih_l0", [4], [1, 2, 3, 4]), ("s", [], [1])),
            nested.End().End().ToBytes(), script.Write("ub"u8).ToBytes(isScript: true),
        ];
    }

    private static byte[][] Keras()
    {
        const string Config = """
            {"class_name": "Sequential", "config": {"name": "m", "layers": [
              {"class_name": "InputLayer", "config": {"name": "x", "batch_input_shape": [null, 4, 1]}},
              {"class_name": "LSTM", "config": {"name": "lstm", "units": 1, "return_sequences": true, "activation": "tanh"}},
              {"class_name": "Dense", "config": {"name": "dense", "units": 1, "activation": "sigmoid"}}]}}
            """;
        H5File whole = new()
        {
            ["model_weights"] = new H5Group
            {
                ["lstm"] = new H5Group { ["kernel:0"] = new float[1, 4], ["recurrent_kernel:0"] = new float[1, 4], ["bias:0"] = new float[4] },
                ["dense"] = new H5Group { ["kernel:0"] = new float[1, 1], ["bias:0"] = new double[1] },
            },
        };
        whole.Attributes["model_config"] = Config;
        H5File cuDnn = new()
        {
            ["rnn"] = new H5Group { ["kernel"] = new float[1, 4], ["recurrent_kernel"] = new float[1, 4], ["bias"] = new float[8] },
        };
        List<byte[]> seeds = [Written(whole), Written(cuDnn)];
        using MemoryStream stream = new();
        using (ZipArchive zip = new(stream, ZipArchiveMode.Create))
        {
            using (Stream entry = zip.CreateEntry("config.json").Open())
                entry.Write(Encoding.UTF8.GetBytes(Config));
            using Stream weights = zip.CreateEntry("model.weights.h5").Open();
            H5Group Vars(params Array[] values)
            {
                H5Group vars = new();
                for (int i = 0; i < values.Length; i++)
                    vars[$"{i}"] = values[i];
                return new H5Group { ["vars"] = vars };
            }

            weights.Write(Written(new H5File
            {
                ["layers"] = new H5Group
                {
                    ["lstm"] = new H5Group { ["cell"] = Vars(new float[1, 4], new float[1, 4], new float[4]) },
                    ["dense"] = Vars(new float[1, 1], new float[1]),
                },
            }));
        }

        seeds.Add(stream.ToArray());
        // h5py's form, which is another than that of the library that writes the others.
        if (SharedCases.Find("../files/lstm-vae-encoder-h5/encoder.h5") is { } path)
            seeds.Add(File.ReadAllBytes(path));
        return [.. seeds];
    }

    private static byte[][] Lite()
    {
        LiteWriter writer = new();
        int x = writer.Tensor([1, 4, 1]), sequence = writer.Tensor([1, 4, 1]), flat = writer.Tensor([1, 4]), output = writer.Tensor([1, 2]);
        int[] matrices = [.. Enumerable.Range(0, 8).Select(_ => writer.Tensor([1, 1], 0.5f))], biases = [.. Enumerable.Range(0, 4).Select(_ => writer.Tensor([1], 0.25f))];
        int h = writer.Tensor([1, 1]), c = writer.Tensor([1, 1]);
        writer.Operator(44, [x, .. matrices, -1, -1, -1, .. biases, -1, -1, h, c, -1, -1, -1, -1], sequence, (0, (byte)4), (1, 10f));
        writer.Operator(22, [sequence], flat);
        writer.Operator(9, [flat, writer.Tensor([2, 4], 9, new byte[8], 0.1f), writer.Tensor([2], 1, 2)], output);
        return [writer.ToBytes(x, output)];
    }

    private static string[] JsonSeeds() =>
    [
        """{"w": [[1, 2], [3, 4]], "b": [5], "s": 6}""",
        """{"model_data": {"unit_type": "LSTM", "skip": 1, "bias_fl": true}, "state_dict": {"rec.weight_ih_l0": [[1], [2], [3], [4]], "lin.bias": [5]}}""",
        """{"architecture": "LSTM", "sample_rate": 48000, "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1}, "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}""",
        """{"in_shape": [null, null, 1], "in_skip": 1, "in_gain": 3, "layers": [{"type": "dense", "activation": "tanh", "shape": [null, null, 1], "weights": [[[1]], [2]]}]}""",
    ];

    /// <summary>Whole models of one unit or channel, of each kind that <see cref="ModelImport"/> reads from JSON.</summary>
    public static string[] AmpSeeds() =>
    [
        """{"model_data": {"unit_type": "LSTM", "num_layers": 1, "skip": 1}, "state_dict": {"rec.weight_ih_l0": [[1], [2], [3], [4]], "rec.weight_hh_l0": [[1], [2], [3], [4]], "rec.bias_ih_l0": [1, 2, 3, 4], "rec.bias_hh_l0": [1, 2, 3, 4], "lin.weight": [[1]], "lin.bias": [5]}}""",
        """{"model_data": {"unit_type": "GRU", "num_layers": 1, "skip": 0}, "state_dict": {"rec.weight_ih_l0": [[1], [2], [3]], "rec.weight_hh_l0": [[1], [2], [3]], "rec.bias_ih_l0": [1, 2, 3], "rec.bias_hh_l0": [1, 2, 3], "lin.weight": [[1]], "lin.bias": [5]}}""",
        """{"architecture": "LSTM", "sample_rate": 48000, "config": {"input_size": 1, "hidden_size": 1, "num_layers": 1}, "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]}""",
        """{"architecture": "WaveNet", "config": {"head": null, "head_scale": 0.5, "layers": [{"input_size": 1, "condition_size": 1, "head_size": 1, "channels": 1, "kernel_size": 3, "dilations": [1, 2], "activation": "Tanh", "gated": false, "head_bias": false}]}, "weights": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]}""",
        """{"in_shape": [null, null, 1], "in_skip": 1, "in_gain": 3, "layers": [{"type": "lstm", "activation": "", "shape": [null, null, 1], "weights": [[[1, 2, 3, 4]], [[1, 2, 3, 4]], [1, 2, 3, 4]]}, {"type": "dense", "activation": "tanh", "shape": [null, null, 1], "weights": [[[1]], [2]]}]}""",
        """{"in_shape": [null, null, 1], "layers": [{"type": "conv1d", "activation": "relu", "shape": [null, null, 1], "kernel_size": [2], "dilation": [2], "weights": [[[[1]], [[2]]], [1]]}, {"type": "gru", "activation": "", "shape": [null, null, 1], "weights": [[[1, 2, 3]], [[1, 2, 3]], [[1, 2, 3], [1, 2, 3]]]}, {"type": "prelu", "activation": "", "shape": [null, null, 1], "weights": [[[0.5]]]}, {"type": "dense", "activation": "", "shape": [null, null, 1], "weights": [[[1]], [2]]}]}""",
    ];

    private static byte[] Written(H5File file)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }
}
