using System.Buffers;
using RnnGen.Tests.Models;
using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests;

/// <summary>A trainer's <c>Load</c>: everything is read and checked before anything is in its place.</summary>
public class TrainerLoadTests
{
    private const float NegativeSquare = -1e-3f;

    [Fact]
    public void AFileThatFailsAtAnyReadLeavesWeightsMomentsAndUpdates()
    {
        byte[] saved = Saved(seed: 1, updates: 3);
        FailingMemory whole = new(saved, healthyReads: int.MaxValue);
        Loaded(whole.File());
        int reads = whole.Reads, inTheMiddle = 0;
        for (int healthy = 0; healthy < reads; healthy++)
        {
            var (model, trainer) = Trained(seed: 2, updates: 5);
            (float[] weights, byte[] checkpoint) before = ([.. model.Parameters.SelectMany(Values)], Checkpoint(trainer));
            FailingMemory memory = new(saved, healthy);
            var error = Assert.ThrowsAny<Exception>(() => trainer.Load(memory.File()));
            if (error is IOException)
            {
                Assert.Contains("neither the model nor the optimiser's state has changed", error.Message, StringComparison.Ordinal);
                inTheMiddle++;
            }
            else
            {
                Assert.IsType<InvalidDataException>(error);
            }

            Assert.Equal(before.weights, model.Parameters.SelectMany(Values));
            Assert.Equal(before.checkpoint, Checkpoint(trainer));
            Assert.Equal(5, trainer.Updates);
            // It goes on as if nothing had been loaded.
            var (same, undisturbed) = Trained(seed: 2, updates: 5);
            Assert.Equal(Update(undisturbed), Update(trainer));
            Assert.Equal(same.Parameters.SelectMany(Values), model.Parameters.SelectMany(Values));
        }

        // Each matrix is read twice: weights and both moments.
        Assert.Equal(3 * Trained(seed: 1, updates: 0).Model.Parameters.Count(view => view.Columns > 0), inTheMiddle);
    }

    [Fact]
    public void TrainersMadeOfOneAnotherGoOnFromTheSameLoad()
    {
        byte[] saved = Saved(seed: 1, updates: 3);
        var (_, trainer) = Trained(seed: 2, updates: 5);
        var other = trainer with { ClipNorm = 1e9 };
        trainer.Load(SafetensorsFile.Read(saved));
        Assert.Equal((3, 3), (trainer.Updates, other.Updates));
        Assert.Equal(saved, Checkpoint(other));
        Update(other);
        Assert.Equal(4, trainer.Updates);
    }

    [Theory]
    [InlineData("adam", "optimizer.exp_avg_sq.rnn.weight_hh_l0")]
    [InlineData("adamW", "optimizer.exp_avg_sq.rnn.bias_ih_l0")]
    [InlineData("rmsProp", "optimizer.square_avg.rnn.weight_hh_l0")]
    [InlineData("adagrad", "optimizer.sum.rnn.weight_hh_l0")]
    public void SquaresThatAreNegativeAreRefused(string name, string moment)
    {
        Optimizer optimizer = name switch
        {
            "adam" => new Adam(),
            "adamW" => new AdamW(),
            "rmsProp" => new RmsProp { Momentum = 0.5 },
            _ => new Adagrad(),
        };
        var (model, trainer) = Trained(seed: 2, updates: 2, optimizer);
        byte[] before = Checkpoint(trainer);
        SafetensorsFile good = SafetensorsFile.Read(before);
        SafetensorsFile bad = new(good.Tensors.Select(t => t.Name == moment ? WithNegative(t) : t), good.Metadata);
        var error = Assert.Throws<InvalidDataException>(() => trainer.Load(bad));
        Assert.Contains($"{moment} holds squares, but [", error.Message, StringComparison.Ordinal);
        Assert.Contains("is -0.001", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Checkpoint(trainer));
        Assert.True(double.IsFinite(Update(trainer)));
        Assert.All(model.Parameters.SelectMany(Values), value => Assert.True(float.IsFinite(value)));

        static SafetensorsTensor WithNegative(SafetensorsTensor tensor)
        {
            float[] values = new float[tensor.Count];
            tensor.CopyTo<float>(values);
            values[^1] = NegativeSquare;
            return SafetensorsTensor.Create<float>(tensor.Name, [.. tensor.Shape.ToArray().Select(size => (int)size)], values);
        }
    }

    private static (CharLstm Model, Trainer<float, int, int, CharLstm.State> Trainer) Trained(
        ulong seed, int updates, Optimizer? optimizer = null)
    {
        CharLstm model = new(seed);
        var trainer = model.CreateTrainer(optimizer ?? new Adam(1e-2));
        for (int i = 0; i < updates; i++)
            Update(trainer);
        return (model, trainer);
    }

    private static double Update(Trainer<float, int, int, CharLstm.State> trainer)
    {
        int[] symbols = [.. Enumerable.Range((int)trainer.Updates, CharLstm.Steps + 1).Select(i => i * 5 % CharLstm.InputSize)];
        return trainer.Step(symbols.AsSpan(1), symbols.AsSpan(0, CharLstm.Steps));
    }

    private static void Loaded(SafetensorsFile file) => Trained(seed: 2, updates: 5).Trainer.Load(file);

    private static byte[] Saved(ulong seed, int updates) => Checkpoint(Trained(seed, updates).Trainer);

    private static byte[] Checkpoint(Trainer<float, int, int, CharLstm.State> trainer)
    {
        using TemporaryFolder folder = new();
        trainer.Save(folder["a"]);
        return File.ReadAllBytes(folder["a"]);
    }

    /// <summary>A file in memory that somebody overwrites after some reads of its tensors: they are NaN from then on.</summary>
    private sealed class FailingMemory(byte[] bytes, int healthyReads) : MemoryManager<byte>
    {
        private readonly byte[] overwritten = [.. Enumerable.Repeat((byte)0xff, bytes.Length)];
        private bool isOpen;

        public int Reads { get; private set; }

        public SafetensorsFile File()
        {
            SafetensorsFile file = SafetensorsFile.Read((ReadOnlyMemory<byte>)CreateMemory(bytes.Length));
            isOpen = true;
            return file;
        }

        public override Span<byte> GetSpan() => isOpen && Reads++ >= healthyReads ? overwritten : bytes;

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
