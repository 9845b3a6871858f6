using Digits;
using LongMemory;
using PhonemeStress;
using Pronounce;
using Sunspots;

namespace RnnGen.Quality.Rows;

/// <summary>Rows whose data, network and recipe are those of a sample.</summary>
internal static class SampleRows
{
    private static string Data(params string[] path) => Path.Combine([AppContext.BaseDirectory, "data", .. path]);

    public static string Reber(string folder, Action<string> tell)
    {
        Outcome outcome = Runs.Run("reber", Cell.Named("lstm"), new(20_000, double.PositiveInfinity));
        return $"{outcome.Ending}: {outcome.Sequences:N0} sequences, {outcome.Updates:N0} updates";
    }

    public static string Digits(string folder, Action<string> tell) => Accuracy(
        new SmallDigitModel(seed: 1, Initialization.Glorot), global::Digits.Recipe.Small,
        DigitImages.ReadCsv(Data("digits8x8", "digits.csv")), tests: 360, tell);

    public static string MnistByRows(string folder, Action<string> tell) => Accuracy(
        new MnistModel(seed: 1, Initialization.Glorot), global::Digits.Recipe.Mnist, DigitImages.ReadMnist(Data("mnist10k")), tests: 1000,
        tell);

    public static string PartsOfSpeech(string folder, Action<string> tell)
    {
        Corpus corpus = PosFiles.Read(
            Path.Combine(folder, "ud_ewt"), PosModel.Symbols, PosModel.Tags, PosModel.Steps, PosModel.Letters, PosModel.LongestWord);
        Tagger<float, PosModel.State> tagger = new(
            new PosModel(seed: 1, Initialization.Glorot), PosModel.InputsOf, new(LearningRate: 3e-3, Rows: 32, Epochs: 12),
            corpus.TagNames.Count, ignoredTag: null, new Lines(tell));
        tagger.Train(corpus);
        PhonemeStress.Score score = tagger.Test(corpus.Test);
        return $"{score.TagAccuracy:P2} of {score.Tags:N0} tags, words, their shapes and their letters";
    }

    public static string Pronunciation(string folder, Action<string> tell)
    {
        PronouncingDictionary dictionary = PronouncingDictionary.Read(PronouncingDictionary.Folder);
        Teacher teacher = new(new() { Epochs = 10, Rows = 64, Threads = Environment.ProcessorCount }, dictionary);
        string path = Path.Combine(Path.GetTempPath(), $"quality-{Environment.ProcessId}.safetensors");
        Speaker speaker = new(teacher.Train(path, _ => { }, tell));
        File.Delete(path);
        Pronounce.Score greedy = Evaluation.Greedy(speaker, dictionary.Test).Score, beam = Evaluation.Beam(speaker, dictionary.Test).Score;
        return $"{beam} with a beam of {Speaker.BeamWidth}, greedy {greedy}";
    }

    public static string SunspotNumbers(string folder, Action<string> tell)
    {
        SunspotSeries series = SunspotSeries.Read(Data("sunspots.csv"));
        int lastYear = SunspotSeries.Spans[^1].To;
        NetworkForecast networks = new(series, members: 10, updates: 400);
        IReadOnlyDictionary<int, double> forecasts = networks.Forecast(lastYear, lastYear - 1);
        return string.Join(", ", SunspotSeries.Spans.Skip(1).Select(
            span => $"{series.RelativeVariance(year => forecasts[year], span.From, span.To):F3} in {span.From} to {span.To}"));
    }

    private static string Accuracy<TState>(
        IRnnModel<float, float, int, TState> model, global::Digits.Recipe recipe, DigitImages images, int tests, Action<string> tell)
        where TState : struct, IRnnState<float>
    {
        Classifier<TState> classifier = new(model, recipe, new Lines(tell));
        classifier.Train(images.Slice(..^tests));
        return $"{classifier.Accuracy(images.Slice(^tests..)):P1}";
    }
}
