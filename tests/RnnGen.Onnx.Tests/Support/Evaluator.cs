using System.Runtime.InteropServices;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx.Tests;

/// <summary>
/// Evaluates an ONNX graph plainly, operator by operator as the standard writes them, in double. Shares nothing with the importer but the
/// file's schema.
/// </summary>
internal sealed class Evaluator
{
    private readonly Dictionary<string, Tensor> values;

    private Evaluator(Dictionary<string, Tensor> inputs) => values = new(inputs);

    /// <summary>The tensors that a graph computes, under their names.</summary>
    public static Dictionary<string, Tensor> Run(byte[] model, Dictionary<string, Tensor> inputs)
    {
        var evaluator = new Evaluator(inputs);
        GraphProto graph = ModelProto.Parser.ParseFrom(model).Graph;
        foreach (TensorProto initializer in graph.Initializer)
            evaluator.values[initializer.Name] = Read(initializer);
        foreach (NodeProto node in graph.Node)
            evaluator.Run(node);
        return evaluator.values;
    }

    public static Tensor Read(TensorProto tensor)
    {
        int[] dims = [.. tensor.Dims.Select(d => (int)d)];
        return tensor.DataType switch
        {
            1 =>
                new(
                    dims,
                    tensor.FloatData.Count > 0
                        ? [.. tensor.FloatData.Select(f => (double)f)]
                        : [.. MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray().Select(f => (double)f)]),
            7 =>
                new(
                    dims,
                    tensor.Int64Data.Count > 0
                        ? [.. tensor.Int64Data.Select(i => (double)i)]
                        : [.. MemoryMarshal.Cast<byte, long>(tensor.RawData.Span).ToArray().Select(i => (double)i)]),
            var type => throw new InvalidOperationException($"type {type}"),
        };
    }

