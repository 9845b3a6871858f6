using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using RnnGen;
using Translate;

const int Learned = 24_000, Watched = 1000, Tested = 2000;
const double Goal = 0.95;
Console.OutputEncoding = Encoding.UTF8;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

Option<int> epochs = new("--epochs") { Description = "The most epochs.", DefaultValueFactory = _ => 12 };
Option<ulong> seed = new("--seed") { Description = "What all random numbers follow from.", DefaultValueFactory = _ => 1 };
Option<string> output =
    new("--output") { Description = "The folder for the network and the picture.", DefaultValueFactory = _ => "artifacts" };
Option<FileInfo> pairs = new("--pairs")
{
    Description = "Learns from a file instead: a text, a tab and words on each line. A tenth is to test on.",
};
pairs.AcceptExistingOnly();
Argument<string[]> texts = new("texts") { Description = "Texts to say.", Arity = ArgumentArity.OneOrMore };
Option<string> model = new("--model")
{
    Description = "The network's file.",
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "data", "translator.safetensors"),
};
Command say = new("say", "Says texts with the trained network.") { texts, model };
say.SetAction(result => Guarded(() =>
{
    Translator translator = Translator.Load(result.GetValue(model)!);
    foreach (string text in result.GetValue(texts)!)
        Show(translator, text);
    return 0;
}));
RootCommand command = new("Learns to read numbers, dates and times aloud from examples.") { epochs, seed, output, pairs, say };
command.SetAction(result => Guarded(() => Train(
    result.GetValue(pairs)?.FullName, Math.Max(1, result.GetValue(epochs)), result.GetValue(seed), result.GetValue(output)!)));
return command.Parse(args).Invoke();

static int Guarded(Func<int> run)
{
    try
    {
        return run();
    }
    catch (Exception problem) when (problem is IOException or InvalidDataException or ArgumentException)
    {
        Console.Error.WriteLine(problem.Message);
        return 1;
    }
}

static int Train(string? file, int epochs, ulong seed, string output)
{
    IReadOnlyList<Pair> all = file is null ? new SpokenPairs(seed: 1).Draw(Learned + Watched + Tested) : PairFile.Read(file);
    int test = file is null ? Tested : all.Count / 10, watched = file is null ? Watched : all.Count / 20;
    if (watched == 0)
        throw new InvalidDataException($"{file} has {all.Count} pairs; at least 20 are needed.");
    Pair[] learned = [.. all.Take(all.Count - test - watched)], tested = [.. all.TakeLast(test)];
    Console.WriteLine($"{learned.Length:N0} pairs to learn from, {watched:N0} to watch by, {test:N0} to test on; "
        + $"{TranslationModel.ParameterCount:N0} parameters");
    Stopwatch clock = Stopwatch.StartNew();
    TimeSpan before = Environment.CpuUsage.TotalTime;
    var (translator, model, history) = EpochDisplay.Train(
        progress => Training.Run(learned, [.. all.Skip(learned.Length).Take(watched)], epochs, seed, progress));
    Console.WriteLine($"{history.Epochs.Count} epochs, the best was {history.BestEpoch + 1}; {clock.Elapsed.TotalSeconds:F0} s, "
        + $"{(Environment.CpuUsage.TotalTime - before).TotalSeconds:F0} s of processor time");
    Directory.CreateDirectory(output);
    string path = Path.Combine(output, "translator.safetensors");
    WeightFile.Save(path, model.Parameters, translator.Vocabularies.ToMetadata());
    Console.WriteLine($"saved {path}, {new FileInfo(path).Length / 1024.0:N0} KB");

    Console.WriteLine();
    Console.WriteLine($"{"",-10}{"pairs",7}{"greedy: right",15}{"CER",8}{$"beam of {Translator.BeamWidth}: right",18}{"CER",8}");
    foreach (var kind in tested.GroupBy(pair => pair.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
        Line(kind.Key, [.. kind]);
    (Quality greedy, Quality beam) = Line("all", tested);

    Pair[] shown = [.. tested.Where(pair => pair.Written.Length is > 8 and < 20).DistinctBy(pair => pair.Kind).Take(3)];
    Picture.Draw([.. shown.Select(pair => translator.Attention(pair.Written, pair.Spoken))], Path.Combine(output, "translate.png"));
    Console.WriteLine();
    Show(translator, shown[0].Written);
    foreach (Pair pair in tested.Where(pair => translator.Beam(pair.Written)[0].Spoken != pair.Spoken).Take(3))
        Console.WriteLine($"wrong: {pair.Written}: \"{translator.Beam(pair.Written)[0].Spoken}\" for \"{pair.Spoken}\"");
    Console.WriteLine($"drew {Path.Combine(output, "translate.png")}");
    return file is not null || beam.Exact >= Goal ? 0 : 1;

    (Quality Greedy, Quality Beam) Line(string name, IReadOnlyList<Pair> some)
    {
        Quality byGreedy = Quality.Of(some, translator.Greedy), byBeam = Quality.Of(some, text => translator.Beam(text)[0].Spoken);
        Console.WriteLine($"{name,-10}{some.Count,7:N0}{byGreedy.Exact,15:P1}{byGreedy.Characters,8:P2}"
            + $"{byBeam.Exact,18:P1}{byBeam.Characters,8:P2}");
        return (byGreedy, byBeam);
    }
}

static void Show(Translator translator, string text)
{
    var found = translator.Beam(text);
    foreach ((string spoken, double probability) in found)
        Console.WriteLine($"{probability,7:P1}  {spoken}");
    Console.WriteLine();
    Console.WriteLine(translator.Attention(text, found[0].Spoken));
    Console.WriteLine();
}
