using Pronounce;

namespace Samples.Tests;

public class PronounceTrainingTests
{
    private static readonly PronouncingDictionary dictionary = Small();

    [Fact]
    public void TrainingLowersTheLossAndGivesTheSameBitsAgainAndWithOtherThreads()
    {
        (double first, double last, byte[] weights) = Train(threads: 1);
        Assert.True(last < 0.9 * first, $"{first} {last}");
        (double First, double Last, byte[] Weights) again = Train(threads: 2);
        Assert.Equal((first, last), (again.First, again.Last));
        Assert.Equal(weights, again.Weights);

        static (double First, double Last, byte[] Weights) Train(int threads)
        {
            TrainingRun run = new(new Recipe { Seed = 3, Threads = threads, Warmup = 4 }, dictionary.Train);
            double first = run.Epoch(0, _ => true), last = 0;
            for (int epoch = 1; epoch < 4; epoch++)
                last = run.Epoch(epoch, _ => true);
            Assert.Equal(4 * run.UpdatesPerEpoch, run.Updates);
            using MemoryStream file = new();
            RnnGen.WeightFile.Save(file, run.Model.Parameters);
            return (first, last, file.ToArray());
        }
    }

    [Fact]
    public void ASessionTrainsWatchesKeepsTheBestAndEvaluates()
    {
        string folder = Directory.CreateTempSubdirectory().FullName, path = Path.Combine(folder, "new", "best.safetensors");
        try
        {
            List<Status> reports = [];
            List<string> lines = [];
            Teacher teacher = new(new Recipe { Epochs = 3 }, dictionary);
            Assert.StartsWith("600 words with ", teacher.Summary);
            Pronouncer best = teacher.Train(path, reports.Add, lines.Add);
            Assert.Equal(3, lines.Count);
            Assert.Matches(@"^epoch  1  loss \d\.\d{4}  dev PER \d+\.\d\d %, WER \d+\.\d\d %  +\d+ s  saved$", lines[0]);
            Assert.Equal(1, reports[^1].Share);
            Assert.All(reports.SkipLast(1), report => Assert.InRange(report.Share, 0, 0.999));

            Pronouncer read = new();
            read.Load(path);
            Assert.Equal(
                Evaluation.Greedy(new(best), dictionary.Dev).Score,
                Evaluation.Greedy(new(read), dictionary.Dev).Score);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void ARunOfSomeMinutesEndsInTimeWithALearningRateOfAlmost0()
    {
        Recipe recipe = new() { Minutes = 0.05 };
        TrainingRun run = new(recipe, dictionary.Train);
        Plan plan = new(recipe, run);
        double seconds = 0;
        run.Epoch(0, _ => plan.GoesOn(seconds += 0.2));
        Assert.Equal(15, run.Updates);
        Assert.Equal(5, plan.Speed, 1e-9);
        Assert.Equal(0, plan.Left, 1e-9);
    }

    private static PronouncingDictionary Small()
    {
        IReadOnlyList<Entry> words = PronouncingDictionary.ReadPart(PronouncingDictionary.Folder, "dev");
        return new([.. words.Take(600)], [.. words.Skip(600).Take(50)], [.. words.Skip(650).Take(50)]);
    }
}