    private void Run(NodeProto node)
    {
        Tensor In(int i) => values[node.Input[i]];
        bool Has(int i) => i < node.Input.Count && node.Input[i].Length > 0;
        AttributeProto? Attribute(string name) => node.Attribute.FirstOrDefault(a => a.Name == name);
        int Whole(string name, int otherwise) => (int)(Attribute(name)?.I ?? otherwise);
        double Real(string name, double otherwise) => Attribute(name)?.F ?? otherwise;
        int[] Axes(int rank) =>
            [.. (Attribute("axes")?.Ints.Select(i => (int)i) ?? In(1).Values.Select(v => (int)v)).Select(a => a < 0 ? a + rank : a)];
        int Axis(int otherwise, int rank) => Whole("axis", otherwise) is < 0 and var a ? a + rank : Whole("axis", otherwise);

        switch (node.OpType)
        {
            case "RNN" or "LSTM" or "GRU":
                var results = RecurrentEvaluator.Run(node, [.. node.Input.Select(i => i.Length == 0 ? null : values[i])]);
                for (int i = 0; i < node.Output.Count; i++)
                    values[node.Output[i]] = results[i];
                return;
            case "Split":
                int split = Axis(0, In(0).Rank), each = In(0).Dims[split] / node.Output.Count;
                for (int i = 0; i < node.Output.Count; i++)
                    values[node.Output[i]] = Tensor.Of(
                        [.. In(0).Dims.Select((s, d) => d == split ? each : s)],
                        p => In(0)[[.. p.Select((v, d) => d == split ? v + (i * each) : v)]]);
                return;
        }

        values[node.Output[0]] = node.OpType switch
        {
            "Constant" => Read(Attribute("value")!.T),
            "Identity" or "Dropout" or "Cast" => In(0),
            "Gemm" => Gemm(),
            "MatMul" => MatMul(In(0), In(1)),
            "Conv" => Conv(),
            "Add" => In(0).Combine(In(1), (a, b) => a + b),
            "Sub" => In(0).Combine(In(1), (a, b) => a - b),
            "Mul" => In(0).Combine(In(1), (a, b) => a * b),
            "Div" => In(0).Combine(In(1), (a, b) => a / b),
            "Concat" => Concat(),
            "Transpose" =>
                Tensor.Of(
                    [.. Perm().Select(p => In(0).Dims[p])],
                    place => In(0)[[.. Enumerable.Range(0, place.Length).Select(d => place[Array.IndexOf(Perm(), d)])]]),
            "Squeeze" => new([.. In(0).Dims.Where((_, d) => !Axes(In(0).Rank).Contains(d))], In(0).Values),
            "Unsqueeze" => Unsqueeze(),
            "Reshape" => Reshape(),
            "Flatten" =>
                new([Tensor.Product(In(0).Dims[..Whole("axis", 1)]), Tensor.Product(In(0).Dims[Whole("axis", 1)..])], In(0).Values),
            "Shape" => new([In(0).Rank], [.. In(0).Dims.Select(d => (double)d)]),
            "ConstantOfShape" => Tensor.Of([.. In(0).Values.Select(v => (int)v)], _ => 0),
            "Gather" => Gather(),
            "Slice" => Slice(),
            "OneHot" => Tensor.Of([.. In(0).Dims, (int)In(1).Values[0]], p => In(0)[p.AsSpan()[..^1]] == p[^1] ? 1 : 0),
            "ReduceSum" or "ReduceMean" => Reduce(),
            "Softmax" => Softmax(Axis(-1, In(0).Rank)),
            "LogSoftmax" => Softmax(Axis(-1, In(0).Rank)).Map(Math.Log),
            "Sqrt" => In(0).Map(Math.Sqrt),
            "PRelu" => In(0).Combine(In(1), (x, slope) => x < 0 ? slope * x : x),
            "LayerNormalization" => LayerNormalization(),
            var kind =>
                In(0).Map(RecurrentEvaluator.Function(
                    kind, Real("alpha", RecurrentEvaluator.Defaults(kind).Alpha), Real("beta", RecurrentEvaluator.Defaults(kind).Beta))),
        };

        int[] Perm() => Attribute("perm") is { } perm ? [.. perm.Ints.Select(i => (int)i)] : [.. Enumerable.Range(0, In(0).Rank).Reverse()];

        Tensor Gemm()
        {
            Tensor b = Whole("transB", 0) != 0 ? Tensor.Of([In(1).Dims[1], In(1).Dims[0]], p => In(1)[p[1], p[0]]) : In(1);
            Tensor product = MatMul(In(0), b).Map(v => v * Real("alpha", 1));
            return Has(2) ? product.Combine(In(2).Map(v => v * Real("beta", 1)), (l, r) => l + r) : product;
        }

        Tensor Conv() =>
            Tensor.Of(
                [In(0).Dims[0], In(1).Dims[0], In(0).Dims[2]],
                p => Enumerable.Range(0, In(0).Dims[1]).Sum(c => In(1)[p[1], c, 0] * In(0)[p[0], c, p[2]]) + (Has(2) ? In(2)[p[1]] : 0));

        Tensor Concat()
        {
            Tensor[] parts = [.. node.Input.Select(i => values[i])];
            int axis = Axis(0, parts[0].Rank);
            return Tensor.Of([.. parts[0].Dims.Select((s, d) => d == axis ? parts.Sum(p => p.Dims[axis]) : s)], place =>
            {
                int[] inner = [.. place];
                int part = 0;
                for (; inner[axis] >= parts[part].Dims[axis]; part++)
                    inner[axis] -= parts[part].Dims[axis];
                return parts[part][inner];
            });
        }

        Tensor Unsqueeze()
        {
            int rank = In(0).Rank + (Attribute("axes")?.Ints.Count ?? In(1).Values.Length);
            List<int> dims = [.. In(0).Dims];
            foreach (int axis in Axes(rank).Order())
                dims.Insert(axis, 1);
            return new([.. dims], In(0).Values);
        }

        Tensor Reshape()
        {
            int[] dims = [.. In(1).Values.Select((v, i) => v == 0 ? In(0).Dims[i] : (int)v)];
            int known = Tensor.Product(dims.Where(d => d != -1));
            return new([.. dims.Select(d => d == -1 ? In(0).Values.Length / known : d)], In(0).Values);
        }

        Tensor Gather()
        {
            int axis = Axis(0, In(0).Rank);
            Tensor indices = In(1);
            return Tensor.Of([.. In(0).Dims[..axis], .. indices.Dims, .. In(0).Dims[(axis + 1)..]], p =>
            {
                int index = (int)indices[p.AsSpan(axis, indices.Rank)];
                return In(0)[[.. p[..axis], index < 0 ? index + In(0).Dims[axis] : index, .. p[(axis + indices.Rank)..]]];
            });
        }

        Tensor Slice()
        {
            int[] starts = new int[In(0).Rank], dims = [.. In(0).Dims];
            for (int i = 0; i < In(1).Values.Length; i++)
            {
                int axis = Has(3) ? (int)In(3).Values[i] : i, size = In(0).Dims[axis < 0 ? axis += In(0).Rank : axis];
                starts[axis] = Bound(In(1).Values[i], size);
                dims[axis] = Bound(In(2).Values[i], size) - starts[axis];
            }

            return Tensor.Of(dims, p => In(0)[[.. p.Select((v, d) => v + starts[d])]]);

            static int Bound(double place, int size) => (int)Math.Clamp(place < 0 ? place + size : place, 0, size);
        }

        Tensor Reduce()
        {
            int axis = Axes(In(0).Rank).Single(), size = In(0).Dims[axis];
            Tensor sum = Enumerable.Range(0, size).Select(i => In(0).Take(axis, i)).Aggregate((a, b) => a.Combine(b, (l, r) => l + r));
            sum = node.OpType == "ReduceMean" ? sum.Map(v => v / size) : sum;
            return Whole("keepdims", 1) != 0 ? sum with { Dims = [.. In(0).Dims.Select((s, d) => d == axis ? 1 : s)] } : sum;
        }

        Tensor LayerNormalization()
        {
            int size = In(0).Dims[^1];
            Tensor n = new(In(0).Dims, [.. In(0).Values.Chunk(size).SelectMany(vector =>
            {
                double mean = vector.Average(), variance = vector.Average(v => (v - mean) * (v - mean));
                return vector.Select(v => (v - mean) / Math.Sqrt(variance + Real("epsilon", 1e-5)));
            })]);
            Tensor y = n.Combine(In(1), (l, r) => l * r);
            return Has(2) ? y.Combine(In(2), (l, r) => l + r) : y;
        }

        Tensor Softmax(int axis)
        {
            Tensor powers = In(0).Map(Math.Exp);
            return Tensor.Of(
                powers.Dims,
                p => powers[p] / Enumerable.Range(0, powers.Dims[axis]).Sum(i => powers[[.. p.Select((v, d) => d == axis ? i : v)]]));
        }
    }

    private static Tensor MatMul(Tensor a, Tensor b) =>
        Tensor.Of([.. a.Dims[..^1], b.Dims[1]], p => Enumerable.Range(0, b.Dims[0]).Sum(k => a[[.. p[..^1], k]] * b[k, p[^1]]));
}
