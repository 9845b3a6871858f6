using System.Runtime.InteropServices;
using RnnGen.Generated;
using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// A linear sequence-to-sequence model written by hand, as a generator would write one: scores = D[input] + Σ over the source of aₛ E
/// sourceₛ, with an attention that looks at all steps of the source alike. Sources are symbols, or two numbers each.
/// </summary>
internal sealed class ToySeq2Seq<TSource> : ISeq2SeqModel<double, TSource, int, int, ToyState> where TSource : unmanaged
{
    public const int SourceSteps = 7, Steps = 6, Inputs = 6, Classes = 5, Start = 5, End = 4;

    private static readonly int SourceSize = typeof(TSource) == typeof(int) ? 4 : 2;

    public ToySeq2Seq(bool hasBridge = false, bool hasFeedback = false)
    {
        HasFeedback = hasFeedback;
        SourceShape = new(SourceSteps, SourceSize, typeof(TSource) == typeof(int) ? 1 : 2, Attentions: 1, hasBridge);
        Parameters = new(Table, new((SourceSize + Inputs) * Classes));
        CounterRandom random = new(3);
        for (int i = 0; i < Weights.Length; i++)
            Weights.Span[i] = random.Uniform((ulong)i) - 0.5;
    }

    public static ParameterInfo[] Table { get; } =
    [
        new("encoder.weight", SourceSize, Classes, [new(0, SourceSize, 0, 1, Classes, 1)], []),
        new("decoder.weight", Inputs, Classes, [new(0, Inputs, SourceSize * Classes, 1, Classes, 1)], []),
    ];

    public AlignedBuffer<double> Weights => Parameters.Buffer;

    public bool HasFeedback { get; }

    /// <summary>What happens in the middle of a pass forward.</summary>
    public Action? DuringForward { get; set; }

    public ParameterSet<double> Parameters { get; private set; }

    public ModelShape Shape { get; init; } = new(Steps, Steps, Inputs, 1, Steps, Classes, 1, [new(Classes, true)]);

    public SourceShape SourceShape { get; }

    public Tape CreateTape(int rows) => new(this, rows);

    public Trainer CreateTrainer(Optimizer optimizer) => new(this, optimizer);

    public string Summary() => "";

    public void Publish(ParameterSet<double> parameters) => Parameters = parameters;

    ISeq2SeqModel<double, TSource, int, int, ToyState> ISeq2SeqModel<double, TSource, int, int, ToyState>.Snapshot() =>
        new ToySeq2Seq<TSource>(SourceShape.HasBridge, HasFeedback) { Parameters = Parameters.Copy() };

    SourceTape<double, TSource, int, int, ToyState> ISeq2SeqModel<double, TSource, int, int, ToyState>.CreateTape(
        int rows, bool inputGradients) => CreateTape(rows);

    Seq2SeqTrainer<double, TSource, int, int, ToyState> ISeq2SeqModel<double, TSource, int, int, ToyState>.CreateTrainer(Optimizer optimizer) => CreateTrainer(optimizer);

    public sealed record Trainer(ToySeq2Seq<TSource> Model, Optimizer Way, int First = Start, int Last = End)
        : SymbolSeq2SeqTrainer<double, TSource, ToyState>(Model, Way, First, Last);

    public sealed class Tape : SourceTape<double, TSource, int, int, ToyState>
    {
        private readonly ToySeq2Seq<TSource> model;
        private readonly double[] sources;
        private readonly double[] sourceGradients;
        private readonly int[] inputs;
        private readonly double[] attention;
        private readonly double[] scores;
        private readonly double[] gradients;

        public Tape(ToySeq2Seq<TSource> model, int rows)
            : base(model, rows, model.Shape, model.SourceShape, transposedCount: 0)
        {
            this.model = model;
            sources = new double[ToySeq2Seq<TSource>.SourceSteps * rows * SourceSize];
            sourceGradients = new double[ToySeq2Seq<TSource>.SourceSteps * rows * SourceSize];
            inputs = new int[Steps * rows];
            attention = new double[ToySeq2Seq<TSource>.SourceSteps * rows];
            scores = new double[Steps * rows * Classes];
            gradients = new double[Steps * rows * Classes];
            AlignedBuffer<double> vectors = Vectors(1 + Math.Max(Steps, ToySeq2Seq<TSource>.SourceSteps), 16);
            // A state stays what it is.
            AlignedBuffer<double> kept = Vectors(1 + Steps, 1);
            Layers = [
                new("encoder", "", 1, vectors, 1, 16, [0], [new(vectors, vectors, 0, 1, 16)], IsEncoder: true),
                new("decoder", "", 1, vectors, 1, 16, [0], [new(kept, Vectors(1 + Steps, 1), 0, 1, 1)])
            ];
        }

        protected override bool HasFeedback => model.HasFeedback;

