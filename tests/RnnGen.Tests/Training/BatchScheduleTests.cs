using RnnGen.Numerics;

namespace RnnGen.Tests;

/// <summary>
/// A batch's runs under every schedule of its threads: each shard once, with the parameters of its run, and with nothing of the run before.
/// </summary>
public class BatchScheduleTests
{
    // A helper that takes the parameters of the run before into the next one needs three interruptions: the first thread's, so that it gets
    // a shard; its own, behind that shard; and the first thread's in the next run.
    [Theory]
    [InlineData(2, 2, 2, 3)]
    [InlineData(3, 2, 2, 2)]
    [InlineData(3, 3, 2, 1)]
    public void AThreadKeepsNothingOfTheRunBefore(int shards, int threads, int runs, int preemptions)
    {
        using EverySchedule schedule = new(preemptions);
        schedule.Run(() =>
        {
            Batch<double, Shard> batch = new(16 * shards, weightBytes: 8, _ => new(() => { }), schedule);
            ParameterSet<double> parameters = Single();
            for (int run = 1; run <= runs; run++)
            {
                // As an optimiser does it: the same set, with other values.
                parameters["w"][0] = run;
                Assert.Equal(shards * run, batch.Run(threads, new RunOptions(Learn: true), parameters));
                Assert.Equal(shards * run, batch.Gradients["w"][0]);
                foreach (Shard shard in batch.Shards)
                    Assert.Equal(run, shard.Runs);
            }
        });
        // There are some thousand; a handful would mean that threads do not meet.
        Assert.True(schedule.Count > 100, $"There were {schedule.Count} schedules.");
    }

    /// <summary>Fewer threads than in the run before: those that come late stay away.</summary>
    [Fact]
    public void LateHelpersDoNotJoinARunThatHasNone()
    {
        using EverySchedule schedule = new(2);
        schedule.Run(() =>
        {
            int helped = 0, working = 0, most = 0;
            bool isAlone = false;
            Thread caller = Thread.CurrentThread;
            Batch<double, Shard> batch = new(32, weightBytes: 8, _ => new(Work), schedule);
            ParameterSet<double> parameters = Single();
            batch.Run(2, new RunOptions(Learn: true), parameters);
            isAlone = true;
            batch.Run(1, new RunOptions(Learn: true), parameters);
            Assert.Equal(0, helped);
            Assert.InRange(most, 1, 2);

            void Work()
            {
                helped += isAlone && Thread.CurrentThread != caller ? 1 : 0;
                most = Math.Max(most, ++working);
                schedule.Meet();
                working--;
            }
        });
    }

    private static ParameterSet<double> Single() => new([new("w", 1, 0, [new(0, 1, 0, 1, 1, 1)], [])], new(1));

    /// <summary>Its loss and its gradient are the parameter, as it was when a thread transposed it.</summary>
    private sealed class Shard(Action work) : BatchShard<double>
    {
        private readonly AlignedBuffer<double> own = new(1);
        private AlignedBuffer<double>? used;

        public int Runs { get; private set; }

        public override ParameterSet<double> Gradients { get; } = Single();

        public override AlignedBuffer<double> Transposed => used!;

        protected override double Compute(RunOptions pass, ParameterSet<double> parameters, AlignedBuffer<double>? transposed)
        {
            if (transposed is null)
                own.Start = parameters.Start;
            used = transposed ?? own;
            work();
            Runs++;
            return Gradients.Start = used.Start;
        }
    }
}
