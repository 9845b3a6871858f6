using System.CommandLine;

namespace CharRnn;

/// <summary>What the user asked for. Null: not said.</summary>
internal sealed record Options
{
    public required string Text { get; init; }
    public string? Cell { get; init; }
    public double? Seconds { get; init; }
    public long? Updates { get; init; }
    public int? Rows { get; init; }
    public int Threads { get; init; } = 1;
    public double LearningRate { get; init; }
    public ulong Seed { get; init; }
    public string? Model { get; init; }
    public bool Resume { get; init; }
    public required string Prompt { get; init; }
    public double Temperature { get; init; }
    public int? Tree { get; init; }
    public bool Formats { get; init; }
    public bool Mpi { get; init; }

    /// <summary>The program's command line.</summary>
    /// <param name="run">What to do with the options; returns the exit code.</param>
    public static RootCommand Command(Func<Options, int> run)
    {
        Option<FileInfo> text = new("--text")
        {
            Description =
            "A UTF-8 text to train on; Moby Dick by default. Beyond the 95 most frequent characters all are read as �."
        };
        Option<string> cell = new("--cell") { Description = "lstm (the default), gru or rnn." };
        Option<double?> seconds = new("--seconds") { Description = "How long to train; 110 by default, 0 to only measure and write." };
        Option<long?> updates = new("--updates")
        {
            Description =
            "Instead of --seconds: train until there were so many updates. Such a run is the same to the bit on every machine."
        };
        Option<int?> rows = new("--rows") { Description = $"Places of the text that are read side by side; {Session.Rows} by default." };
        Option<int> threads = new("--threads")
        {
            Description = "How many work on a batch; the result is the same to the bit. With --mpi, 1 a rank by default.",
            DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, Session.Rows)
        };
        Option<double> learningRate =
            new("--learning-rate") { Description = "AdamW's, at its highest.", DefaultValueFactory = _ => Session.LearningRate };
        Option<ulong> seed = new("--seed") { Description = "What all random numbers follow from.", DefaultValueFactory = _ => 1 };
        Option<string> model =
            new("--model") { Description = "The file that the run is saved to; artifacts/char-CELL.safetensors by default." };
        Option<bool> resume = new("--resume") { Description = "Go on with the run saved in --model." };
        Option<string> prompt =
            new("--prompt") { Description = "What the text written at the end begins with.", DefaultValueFactory = _ => "The " };
        Option<double> temperature = new("--temperature")
        {
            Description = "How daring that text is: 0 the likeliest characters only, 1 as the book.",
            DefaultValueFactory = _ => 0.7
        };
        Option<int?> tree = new("--tree") { Description = "Also draw so many of the likeliest continuations of the prompt as a tree." };
        Option<bool> formats = new("--formats") { Description = "Also measure the network with weights of 16 and of 8 bits." };
        Option<bool> mpi = new("--mpi") { Description = "Train together with the other ranks that mpirun has started." };
        cell.AcceptOnlyFromAmong("lstm", "gru", "rnn");
        text.AcceptExistingOnly();
        Require(seconds, value => value is not (< 0 or double.NaN or > 1e9), "must be 0 or more");
        Require(updates, value => value is not < 1, "must be 1 or more");
        Require(rows, value => value is not < 1, "must be 1 or more");
        Require(threads, value => value is >= 1 and <= 64, "must be 1 to 64");
        Require(learningRate, value => value is >= 0 and < 1e6, "must be 0 or more");
        Require(temperature, value => value is >= 0 and < 1e6, "must be 0 or more");
        Require(tree, value => value is not (< 1 or > 1000), "must be 1 to 1000");
        Require(prompt, value => value.Length > 0, "must not be empty");
        RootCommand command = new("Trains a character model on a text, and lets it write.")
        {
            text, cell, seconds, updates, rows, threads, learningRate, seed, model, resume, prompt, temperature, tree, formats, mpi,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(seconds) is not null && result.GetResult(updates) is not null)
                result.AddError("Use --seconds or --updates, not both.");
        });
        command.SetAction(result => run(new()
        {
            Text = result.GetValue(text)?.FullName ?? Path.Combine(AppContext.BaseDirectory, "data", "moby_dick.txt"),
            Cell = result.GetValue(cell),
            Seconds = result.GetValue(seconds),
            Updates = result.GetValue(updates),
            Rows = result.GetValue(rows),
            Threads = result.GetValue(mpi) && result.GetResult(threads) is not { Implicit: false } ? 1 : result.GetValue(threads),
            LearningRate = result.GetValue(learningRate),
            Seed = result.GetValue(seed),
            Model = result.GetValue(model),
            Resume = result.GetValue(resume),
            Prompt = result.GetValue(prompt)!,
            Temperature = result.GetValue(temperature),
            Tree = result.GetValue(tree),
            Formats = result.GetValue(formats),
            Mpi = result.GetValue(mpi),
        }));
        return command;
    }

    private static void Require<T>(Option<T> option, Func<T, bool> isValid, string rule) => option.Validators.Add(result =>
    {
        try
        {
            if (!isValid(result.GetValueOrDefault<T>()!))
                result.AddError($"{option.Name} {rule}.");
        }
        catch (InvalidOperationException)
        {
            // Not even a number: the parser says so itself.
        }
    });
}