        protected override void LoadSources(ReadOnlySpan<TSource> sources)
        {
            if (typeof(TSource) != typeof(int))
            {
                MemoryMarshal.Cast<TSource, double>(sources).CopyTo(this.sources);
                return;
            }

            ReadOnlySpan<int> symbols = MemoryMarshal.Cast<TSource, int>(sources);
            this.sources.AsSpan().Clear();
            for (int i = 0; i < symbols.Length; i++)
                this.sources[(i * SourceSize) + symbols[i]] = 1;
        }

        protected override void RunForward(ref double weights, ReadOnlySpan<int> inputs)
        {
            Span<double> parameters = MemoryMarshal.CreateSpan(ref weights, model.Weights.Length);
            model.DuringForward?.Invoke();
            inputs.CopyTo(this.inputs);
            Span<double> kept = Layers[1].States[0].Values.Span;
            for (int step = 1; step <= UsedSteps; step++)
                kept[..Rows].CopyTo(kept[(step * Rows)..]);
            for (int item = 0; item < UsedSteps * Rows; item++)
            {
                int row = item % Rows, length = SourceLengthOf(row);
                Span<double> sum = scores.AsSpan(item * Classes, Classes);
                Decoder(parameters, this.inputs[item]).CopyTo(sum);
                for (int place = 0; place < SourceSteps * SourceSize; place++)
                {
                    double share = attention[(row * ToySeq2Seq<TSource>.SourceSteps) + (place / SourceSize)] =
                        place / SourceSize < length ? 1.0 / length : 0;
                    Add(parameters.Slice(place % SourceSize * Classes, Classes), share * SourceAt(place, row), sum);
                }
            }
        }

        protected override double SumLosses(ReadOnlySpan<int> targets, ReadOnlySpan<double> weights, double weight, double total)
        {
            double scale = weight / total;
            return scale * Losses.SoftmaxCrossEntropy(
                ref scores[0], ref gradients[0], targets, 1, weights, UsedSteps * Rows, Classes, Classes, scale);
        }

        protected override void RunBackward(ref double weights, ref double gradients, ReadOnlySpan<ToyState> finalStateGradients)
        {
            Span<double> all = MemoryMarshal.CreateSpan(ref gradients, model.Weights.Length);
            Span<double> parameters = MemoryMarshal.CreateSpan(ref weights, model.Weights.Length);
            if (!Accumulates)
                all.Clear();
            sourceGradients.AsSpan().Clear();
            for (int item = 0; item < UsedSteps * Rows; item++)
            {
                int row = item % Rows, length = SourceLengthOf(row);
                ReadOnlySpan<double> gradient = this.gradients.AsSpan(item * Classes, Classes);
                if (item / Rows >= LengthOf(row))
                    continue;
                Add(gradient, 1, Decoder(all, inputs[item]));
                for (int place = 0; place < length * SourceSize; place++)
                {
                    Add(gradient, SourceAt(place, row) / length, all.Slice(place % SourceSize * Classes, Classes));
                    for (int c = 0; c < Classes; c++)
                        sourceGradients[Index(place, row)] += gradient[c] * parameters[(place % SourceSize * Classes) + c] / length;
                }
            }
        }

        protected override ReadOnlySpan<double> OutputAt(int step, int row) => scores.AsSpan(((step * Rows) + row) * Classes, Classes);

        protected override Span<double> OutputGradientAt(int step, int row) => gradients.AsSpan(((step * Rows) + row) * Classes, Classes);

        protected override ReadOnlySpan<double> AttentionAt(int attention, int step, int row) =>
            this.attention.AsSpan(row * ToySeq2Seq<TSource>.SourceSteps, ToySeq2Seq<TSource>.SourceSteps);

        protected override ReadOnlySpan<double> SourceGradientAt(int step, int row) =>
            typeof(TSource) == typeof(int)
                ? base.SourceGradientAt(step, row)
                : sourceGradients.AsSpan(Index(step * SourceSize, row), SourceSize);

        private static Span<double> Decoder(Span<double> parameters, int input) =>
            parameters.Slice((SourceSize + input) * Classes, Classes);

        private static void Add(ReadOnlySpan<double> x, double factor, Span<double> sum)
        {
            for (int i = 0; i < x.Length; i++)
                sum[i] += factor * x[i];
        }

        private double SourceAt(int place, int row) => sources[Index(place, row)];

        // place: step · size + number.
        private int Index(int place, int row) => (((place / SourceSize * Rows) + row) * SourceSize) + (place % SourceSize);
    }
}

internal struct ToyState : IRnnState<double>
{
    public static int Size => 1;

    public static ulong Fingerprint => 1;

    public double Value { get; set; }

    public readonly bool IsFinite => double.IsFinite(Value);

    public readonly void CopyTo(Span<double> values) => values[0] = Value;

    public void CopyFrom(ReadOnlySpan<double> values) => Value = values[0];
}
