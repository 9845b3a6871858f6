using System.CommandLine;
using System.Xml.Linq;
using Pronounce;

namespace Samples.Tests;

public class PronounceTests
{
    private static readonly Speaker speaker = new(LoadCommitted());

    [Theory]
    [InlineData("hello", "HH EH L OW")]
    [InlineData("phone", "F OW N")]
    [InlineData("night", "N AY T")]
    [InlineData("thinking", "TH IH NG K IH NG")]
    [InlineData("computer", "K AH M P Y UW T ER")]
    [InlineData("psychology", "S AY K AA L AH JH IY")]
    [InlineData("station", "S T EY SH AH N")]
    public void TheCommittedNetworkPronouncesCommonWords(string word, string phones)
    {
        lock (speaker)
        {
            Assert.Equal(phones, Phones.Text(speaker.Say(Letters.Encode(word))));
            Assert.Equal(phones, Phones.Text(speaker.Search(Letters.Encode(word))[0].SymbolsBeforeEnd));
        }
    }

    [Fact]
    public void TheCommittedNetworkIsAsGoodAsItsReadmeSays()
    {
        List<Entry> words = [.. PronouncingDictionary.ReadPart(PronouncingDictionary.Folder, "test").Where((_, i) => i % 23 == 0)];
        Assert.Equal(500, words.Count);
        lock (speaker)
        {
            // Of 500 words the WER's standard error is 2 %.
            Score greedy = Evaluation.Greedy(speaker, words).Score, beam = Evaluation.Beam(speaker, words).Score;
            Assert.InRange(greedy.WordErrorRate, 0.15, 0.35);
            Assert.InRange(greedy.PhoneErrorRate, 0.03, 0.095);
            Assert.InRange(beam.WordErrorRate, 0.15, 0.35);
            Assert.InRange(beam.PhoneErrorRate, 0.03, 0.095);
        }
    }

    [Fact]
    public void AWordIsPronouncedWithoutAllocating()
    {
        int[][] words = [.. new[] { "a", "hello", "pronunciation", "antidisestablishmentarianism" }.Select(Letters.Encode)];
        lock (speaker)
        {
            Allocations.AssertNone(Say, calls: 1);
        }

        void Say()
        {
            foreach (int[] word in words)
            {
                speaker.Say(word);
                speaker.Search(word);
            }
        }
    }

    [Fact]
    public void ASearchFindsDifferentPronunciationsTheLikeliestFirst()
    {
        lock (speaker)
        {
            var found = speaker.Search(Letters.Encode("either"));
            Assert.Equal(Speaker.Results, found.Count);
            double together = 0;
            HashSet<string> texts = [];
            for (int i = 0; i < found.Count; i++)
            {
                Assert.True(i == 0 || found[i].LogProbability <= found[i - 1].LogProbability);
                Assert.True(found[i].Ended);
                together += Math.Exp(found[i].LogProbability);
                Assert.True(texts.Add(Phones.Text(found[i].SymbolsBeforeEnd)));
            }

            Assert.InRange(together, 0.3, 1);
        }
    }

    [Fact]
    public void AttentionGoesFromTheFirstLettersToTheLast()
    {
        AttentionMap map;
        lock (speaker)
            map = speaker.Attention("banana", Phones.Encode("B AH N AE N AH"));
        Assert.Equal(6, map.Weights.Length);
        Assert.All(map.Weights, weights => Assert.Equal(1, weights.Sum(), 1e-4));
        double[] places = [.. map.Weights.Select(weights => weights.Select((weight, letter) => weight * letter).Sum())];
        Assert.True(places[0] < places[2] && places[2] < places[4], string.Join(' ', places));
    }

    [Fact]
    public void AMapIsDrawnAsTextAndAsAPicture()
    {
        AttentionMap map = new("ox", ["AA", "K", "S"], [[1, 0], [0.3f, 0.7f], [0.12f, 0.88f]]);
        Assert.Equal("""
                  o  x
              AA ██  ·
               K ▒▒ ▓▓
               S ░░ ██

            """, map.ToText(), ignoreLineEndingDifferences: true);

        XElement svg = XDocument.Parse(map.ToSvg()).Root!;
        XNamespace name = "http://www.w3.org/2000/svg";
        Assert.Equal("ox: AA K S", svg.Element(name + "title")!.Value);
        Assert.Equal(["o", "x", "AA", "K", "S"], svg.Elements(name + "text").Select(text => text.Value));
        Assert.Equal(
            ["1.000", "0.000", "0.300", "0.700", "0.120", "0.880"],
            svg.Elements(name + "rect").Select(cell => (string?)cell.Attribute("fill-opacity")).OfType<string>());
        Assert.Equal("S of x: 88.0 %", svg.Elements(name + "rect").Last().Value);
    }

