using System.CommandLine;

namespace Pronounce;

/// <summary>What the user asked for.</summary>
internal sealed record Options
{
    /// <summary>The words to pronounce; if there are none and nothing else is to be done, the program asks for some.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>Whether to train a network, and how; null for not.</summary>
    public Recipe? Recipe { get; init; }

    /// <summary>Whether to measure a network on the test set.</summary>
    public bool Evaluate { get; init; }

    /// <summary>A word whose attention is to be drawn, or null.</summary>
    public string? Plot { get; init; }

    /// <summary>The SVG file to draw it into.</summary>
    public string PlotFile { get; init; } = "";

    /// <summary>The network's file.</summary>
    public required string Model { get; init; }

    /// <summary>The network that comes with the program.</summary>
    public static string CommittedModel => Path.Combine(AppContext.BaseDirectory, "data", "pronouncer.safetensors");

    /// <summary>The program's command line.</summary>
    /// <param name="run">What to do with the options; returns the exit code.</param>
    public static RootCommand Command(Func<Options, int> run)
    {
        Recipe usual = new();
        Argument<string[]> words =
            new("words") { Description = "Words to pronounce. Without any the program asks for them.", Arity = ArgumentArity.ZeroOrMore };
        Option<bool> train = new("--train") { Description = "Train a network." };
        Option<int?> epochs = new("--epochs")
        {
            Description =
            $"How often training sees each pronunciation; {usual.Epochs} by default. Such a run is the same to the bit on every machine."
        };
        Option<double?> minutes = new("--minutes") { Description = "Instead of --epochs: how long to train." };
        Option<ulong> seed =
            new("--seed") { Description = "What all random numbers of training follow from.", DefaultValueFactory = _ => usual.Seed };
        Option<int> threads = new("--threads")
        {
            Description = "How many work on a batch; the result is the same to the bit.",
            DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, 4)
        };
        Option<bool> evaluate = new("--evaluate") { Description = "Measure the network on the test set." };
        Option<string[]> plot = new("--plot")
        {
            Description =
                "Draw where the network looks while it says a word: the word, and the SVG file to draw into, WORD.svg by default.",
            Arity = new ArgumentArity(1, 2),
            AllowMultipleArgumentsPerToken = true
        };
        Option<string> model = new("--model")
        {
            Description =
            "The network's file: the one that comes with the program by default, with --train artifacts/pronouncer.safetensors."
        };
        RootCommand command = new("Pronounces English words, and shows where it looks while it does.")
        {
            words, train, epochs, minutes, seed, threads, evaluate, plot, model
        };
        Require(epochs, value => value is not (< 1 or > 10_000), "must be 1 to 10,000");
        Require(minutes, value => value is null or (> 0 and <= 100_000), "must be more than 0");
        Require(threads, value => value is >= 1 and <= 64, "must be 1 to 64");
        command.Validators.Add(result =>
        {
            int modes = new[]
            {
                result.GetValue(words) is { Length: > 0 }, result.GetValue(train), result.GetValue(evaluate),
                result.GetResult(plot) is not null
            }.Count(isAsked => isAsked);
            if (modes > 1)
                result.AddError("Words, --train, --evaluate and --plot: one at a time.");
            if (result.GetResult(epochs) is not null && result.GetResult(minutes) is not null)
                result.AddError("Use --epochs or --minutes, not both.");
        });
        command.SetAction(result => run(new()
        {
            Words = result.GetValue(words) ?? [],
            Recipe = result.GetValue(train)
                ? new()
                {
                    Epochs = result.GetValue(epochs) ?? usual.Epochs,
                    Minutes = result.GetValue(minutes),
                    Seed = result.GetValue(seed),
                    Threads = result.GetValue(threads),
                }
                : null,
            Evaluate = result.GetValue(evaluate),
            Plot = result.GetValue(plot) is [string word, ..] ? word : null,
            PlotFile = result.GetValue(plot) switch { [_, string file] => file, [string drawn] => drawn + ".svg", _ => "" },
            Model =
                result.GetValue(model) ?? (result.GetValue(train) ? Path.Combine("artifacts", "pronouncer.safetensors") : CommittedModel),
        }));
        return command;
    }

    private static void Require<TValue>(Option<TValue> option, Func<TValue, bool> isValid, string what) => option.Validators.Add(result =>
    {
        try
        {
            TValue value = result.GetValueOrDefault<TValue>()!;
            if (!isValid(value))
                result.AddError($"{option.Name} {what}, not {value}.");
        }
        catch (InvalidOperationException)
        {
            // Not even a number: the parser says so itself.
        }
    });
}
