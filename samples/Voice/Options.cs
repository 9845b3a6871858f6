using System.CommandLine;

namespace Voice;

/// <summary>What the program does.</summary>
internal enum Job
{
    /// <summary>Clean a recording, and mark speech in it.</summary>
    Clean,

    /// <summary>Train both networks.</summary>
    Train,

    /// <summary>Measure networks on held-out speech and noise.</summary>
    Measure,

    /// <summary>Make the noisy recording that comes with the program.</summary>
    Demo,
}

/// <summary>What the user asked for.</summary>
internal sealed record Options
{
    /// <summary>What to do.</summary>
    public Job Job { get; init; }

    /// <summary>The recording to clean.</summary>
    public string Input { get; init; } = Data("noisy.wav");

    /// <summary>The file for the cleaned recording, or for the demo.</summary>
    public string Output { get; init; } = "";

    /// <summary>Silero VAD's file, or null for the sample's own network.</summary>
    public string? Silero { get; init; }

    /// <summary>DTLN's two files, or null for the sample's own network.</summary>
    public (string First, string Second)? Dtln { get; init; }

    /// <summary>The folder of the sample's own networks.</summary>
    public string Models { get; init; } = Data("");

    /// <summary>The folder of the networks that a training begins with, or null for new ones.</summary>
    public string? From { get; init; }

    /// <summary>Batches of a training's first stage.</summary>
    public int Updates { get; init; }

    /// <summary>Threads of a training.</summary>
    public int Threads { get; init; }

    /// <summary>A file that comes with the program.</summary>
    public static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "data", name);

    /// <summary>The program's command line.</summary>
    /// <param name="run">What to do with the options; returns the exit code.</param>
    public static RootCommand Command(Func<Options, int> run)
    {
        const string artifacts = "artifacts";
        Argument<string> input = new("input")
        {
            Description = "A WAV file. By default, the noisy recording that comes with the program.",
            DefaultValueFactory = _ => Data("noisy.wav"),
        };
        Argument<string> output = new("output")
        {
            Description = "The WAV file for the cleaned recording; a picture of the same name goes beside it.",
            DefaultValueFactory = _ => Path.Combine(artifacts, "voice.wav"),
        };
        Option<string?> silero = new("--silero")
        {
            Description = "Mark speech by Silero VAD: its file of tensors, silero_vad_16k.safetensors.",
            Recursive = true,
        };
        Option<string[]?> dtln = new("--dtln")
        {
            Description = "Take the noise out by DTLN: the ONNX files of its two stages.",
            Arity = new ArgumentArity(2, 2),
            AllowMultipleArgumentsPerToken = true,
            Recursive = true,
        };
        Option<string> models = new("--models")
        {
            Description = "The folder of the sample's own networks; train writes there, to artifacts by default.",
            Recursive = true,
        };
        Option<int> updates = new("--updates")
        {
            Description = "How many batches the first stage has; the second has an eighth of that.",
            DefaultValueFactory = _ => 3000,
        };
        Option<string?> from = new("--from")
        {
            Description = "A folder of networks that have had the first stage: only the second follows.",
        };
        Option<int> threads = new("--threads")
        {
            Description = "How many work on a batch; the result is the same.",
            DefaultValueFactory = _ => Math.Min(Environment.ProcessorCount, 8),
        };
        Require(updates, value => value is >= 1 and <= 1_000_000, "must be 1 to 1,000,000");
        Require(threads, value => value is >= 1 and <= 64, "must be 1 to 64");

        Command train = new("train", "Trains both networks on speech that espeak-ng makes, and measures them.") { updates, from, threads };
        Command measure = new("measure", "Measures networks on held-out speech that espeak-ng makes, and noise.");
        Argument<string> file = new("output")
        {
            Description = "The WAV file.",
            DefaultValueFactory = _ => Path.Combine(artifacts, "noisy.wav"),
        };
        Command demo = new("demo", "Makes the noisy recording that comes with the program.") { file };
        RootCommand root = new("Marks speech in a recording and takes the noise out.")
        {
            input, output, silero, dtln, models, train, measure, demo
        };
        root.SetAction(result => run(Of(result, Job.Clean) with { Input = result.GetValue(input)!, Output = result.GetValue(output)! }));
        measure.SetAction(result => run(Of(result, Job.Measure)));
        demo.SetAction(result => run(Of(result, Job.Demo) with { Output = result.GetValue(file)! }));
        train.SetAction(result => run(Of(result, Job.Train) with
        {
            Models = result.GetValue(models) ?? artifacts,
            Updates = result.GetValue(updates),
            From = result.GetValue(from),
            Threads = result.GetValue(threads),
        }));
        return root;

        Options Of(ParseResult result, Job job) => new()
        {
            Job = job,
            Silero = result.GetValue(silero),
            Dtln = result.GetValue(dtln) is [var first, var second] ? (first, second) : null,
            Models = result.GetValue(models) ?? Data(""),
        };
    }

    private static void Require(Option<int> option, Func<int, bool> isValid, string what) => option.Validators.Add(result =>
    {
        try
        {
            int value = result.GetValueOrDefault<int>();
            if (!isValid(value))
                result.AddError($"{option.Name} {what}, not {value}.");
        }
        catch (InvalidOperationException)
        {
            // Not even a number: the parser says so itself.
        }
    });
}
