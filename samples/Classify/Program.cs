using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Classify;
using Microsoft.AspNetCore.Builder;
using RnnGen;

Console.OutputEncoding = Encoding.UTF8;
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

const double FairlySure = 6, Goal = 0.96;
const int Long = 120;
Option<string> model = new("--model")
{
    Description = "The network's file.",
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "data", "classifier.safetensors"),
};
Argument<FileInfo> mail = new("mail") { Description = "A mail as mail programs save it (.eml), or a text file." };
mail.AcceptExistingOnly();
Option<int> port = new("--port") { Description = "The port on this machine.", DefaultValueFactory = _ => 5080 };
Option<int> epochs = new("--epochs") { Description = "The most epochs.", DefaultValueFactory = _ => 30 };
Option<ulong> seed = new("--seed") { Description = "What all random numbers follow from.", DefaultValueFactory = _ => 4 };
Option<string> output =
    new("--output") { Description = "The folder for the network and the picture.", DefaultValueFactory = _ => "artifacts" };
Argument<DirectoryInfo> folder = new("folder") { Description = "The folder data of the unpacked package." };
Argument<string> file = new("file") { Description = "The file to write." };
folder.AcceptExistingOnly();

Command read = new("read", "Reads a mail with the trained network.") { mail, model };
read.SetAction(result => Guarded(() => Read(result.GetValue(mail)!.FullName, SpamFilter.Load(result.GetValue(model)!))));
Command serve = new("serve", "Answers POST /classify with the trained network.") { port, model };
serve.SetAction(result => Guarded(() =>
{
    WebApplication application = Service.Create(SpamFilter.Load(result.GetValue(model)!), result.GetValue(port));
    Console.WriteLine($"POST a {{\"text\": …}} to http://127.0.0.1:{result.GetValue(port)}/classify; Ctrl-C ends");
    application.Run();
    return 0;
}));
Command prepare = new("prepare", "Makes the file of mails from SpamAssassin's corpus.") { folder, file };
prepare.SetAction(result => Guarded(() =>
{
    (IReadOnlyList<Mail> mails, int all) = Corpus.Prepare(result.GetValue(folder)!.FullName, result.GetValue(file)!);
    Console.WriteLine($"{mails.Count:N0} of {all:N0} mails, {mails.Count(some => some.IsSpam):N0} of them spam, in "
        + $"{mails.DistinctBy(some => some.Group).Count():N0} groups; "
        + $"the largest has {mails.CountBy(some => some.Group).Max(some => some.Value)}");
    return 0;
}));
RootCommand command = new("Learns to tell spam from other mail, and shows the words that carry each answer.")
{
    epochs, seed, output, read, serve, prepare,
};
command.SetAction(result => Guarded(() => Train(
    Math.Max(1, result.GetValue(epochs)), result.GetValue(seed), result.GetValue(output)!)));
return command.Parse(args).Invoke();

static int Guarded(Func<int> run)
{
    try
    {
        return run();
    }
    catch (Exception problem) when (problem is IOException or InvalidDataException or FormatException or ArgumentException)
    {
        Console.Error.WriteLine(problem.Message);
        return 1;
    }
}

static int Train(int epochs, ulong seed, string output)
{
    Split split = Split.Of(Corpus.Read(Corpus.File), seed: 1);
    Console.WriteLine($"{Count(split.Training)} to learn from, {Count(split.Validation)} to watch by, {Count(split.Test)} to test on; "
        + $"{SpamModel.ParameterCount:N0} parameters");
    Stopwatch clock = Stopwatch.StartNew();
    TimeSpan before = Environment.CpuUsage.TotalTime;
    var trained = EpochDisplay.Train(progress => Training.Run(split, epochs, seed, progress));
    Console.WriteLine($"{trained.History.Epochs.Count} epochs, the best was {trained.History.BestEpoch + 1}; "
        + $"{clock.Elapsed.TotalSeconds:F0} s, {(Environment.CpuUsage.TotalTime - before).TotalSeconds:F0} s of processor time");
    Directory.CreateDirectory(output);
    string path = Path.Combine(output, "classifier.safetensors");
    WeightFile.Save(path, trained.Model.Parameters, new Dictionary<string, string> { ["vocabulary"] = trained.Words.ToJson() });
    Console.WriteLine($"saved {path}, {new FileInfo(path).Length / 1024.0:N0} KB");

    ConfusionMatrix network = Training.Test(trained.Model, trained.Words, split.Test);
    ConfusionMatrix bayes = new NaiveBayes(split.Training, trained.Words).Test(split.Test);
    Console.WriteLine();
    Console.WriteLine(
        $"{"",-14}{"accuracy",9}{"precision",11}{"recall",8}{"F1",8}{"ham: right",12}{"wrong",7}{"spam: right",13}{"wrong",7}");
    foreach ((string name, ConfusionMatrix matrix) in new[] { ("GRU, attention", network), ("naive Bayes", bayes) })
        Console.WriteLine($"{name,-14}{matrix.Accuracy,9:P1}{matrix.Precision(1),11:P1}{matrix.Recall(1),8:P1}{matrix.F1(1),8:F3}"
            + $"{matrix[0, 0],12}{matrix[0, 1],7}{matrix[1, 1],13}{matrix[1, 0],7}");

    SpamFilter filter = new(trained.Model, trained.Words);
    // Of each kind one of which the network is fairly sure, and rightly.
    Mail[] shown = [Clear(isSpam: true, sign: 1), Clear(isSpam: false, sign: -1)];
    Picture.Draw(
        [.. shown.Select(some => (some.IsSpam ? "A spam of the test" : "A ham of the test", filter.Read(some.Text)))],
        Path.Combine(output, "classify.png"));
    foreach (Mail some in shown)
    {
        Console.WriteLine();
        Display.Write(filter.Read(some.Text));
    }

    Console.WriteLine();
    Console.WriteLine($"drew {Path.Combine(output, "classify.png")}");
    return network.Accuracy >= Goal ? 0 : 1;

    Mail Clear(bool isSpam, int sign) => split.Test
        .Where(some => some.IsSpam == isSpam && some.Text.Length > Long)
        .MinBy(some => Math.Abs((sign * filter.Read(some.Text).Score) - FairlySure))!;
}

static int Read(string path, SpamFilter filter)
{
    using FileStream stream = File.OpenRead(path);
    Display.Write(filter.Read(Path.GetExtension(path) == ".txt" ? new StreamReader(stream).ReadToEnd() : MailText.Read(stream)));
    return 0;
}

static string Count(IReadOnlyList<Mail> mails) => $"{mails.Count:N0} mails ({mails.Count(some => some.IsSpam):N0} spam)";
