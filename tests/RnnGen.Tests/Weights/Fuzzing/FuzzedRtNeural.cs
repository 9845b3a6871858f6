using System.Globalization;

namespace RnnGen.Tests;

/// <summary>Damaged files of RTNeural's JSON.</summary>
internal static class FuzzedRtNeural
{
    /// <summary>What the documentation of <see cref="RtNeuralFile"/> states.</summary>
    public const long MemoryAtOnce = 16 << 10;
    public const int MemoryPerByte = 48;

    /// <summary>Larger ones would take time, and mutations would hit nothing but numbers.</summary>
    private const int LargestSeed = 1 << 15;

    public static IFuzzedReader Reader()
    {
        (byte[] File, List<string> Tokens)[] seeds = [.. Seeds().Select(file => (file, JsonMutation.Tokens(file)))];
        return new FuzzedReader<SafetensorsFile>(
            (index, random) =>
            {
                var (file, tokens) = seeds[index % seeds.Length];
                if (random.Next(3) == 0)
                    return ByteMutation.Apply(file, random);
                List<string> changed = [.. tokens];
                new JsonMutation(random).Apply(changed, seeds[random.Next(seeds.Length)].Tokens);
                return JsonMutation.Join(changed);
            },
            [file => RtNeuralFile.Read(file)],
            Judge)
        {
            MemoryAtOnce = MemoryAtOnce,
            MemoryPerByte = MemoryPerByte,
        };
    }

    /// <summary>All numbers are finite, and come back from being written.</summary>
    private static string Judge(SafetensorsFile file)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            double[] values = new double[tensor.Count];
            tensor.CopyTo<double>(values);
            if (!Array.TrueForAll(values, double.IsFinite))
                throw new InvalidOperationException($"{tensor.Name} is not finite");
        }

        using MemoryStream json = new();
        RtNeuralFile.Write(json, file);
        return Bytes(RtNeuralFile.Read(json.ToArray())).SequenceEqual(Bytes(file))
            ? "read"
            : throw new InvalidOperationException("it does not come back from being written");
    }

    private static byte[] Bytes(SafetensorsFile file)
    {
        using MemoryStream stream = new();
        file.Write(stream);
        return stream.ToArray();
    }

    private static IEnumerable<byte[]> Seeds()
    {
        for (int i = 0; i < 12; i++)
            yield return i % 3 == 0 ? StateDict(new Random(i)) : Layers(new Random(i));
        if (SharedCases.Find("rtneural") is { } folder)
        {
            foreach (string file in Directory.EnumerateFiles(folder, "*.json")
                .Order(StringComparer.Ordinal)
                .Where(file => new FileInfo(file).Length <= LargestSeed))
                yield return File.ReadAllBytes(file);
        }
    }

    private static byte[] Layers(Random random)
    {
        int inputs = random.Next(1, 4);
        List<string> layers = [];
        for (int i = random.Next(1, 4), width = inputs; i > 0; i--)
        {
            int units = random.Next(1, 4);
            var (type, weights) = random.Next(6) switch
            {
                0 => ("gru", $"{Numbers(random, width, 3 * units)}, {Numbers(random, units, 3 * units)}, {Numbers(random, 2, 3 * units)}"),
                1 => ("lstm", $"{Numbers(random, width, 4 * units)}, {Numbers(random, units, 4 * units)}, {Numbers(random, 4 * units)}"),
                2 => ("dense", $"{Numbers(random, width, units)}, {Numbers(random, units)}"),
                3 => ("conv1d", $"{Numbers(random, 2, width, units)}, {Numbers(random, units)}"),
                4 => ("prelu", $"[{Numbers(random, width)}]"),
                _ => ("activation", ""),
            };
            width = type is "activation" or "prelu" ? width : units;
            string sizes = type == "conv1d" ? "\"kernel_size\": [2], \"dilation\": [3], " : "";
            layers.Add($$"""{"type": "{{type}}", {{sizes}}"activation": "tanh", "shape": [null, null, {{width}}], "weights": [{{weights}}]}""");
        }

        return System.Text.Encoding.UTF8.GetBytes($$"""{"in_shape": [null, null, {{inputs}}], "in_skip": 1, "in_gain": 1.5, "layers": [{{string.Join(", ", layers)}}]}""");
    }

    private static byte[] StateDict(Random random) => System.Text.Encoding.UTF8.GetBytes(
        $$"""{"rnn.weight_ih_l0": {{Numbers(random, 4, 2)}}, "rnn.bias_ih_l0": {{Numbers(random, 4)}}, "gain": {{Numbers(random)}}, "empty": []}""");

    private static string Numbers(Random random, params ReadOnlySpan<int> shape)
    {
        if (shape.IsEmpty)
            return ((random.NextDouble() * 2) - 1).ToString(CultureInfo.InvariantCulture);
        string[] items = new string[shape[0]];
        for (int i = 0; i < items.Length; i++)
            items[i] = Numbers(random, shape[1..]);
        return $"[{string.Join(", ", items)}]";
    }
}
