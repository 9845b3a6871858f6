using System.Diagnostics;
using System.Runtime.InteropServices;
using RnnGen.Mpi;

namespace RnnGen.Scale;

/// <summary>
/// Two ranks with one thread each beside one process with one thread and with two, in turn, so that a machine that slows down does so for
/// all.
/// </summary>
internal sealed class RankMeasurement
{
    private const int Chunk = 64 << 10;
    private static readonly TimeSpan Enough = TimeSpan.FromSeconds(0.05);

    private readonly MpiExchange mpi;
    private readonly string sign;

    /// <param name="mpi">Two ranks.</param>
    /// <exception cref="InvalidOperationException">There are others.</exception>
    public RankMeasurement(MpiExchange mpi)
    {
        if (mpi.Ranks != 2)
            throw new InvalidOperationException($"Expected mpirun -np 2, not {mpi.Ranks} ranks.");
        this.mpi = mpi;
        Guid name = Guid.NewGuid();
        mpi.Broadcast(MemoryMarshal.AsBytes(new Span<Guid>(ref name)), from: 0);
        sign = Path.Combine(Path.GetTempPath(), $"rnngen-scale-{name}");
    }

    /// <summary>Measures, and prints on rank 0.</summary>
    /// <param name="rounds">How often each is measured; the fastest round counts, which other programs have disturbed least.</param>
    public void Run(int rounds)
    {
        Say($"{mpi.Library}, {Environment.ProcessorCount} processors, the fastest of {rounds} rounds");
        byte[] chunk = new byte[Chunk];
        double Fastest(Action work) => Enumerable.Range(0, rounds).Min(_ => TimeTogether(work));
        double empty = Fastest(() => PingPong([])) / 2, full = Fastest(() => PingPong(chunk)) / 2;
        double message = Fastest(() => Stream(1000)) / 1000;
        Say($"link: {empty * 1e3:F2} us for nothing, {message * 1e3:F2} us for each of many messages, {full * 1e3:F1} us for 64 KiB ({Chunk / full / 1e6:F1} GB/s)");
        Say("");
        Say("parameters  batch   1 thread  2 threads    2 ranks  ratio  exchange with waiting  exchange alone");
        foreach (int rows in (int[])[32, 128])
            Measure(() => new Small(seed: 1), Small.InputSize, rows, rounds);
        foreach (int rows in (int[])[32, 128])
            Measure(() => new Large(seed: 1), Large.InputSize, rows, rounds);
    }

    private void Measure<TState>(Func<IRnnModel<float, int, int, TState>> create, int symbols, int rows, int rounds)
        where TState : struct, IRnnState<float>
    {
        Random random = new(1);
        IRnnModel<float, int, int, TState> model = create();
        int[] inputs = [.. Enumerable.Range(0, model.Shape.Steps * rows).Select(_ => random.Next(symbols))];
        TimedExchange timed = new(mpi);
        var one = create().CreateTrainer(new Adam(1e-3));
        var two = one with { Threads = 2 };
        var shared = model.CreateTrainer(new Adam(1e-3)) with { Exchange = timed };
        byte[] gradients = new byte[model.Parameters.ParameterCount * sizeof(float)];
        List<double> ones = [], twos = [], ranks = [], exchanges = [], alone = [];
        // The first round is the compiler's, and never the fastest.
        for (int round = 0; round <= rounds; round++)
        {
            OnRankZero(() =>
            {
                ones.Add(Time(() => one.Step(inputs, inputs)));
                twos.Add(Time(() => two.Step(inputs, inputs)));
            });
            int updates = 0;
            timed.Take();
            ranks.Add(TimeTogether(() =>
            {
                shared.Step(inputs, inputs);
                updates++;
            }));
            exchanges.Add(timed.Take().TotalMilliseconds / updates);
            alone.Add(TimeTogether(() => Chain(gradients)));
        }

        if (mpi.Rank != 0)
            return;
        double both = twos.Min(), together = ranks.Min();
        Say($"{model.Parameters.ParameterCount,10:N0}  {rows,5}  {ones.Min(),6:F1} ms  {both,6:F1} ms  {together,6:F1} ms  {both / together,4:P0}"
            + $"  {exchanges.Min(),7:F2} ms ({exchanges.Min() / together,6:P1})  {alone.Min(),5:F2} ms ({alone.Min() / together:P1})");
    }

    /// <summary>What a chain of two does with the gradients, but for the sums: there in chunks, and back.</summary>
    private void Chain(Span<byte> bytes)
    {
        for (int first = 0; first < bytes.Length; first += Chunk)
        {
            Span<byte> chunk = bytes.Slice(first, Math.Min(Chunk, bytes.Length - first));
            if (mpi.Rank == 0)
                mpi.Send(chunk, 1);
            else
                mpi.Receive(chunk, 0);
        }

        mpi.Broadcast(bytes, 1);
    }

    private void PingPong(Span<byte> bytes)
    {
        if (mpi.Rank == 0)
            mpi.Send(bytes, 1);
        mpi.Receive(bytes, 1 - mpi.Rank);
        if (mpi.Rank == 1)
            mpi.Send(bytes, 0);
    }

    private void Stream(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            if (mpi.Rank == 0)
                mpi.Send([1], 1);
            else
                mpi.Receive(new byte[1], 0);
        }
    }

    /// <summary>Rank 0 works, and the other sleeps: its waiting would take a core.</summary>
    private void OnRankZero(Action work)
    {
        if (mpi.Rank == 0)
        {
            work();
            File.WriteAllText(sign, "");
        }

        while (!File.Exists(sign))
            Thread.Sleep(2);
        Meet();
        if (mpi.Rank == 0)
            File.Delete(sign);
        Meet();
    }

    private void Meet() => mpi.Gather(new byte[2], [0, 1, 2]);

    /// <summary>Milliseconds of a call, on average of as many as take long enough.</summary>
    private static double Time(Action work)
    {
        int count = 0;
        long start = Stopwatch.GetTimestamp();
        while (count == 0 || Stopwatch.GetElapsedTime(start) < Enough)
        {
            work();
            count++;
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / count;
    }

    /// <summary>The same of a call that both ranks make: as many on each.</summary>
    private double TimeTogether(Action work)
    {
        for (int count = 1; ; count *= 2)
        {
            Meet();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < count; i++)
                work();
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            // Rank 0's clock decides.
            mpi.Broadcast(MemoryMarshal.AsBytes(new Span<double>(ref elapsed)), from: 0);
            if (elapsed > Enough.TotalMilliseconds)
                return elapsed / count;
        }
    }

    private void Say(string text)
    {
        if (mpi.Rank == 0)
            Console.WriteLine(text);
    }
}
