using System.CommandLine;
using System.Diagnostics;
using PhonemeStress;
using RnnGen;

Option<DirectoryInfo> pos =
    new("--pos") { Description = "Instead of stress: parts of speech, from this folder's train.tsv, dev.tsv and test.tsv." };
Option<int?> epochs = new("--epochs") { Description = "How often each sequence is seen." };
pos.AcceptExistingOnly();
RootCommand command = new("Tags every symbol of a sequence with a bidirectional network.") { pos, epochs };
command.SetAction(result => result.GetValue(pos) is { } folder
    ? Run(
        new PosModel(seed: 1, Initialization.Glorot),
        PosModel.InputsOf,
        PosModel.ParameterCount,
        PosFiles.Read(
            folder.FullName, PosModel.Symbols, PosModel.Tags, PosModel.Steps, PosModel.Letters, PosModel.LongestWord),
        new(LearningRate: 3e-3, Rows: 32, result.GetValue(epochs) ?? 12),
        "sentences",
        ignoredTag: null,
        separator: "/")
    : Run(
        new StressModel(seed: 1, Initialization.Glorot),
        batches => batches.Symbols,
        StressModel.ParameterCount,
        StressDictionary.Read(Path.Combine(AppContext.BaseDirectory, "data", "cmudict", "stress.tsv.gz")),
        new(LearningRate: 3e-3, Rows: 64, result.GetValue(epochs) ?? 8),
        "words",
        StressDictionary.NoVowel,
        separator: ""));
return command.Parse(args).Invoke();

static int Run<TInput, TState>(
    IRnnModel<float, TInput, int, TState> model, Func<Batches, TInput[]> inputsOf, long parameters, Corpus corpus, Recipe recipe,
    string sequences, int? ignoredTag, string separator)
    where TInput : unmanaged
    where TState : struct, IRnnState<float>
{
    Console.WriteLine($"{corpus.Train.Count:N0} {sequences} to learn from, {corpus.Dev.Count:N0} to watch by, {corpus.Test.Count:N0} to "
        + $"test on; {corpus.SymbolNames.Count:N0} symbols, {corpus.TagNames.Count} tags; {parameters:N0} parameters");
    Stopwatch clock = Stopwatch.StartNew();
    Tagger<TInput, TState> tagger = new(model, inputsOf, recipe, corpus.TagNames.Count, ignoredTag, Console.Out);
    tagger.Train(corpus);
    Console.WriteLine();
    foreach ((TaggedSequence sequence, int[] tags) in tagger.Tag([.. corpus.Test.Take(5)]))
    {
        IEnumerable<string> marked = sequence.Symbols.Zip(
            tags, (symbol, tag) => corpus.SymbolNames[symbol] + (tag == ignoredTag ? "" : separator + corpus.TagNames[tag]));
        Console.WriteLine($"{string.Join(' ', marked)}{(tags.SequenceEqual(sequence.Tags) ? "" : "  (wrong)")}");
    }

    Score score = tagger.Test(corpus.Test);
    Console.WriteLine();
    Console.WriteLine($"accuracy: {score.TagAccuracy:P2} of {score.Tags:N0} tags, {score.SequenceAccuracy:P2} of {score.Sequences:N0} "
        + $"{sequences} never seen, after {clock.Elapsed.TotalSeconds:F0} s");
    return 0;
}
