using RnnGen;

namespace CharRnn;

/// <summary>One run of the program: read, train, save, write, measure. Of ranks that train together, the first shows and writes.</summary>
internal sealed class Session(
    Options options, Display display, TextWriter output, CancellationToken stop, IGradientExchange? exchange = null)
{
    public const int Rows = 32;
    public const double LearningRate = 8e-3;
    private const double DefaultSeconds = 110;
    private const int UpdatesPerReport = 10, SampleLength = 600;

    private readonly bool isFirst = exchange is null or { Rank: 0 };
    private readonly SharedClock clock = new(exchange, stop);

    private TextWriter Output => isFirst ? output : TextWriter.Null;

    /// <summary>Does it all with the network that the options, or else the saved run, name.</summary>
    public void Run()
    {
        Checkpoint? saved = options.Resume ? Checkpoint.Read(PathOf(options.Cell ?? "lstm")) : null;
        string cell = options.Cell ?? saved?.Cell ?? "lstm";
        if (saved is not null && saved.Cell != cell)
            throw new InvalidDataException($"{saved.Path} is a run of --cell {saved.Cell}, not {cell}.");
        switch (cell)
        {
            case "gru":
                var gru = new GruModel(options.Seed, Initialization.Glorot);
                Run(gru, cell, saved, gru.ToBFloat16, gru.ToInt8);
                break;
            case "rnn":
                var simple = new SimpleModel(options.Seed, Initialization.Glorot);
                Run(simple, cell, saved, simple.ToBFloat16, simple.ToInt8);
                break;
            default:
                var lstm = new LstmModel(options.Seed, Initialization.Glorot);
                Run(lstm, cell, saved, lstm.ToBFloat16, lstm.ToInt8);
                break;
        }
    }

    private void Run<TState>(
        IRnnModel<float, int, int, TState> model, string cell, Checkpoint? saved, Func<IRnnInference<float, int, TState>> toBFloat16,
        Func<IRnnInference<float, int, TState>> toInt8)
        where TState : struct, IRnnState<float>
    {
        Book book = Book.Read(options.Text, saved?.Vocabulary);
        int rows = options.Rows ?? saved?.States.Length / model.Shape.StateSize ?? Rows;
        TrainingRun<TState> run = new(model, Optimizer(options.LearningRate), book.Train, rows, options.Threads, saved, exchange);
        Output.WriteLine($"{Path.GetFileName(options.Text)}: {book.Train.Length:N0} characters to train on, {book.Validation.Length:N0} "
            + $"to validate, {book.HeldOut.Length:N0} held out; {book.Vocabulary.Count} symbols");
        if (book.Unknown > 0)
            Output.WriteLine($"{book.Unknown:N0} characters are outside the vocabulary and read as {book.Vocabulary.Unknown}");
        if (saved is not null)
            Output.WriteLine($"resumed {saved.Path} after {run.Updates:N0} updates");

        (isFirst ? display : Display.None).Run(report => Train(run, report));
        string path = PathOf(cell);
        run.Save(path, cell, book.Vocabulary);
        Output.WriteLine($"saved {path} after {run.Updates:N0} updates");
        if (clock.IsStopped)
        {
            Output.WriteLine("stopped; --resume goes on");
            return;
        }

        if (!isFirst)
            return;
        Sampler sampler = new() { Temperature = options.Temperature, Seed = options.Seed };
        // The network may know more symbols than the text has characters.
        ISymbolModel<float, TState> symbols = SymbolModel.Of(model, book.Vocabulary.Count);
        Output.WriteLine();
        Output.WriteLine(options.Prompt + Measurement.Write(symbols, book.Vocabulary, options.Prompt, SampleLength, sampler));
        Output.WriteLine();
        if (options.Tree is { } count)
            Output.WriteLine(Measurement.Draw(symbols, book.Vocabulary, options.Prompt, count));
        Output.WriteLine($"validation: {Measurement.BitsPerCharacter(model, book.Validation):F3} bits/char");
        if (options.Formats)
        {
            foreach (var (bits, network) in new[] { (32, model), (16, toBFloat16()), (8, toInt8()) })
                Output.WriteLine($"held-out, weights of {bits} bits: {Measurement.BitsPerCharacter(network, book.HeldOut):F4} bits/char");
        }

        Output.WriteLine(Measurement.LastLine(Measurement.BitsPerCharacter(model, book.HeldOut)));
    }

    private void Train<TState>(TrainingRun<TState> run, Action<Status> report)
        where TState : struct, IRnnState<float>
    {
        Plan plan = options.Updates is { } updates ? Plan.ForUpdates(updates) : Plan.ForSeconds(options.Seconds ?? DefaultSeconds);
        Smoothed loss = new();
        plan.Start(run.Updates);
        clock.Start();
        while (clock.Look() && !plan.IsOver(run.Updates, clock.Seconds))
        {
            loss.Add(run.Step(plan.Schedule));
            if (run.Updates % UpdatesPerReport != 0)
                continue;
            plan.Measure(run.Updates, clock.Seconds);
            double left = plan.Left(run.Updates, clock.Seconds);
            report(Status(left, Math.Min(clock.Seconds / (clock.Seconds + left), 0.999)));
        }

        if (!clock.IsStopped)
            report(Status(secondsLeft: 0, share: 1));
        Status Status(double secondsLeft, double share) =>
            new(share, run.Updates, loss.Value, plan.Speed * run.CharactersPerUpdate, secondsLeft);
    }

    // Fast forgetting of the gradients' size and a little decay: the network goes through the book many times in two minutes.
    private static AdamW Optimizer(double learningRate) => new(learningRate) { Beta2 = 0.99, WeightDecay = 0.03 };

    private string PathOf(string cell) => options.Model ?? Path.Combine("artifacts", $"char-{cell}.safetensors");
}