    [Theory]
    [InlineData("hello", 0, "HH EH L OW", "")]
    [InlineData("Hello phone", 0, "F OW N", "")]
    [InlineData("don't", 1, "", "\"don't\" has ''' at position 4; only the letters a to z can be pronounced.")]
    [InlineData("don't hello", 1, "HH EH L OW", "only the letters a to z")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 1, "", "has 35 letters; 34 are the most")]
    public void WordsArePronouncedAndThoseThatCannotBeAreNamed(string words, int code, string output, string error)
    {
        (int Code, string Output, string Error) said = Run("", words.Split(' '));
        Assert.Equal(code, said.Code);
        Assert.Contains(output, said.Output);
        Assert.Contains(error, said.Error);
    }

    [Fact]
    public void AnEmptyWordIsRefused()
    {
        (int Code, string Output, string Error) said = Run("", [""]);
        Assert.Equal((1, "", "There is no word: at least one letter is needed." + Environment.NewLine), said);
    }

    [Fact]
    public void ThePromptGoesOnAfterWhatItCannotPronounce()
    {
        (int Code, string Output, string Error) said = Run("naïve\n\n hello \n", []);
        Assert.Equal(0, said.Code);
        Assert.Contains("Type a word", said.Output);
        Assert.Contains("HH EH L OW", said.Output);
        Assert.Contains("h  e  l  l  o", said.Output);
        Assert.Contains(" %", said.Output);
        Assert.Contains("'ï' at position 3", said.Error);
        Assert.Contains("There is no word", said.Error);
    }

    [Fact]
    public void APlotIsWrittenWhereItIsWanted()
    {
        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".svg");
        try
        {
            (int Code, string Output, string Error) said = Run("", ["--plot", "hello", file]);
            Assert.Equal((0, $"hello: HH EH L OW; drawn into {file}{Environment.NewLine}", ""), said);
            Assert.Equal("svg", XDocument.Load(file).Root!.Name.LocalName);
            Assert.Contains("'-' at position 4", Assert.Throws<ArgumentException>(() => Run("", ["--plot", "abc-d", file])).Message);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void OptionsAreReadAndChecked()
    {
        Options options = Read("--train --epochs 3 --seed 7 --threads 2 --model here.safetensors");
        Assert.Equal(new Recipe { Epochs = 3, Seed = 7, Threads = 2 }, options.Recipe);
        Assert.Equal("here.safetensors", options.Model);
        Assert.Equal(1.5, Read("--train --minutes 1.5").Recipe!.Minutes);
        Assert.Equal(Path.Combine("artifacts", "pronouncer.safetensors"), Read("--train").Model);
        Assert.Equal(new Recipe().Epochs, Read("--train").Recipe!.Epochs);
        Assert.True(Read("--evaluate").Evaluate);
        Assert.Equal(Options.CommittedModel, Read("--evaluate").Model);
        Assert.Equal(("ox", "ox.svg"), (Read("--plot ox").Plot, Read("--plot ox").PlotFile));
        Assert.Equal(("ox", "map.svg"), (Read("--plot ox map.svg").Plot, Read("--plot ox map.svg").PlotFile));
        Assert.Equal(["one", "two"], Read("one two").Words);
        Refuses("--train --evaluate", "one at a time");
        Refuses("word --evaluate", "one at a time");
        Refuses("--train --epochs 2 --minutes 2", "not both");
        Refuses("--train --epochs 0", "--epochs must be 1 to 10,000, not 0");
        Refuses("--train --minutes NaN", "--minutes must be more than 0");
        Refuses("--train --threads 65", "--threads must be 1 to 64, not 65");
        Refuses("--epochs two", "two");

        static Options Read(string line)
        {
            Options? read = null;
            Assert.Equal(0, Options.Command(options =>
            {
                read = options;
                return 0;
            }).Parse(line.Split(' ')).Invoke());
            return read!;
        }

        static void Refuses(string line, string message) =>
            Assert.Contains(
                Options.Command(_ => 0).Parse(line.Split(' ')).Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    private static (int Code, string Output, string Error) Run(string input, string[] arguments)
    {
        StringWriter output = new(), error = new();
        ParseResult parsed = Options.Command(options => new Session(
            options, new Display.Lines(output), new StringReader(input), output, error).Run()).Parse(arguments);
        int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        return (code, output.ToString(), error.ToString());
    }

    private static Pronouncer LoadCommitted()
    {
        Pronouncer model = new();
        model.Load(Options.CommittedModel);
        return model;
    }
}
