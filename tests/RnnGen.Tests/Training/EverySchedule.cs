using System.Runtime.ExceptionServices;

namespace RnnGen.Tests;

/// <summary>
/// Takes every interleaving of a batch's threads. One thread runs at a time; wherever threads meet, the choice who goes on is one that was
/// not taken before. A scenario is run again until all choices were taken.
/// </summary>
/// <param name="preemptions">How often a schedule may interrupt a thread that could go on.</param>
internal sealed class EverySchedule(int preemptions) : Helpers, IDisposable
{
    private readonly List<Worker> workers = [];

    // The choices of the present schedule: of how many, and which.
    private readonly List<(int Options, int Chosen)> choices = [];
    private readonly SemaphoreSlim ended = new(0);
    private Worker current = null!;
    private int depth;
    private int interruptions;
    private ExceptionDispatchInfo? error;

    /// <summary>Schedules that were taken.</summary>
    public int Count { get; private set; }

    /// <summary>Runs a scenario under every schedule.</summary>
    /// <param name="scenario">What the first thread does. It gets the same each time.</param>
    public void Run(Action scenario)
    {
        do
        {
            (depth, interruptions) = (0, 0);
            workers.Clear();
            current = Add(scenario);
            current.Turn.Release();
            Assert.True(ended.Wait(TimeSpan.FromSeconds(30)), "A thread hangs.");
            error?.Throw();
            Count++;
        }
        while (NextSchedule());
    }

    public override void Start(IThreadPoolWorkItem work) => Add(work.Execute);

    public override void Meet() => Switch(current);

    public override void Wait(ShardQueue queue)
    {
        current.WaitsFor = queue;
        Switch(current);
        current.WaitsFor = null;
    }

    public void Dispose() => ended.Dispose();

    private Worker Add(Action action)
    {
        Worker worker = new();
        workers.Add(worker);
        new Thread(() =>
        {
            worker.Turn.Wait();
            try
            {
                action();
            }
            catch (Exception exception)
            {
                error ??= ExceptionDispatchInfo.Capture(exception);
            }

            worker.HasEnded = true;
            Switch(worker);
        })
        { IsBackground = true }.Start();
        return worker;
    }

    private void Switch(Worker from)
    {
        // The first choice is to go on without an interruption.
        List<Worker> able = [.. workers.Where(w => w.IsAble).OrderByDescending(w => w == from)];
        if (able.Count == 0)
        {
            if (!workers.TrueForAll(w => w.HasEnded))
                error ??= ExceptionDispatchInfo.Capture(new InvalidOperationException("Every thread waits for another."));
            ended.Release();
            return;
        }

        int options = able[0] == from && interruptions == preemptions ? 1 : able.Count;
        if (depth == choices.Count)
            choices.Add((options, 0));
        Assert.Equal(choices[depth].Options, options);
        Worker next = able[choices[depth++].Chosen];
        if (next == from)
            return;
        interruptions += able[0] == from ? 1 : 0;
        current = next;
        next.Turn.Release();
        if (!from.HasEnded)
            from.Turn.Wait();
    }

    private bool NextSchedule()
    {
        while (choices.Count > 0 && choices[^1].Chosen + 1 == choices[^1].Options)
            choices.RemoveAt(choices.Count - 1);
        if (choices.Count == 0)
            return false;
        choices[^1] = (choices[^1].Options, choices[^1].Chosen + 1);
        return true;
    }

    private sealed class Worker
    {
        public SemaphoreSlim Turn { get; } = new(0);

        public ShardQueue? WaitsFor { get; set; }

        public bool HasEnded { get; set; }

        public bool IsAble => !HasEnded && WaitsFor is not { IsFinished: false };
    }
}
