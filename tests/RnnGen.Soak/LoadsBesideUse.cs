namespace RnnGen.Soak;

/// <summary>
/// One model of each kind, used by seven threads while another loads two files in turn: each result is of one file or of the other.
/// </summary>
internal static class LoadsBesideUse
{
    private const int Users = 7;

    private static readonly Kind[] Kinds = [Kind.Step, Kind.Rows, Kind.Forward, Kind.Tape, Kind.Snapshot];

    public static Outcome Run(TimeSpan time, int seed)
    {
        string[] kinds = [.. Sessions.All.Keys.Where(kind => Loader(Sessions.All[kind].Create(1)) is not null)];
        long results = 0, loads = 0, differences = 0;
        string first = "";
        foreach (string kind in kinds)
        {
            using TemporaryFolder folder = new();
            object model = Sessions.All[kind].Create(1);
            string[] files = [folder["a"], folder["b"]];
            object[] models = [Sessions.All[kind].Create((ulong)seed), Sessions.All[kind].Create((ulong)seed + 1)];
            for (int i = 0; i < files.Length; i++)
                models[i].GetType().GetMethod("Save", [typeof(string)])!.CreateDelegate<Action<string>>(models[i])(files[i]);
            Action<string> load = Loader(model)!;
            Call[] calls = [.. Kinds.Select((use, i) => new Call(use, Fault.None, 3, seed + i))];
            double[][][] expected = [.. models.Select(m => calls.Select(call => Result(kind, m, call)).ToArray())];
            load(files[0]);
            DateTime end = DateTime.UtcNow + (time / kinds.Length);
            Thread[] threads = [new(Load), .. Enumerable.Range(0, Users).Select(user => new Thread(() => Use(user)))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();

            void Load()
            {
                for (int i = 1; DateTime.UtcNow < end; i++)
                {
                    load(files[i % 2]);
                    Interlocked.Increment(ref loads);
                }
            }

            void Use(int user)
            {
                for (int i = user; DateTime.UtcNow < end; i++)
                {
                    int call = i % calls.Length;
                    double[] result = Result(kind, model, calls[call]);
                    bool isOfOne = result.AsSpan().SequenceEqual(expected[0][call]) || result.AsSpan().SequenceEqual(expected[1][call]);
                    if (!isOfOne && Interlocked.Increment(ref differences) == 1)
                        first = $"{kind}, {calls[call].Kind}";
                    Interlocked.Increment(ref results);
                }
            }
        }

        return new($"loads beside use, {kinds.Length} kinds of model", $"{results:N0} results, {loads:N0} loads", differences, first);
    }

    private static double[] Result(string kind, object model, Call call)
    {
        using Session session = Sessions.All[kind].Use(model);
        return session.Do(call);
    }

    private static Action<string>? Loader(object model) =>
        model.GetType().GetMethod("Load", [typeof(string)]) is { IsStatic: false } load ? load.CreateDelegate<Action<string>>(model) : null;
}
