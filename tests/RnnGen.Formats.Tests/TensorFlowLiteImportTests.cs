namespace RnnGen.Formats.Tests;

/// <summary>TensorFlow Lite's models as declarations, against plain evaluations.</summary>
public class TensorFlowLiteImportTests
{
    private readonly Random random = new(13);

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.25f, false)]
    [InlineData(0, true)]
    public void ASequenceLstmAndADenseLayer(float clip, bool isQuantized)
    {
        const int Steps = 5, Inputs = 2, Units = 3;
        LiteWriter writer = new();
        int x = writer.Tensor([1, Steps, Inputs]);
        double[][][] matrices = new double[8][][];
        int[] inputs = [x, .. Enumerable.Range(0, 8).Select(i => Matrix(i < 4 ? Inputs : Units, out matrices[i])), -1, -1, -1];
        float[][] biases = [.. Enumerable.Range(0, 4).Select(_ => Vector(Units))];
        inputs = [.. inputs, .. biases.Select(b => writer.Tensor([Units], b)), -1, -1];
        int h0 = writer.Tensor([1, Units]), c0 = writer.Tensor([1, Units]), sequence = writer.Tensor([1, Steps, Units]);
        writer.Operator(44, [.. inputs, h0, c0, -1, -1, -1, -1], sequence, (0, (byte)4), (1, clip));
        float[] weight = Vector(2 * Units), bias = Vector(2);
        int dense = writer.Tensor([1, Steps, 2]);
        writer.Operator(9, [sequence, writer.Tensor([2, Units], weight), writer.Tensor([2], bias)], dense, (0, (byte)1));
        ImportedModel model = ModelImport.Read(writer.ToBytes(x, dense), new() { Name = "Lite" });

        float[] numbers = Vector(Steps * Inputs);
        double[] h = new double[Units], c = new double[Units];
        double[] expected = [.. Plain.Rows(Doubles(numbers), Inputs).SelectMany(step =>
        {
            double[] Sum(int gate) => [.. Plain.Affine(matrices[gate], step, Doubles(biases[gate]))
                .Zip(Plain.Affine(matrices[4 + gate], h), (a, b) => a + b)];
            double[] i = Sum(0), f = Sum(1), g = Sum(2), o = Sum(3);
            c = [.. c.Select((old, u) => (Plain.Sigmoid(f[u]) * old) + (Plain.Sigmoid(i[u]) * Math.Tanh(g[u])))];
            c = clip > 0 ? [.. c.Select(v => Math.Clamp(v, -clip, clip))] : c;
            h = [.. c.Select((v, u) => Plain.Sigmoid(o[u]) * Math.Tanh(v))];
            return Plain.Affine(Plain.Rows(Doubles(weight), Units), h, Doubles(bias)).Select(v => Math.Max(v, 0));
        })];
        AssertClose(expected, Models.Load(model).Forward(numbers));
        Assert.Equal(clip > 0, model.Declaration.Contains("Clip(f * c + i * g, 0.25)", StringComparison.Ordinal));

        int Matrix(int columns, out double[][] rows)
        {
            float[] values = Vector(Units * columns);
            if (isQuantized)
            {
                // 8 bits with a scale for each row.
                float[] scales = [.. Vector(Units).Select(s => Math.Abs(s) / 100)];
                sbyte[] bytes = [.. values.Select(v => (sbyte)(v * 127))];
                rows = Plain.Rows([.. bytes.Select((b, i) => (double)(scales[i / columns] * b))], columns);
                return writer.Tensor([Units, columns], 9, [.. bytes.Select(b => (byte)b)], scales);
            }

            rows = Plain.Rows(Doubles(values), columns);
            return writer.Tensor([Units, columns], values);
        }
    }

    [Fact]
    public void ABidirectionalLstmJoinsItsDirections()
    {
        const int Steps = 4, Units = 2;
        LiteWriter writer = new();
        int x = writer.Tensor([1, Steps, 1]);
        List<int> inputs = [x];
        List<(double[][] Input, double[][] State, double[] Bias)> directions = [];
        for (int direction = 0; direction < 2; direction++)
        {
            float[][] w = [.. Enumerable.Range(0, 4).Select(_ => Vector(Units))], u = [.. Enumerable.Range(0, 4).Select(_ => Vector(Units * Units))];
            float[][] b = [.. Enumerable.Range(0, 4).Select(_ => Vector(Units))];
            inputs.AddRange(w.Select(v => writer.Tensor([Units, 1], v)));
            inputs.AddRange(u.Select(v => writer.Tensor([Units, Units], v)));
            inputs.AddRange([-1, -1, -1]);
            inputs.AddRange(b.Select(v => writer.Tensor([Units], v)));
            inputs.AddRange([-1, -1]);
            directions.Add((
                Plain.Rows(Doubles([.. w.SelectMany(v => v)]), 1), Plain.Rows(Doubles([.. u.SelectMany(v => v)]), Units),
                Doubles([.. b.SelectMany(v => v)])));
        }

        int joined = writer.Tensor([1, Steps, 2 * Units]);
        writer.Operator(52, [.. inputs, -1, -1, -1, -1], joined, (0, (byte)4), (3, (byte)1));
        float[] numbers = Vector(Steps);
        double[][] Over(IEnumerable<float> steps, int direction)
        {
            double[] h = new double[Units], c = new double[Units];
            return [.. steps.Select(v =>
            {
                Plain.Lstm(directions[direction].Input, directions[direction].State, directions[direction].Bias, [v], ref h, ref c);
                return h;
            })];
        }

        double[][] forward = Over(numbers, 0), backward = [.. Over(numbers.Reverse(), 1).Reverse()];
        ImportedModel model = ModelImport.Read(writer.ToBytes(x, joined), new() { Name = "Both" });
        AssertClose([.. forward.Zip(backward, (f, b) => f.Concat(b)).SelectMany(s => s)], Models.Load(model).Forward(numbers));
    }

    [Fact]
    public void AnRnnsLastStepThroughASigmoid()
    {
        LiteWriter writer = new();
        int x = writer.Tensor([1, 3, 2]);
        float[] w = Vector(4), u = Vector(4), b = Vector(2), numbers = Vector(6);
        int sequence = writer.Tensor([1, 3, 2]), last = writer.Tensor([1, 2]), output = writer.Tensor([1, 2]);
        writer.Operator(
            35, [x, writer.Tensor([2, 2], w), writer.Tensor([2, 2], u), writer.Tensor([2], b), writer.Tensor([1, 2])], sequence, (1, (byte)1));
        int begin = writer.Tensor([3], 2, [0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0]);
        writer.Operator(45, [sequence, begin, begin, begin], last);
        writer.Operator(14, [last], output);
        ImportedModel model = ModelImport.Read(writer.ToBytes(x, output), new() { Name = "Last" });
        double[] h = new double[2];
        foreach (double[] step in Plain.Rows(Doubles(numbers), 2))
            h = [.. Plain.Affine(Plain.Rows(Doubles(w), 2), step, Doubles(b)).Zip(Plain.Affine(Plain.Rows(Doubles(u), 2), h), (p, q) => Math.Max(p + q, 0))];
        AssertClose([.. h.Select(Plain.Sigmoid)], Models.Load(model).Forward(numbers));
    }

    [Fact]
    public void WhatIsNotTakenIsNamed()
    {
        LiteWriter unknown = new();
        int x = unknown.Tensor([1, 3, 2]), y = unknown.Tensor([1, 3, 2]);
        unknown.Operator(99, [x], y);
        Assert.Contains("it has the operator 99", Tensors.Refusal(() => ModelImport.Read(unknown.ToBytes(x, y))), StringComparison.Ordinal);
        LiteWriter quantized = new();
        x = quantized.Tensor([1, 3, 2], 9, []);
        Assert.Contains(
            "its input is quantised", Tensors.Refusal(() => ModelImport.Read(quantized.ToBytes(x, x))), StringComparison.Ordinal);
        byte[] file = unknown.ToBytes(x, y);
        for (int length = 9; length < file.Length; length += 3)
            Assert.Throws<InvalidDataException>(() => ModelImport.Read(file[..length]));
    }

    private float[] Vector(int length) => [.. Enumerable.Range(0, length).Select(_ => (float)((random.NextDouble() * 2) - 1))];

    private static double[] Doubles(float[] values) => [.. values.Select(v => (double)v)];

    private static void AssertClose(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.Second, pair.First - 3e-6, pair.First + 3e-6));
    }
}
