using System.CommandLine;

namespace Amp;

/// <summary>What the user asked for.</summary>
internal sealed record Options
{
    /// <summary>The model's file.</summary>
    public string Model { get; init; } = Data;

    /// <summary>The recording to play; null for a made one.</summary>
    public string? Input { get; init; }

    /// <summary>The file for the result, or for the trained model.</summary>
    public string Output { get; init; } = "";

    /// <summary>The rate that the model was trained at, in Hz; null for what the file says, or 44,100.</summary>
    public double? Rate { get; init; }

    /// <summary>Samples of a block.</summary>
    public int Block { get; init; } = 64;

    /// <summary>Batches of a training, or 0 to play.</summary>
    public int Updates { get; init; }

    /// <summary>The model that comes with the program.</summary>
    public static string Data => Path.Combine(AppContext.BaseDirectory, "data", "amp.json");

    /// <summary>The program's command line.</summary>
    /// <param name="run">Does it; returns the exit code.</param>
    public static RootCommand Command(Func<Options, int> run)
    {
        Argument<string> model = new("file")
        {
            Description = "A model of GuitarML, AIDA-X or NAM. By default, the one that comes with the program.",
            DefaultValueFactory = _ => Data,
        };
        Argument<string?> input = new("input") { Description = "A WAV file. By default, a made guitar.", Arity = ArgumentArity.ZeroOrOne };
        Argument<string> output = new("output")
        {
            Description = "The WAV file for the result.",
            DefaultValueFactory = _ => Path.Combine("artifacts", "amp.wav"),
        };
        Option<double?> rate = new("--rate")
        {
            Description = "The rate that the model was trained at, in Hz, if the file does not say it.",
        };
        Option<int> block = new("--block") { Description = "Samples of a block.", DefaultValueFactory = _ => 64 };
        Option<int> updates = new("--updates") { Description = "How many batches it trains on.", DefaultValueFactory = _ => 20_000 };
        Argument<string> trained = new("output")
        {
            Description = "The file for the model.",
            DefaultValueFactory = _ => Path.Combine("artifacts", "amp.json"),
        };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is { } value && !(value is > 0 and <= 10_000_000))
                result.AddError($"--rate must be above 0 and at most 10,000,000, not {value}.");
        });
        Range(block, 1, 65_536);
        Range(updates, 1, 1_000_000);

        Command train = new("train", "Trains the model that comes with the program, on a made amplifier.") { trained, updates };
        train.SetAction(result => run(new() { Output = result.GetValue(trained)!, Updates = result.GetValue(updates) }));
        RootCommand root = new("Plays a recording through the model of an amplifier.") { model, input, output, rate, block, train };
        root.SetAction(result => run(new()
        {
            Model = result.GetValue(model)!,
            Input = result.GetValue(input),
            Output = result.GetValue(output)!,
            Rate = result.GetValue(rate),
            Block = result.GetValue(block),
        }));
        return root;
    }

    private static void Range(Option<int> option, int least, int most) => option.Validators.Add(result =>
    {
        try
        {
            if (result.GetValueOrDefault<int>() is var value && (value < least || value > most))
                result.AddError($"{option.Name} must be {least} to {most:N0}, not {value}.");
        }
        catch (InvalidOperationException)
        {
            // Not even a number: the parser says so itself.
        }
    });
}
