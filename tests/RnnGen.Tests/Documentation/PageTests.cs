using System.Globalization;
using System.Text.RegularExpressions;
using RnnGen.Tests.Models;

namespace RnnGen.Tests;

/// <summary>
/// Pages that are one program from top to bottom: the blocks of C# compile together and run in their order, and print what the
/// blocks of text say.
/// </summary>
public partial class PageTests
{
    [Theory]
    [InlineData("training")]
    [InlineData("serving")]
    [InlineData("inside")]
    [InlineData("cells")]
    [InlineData("audio")]
    [InlineData("data")]
    public void ThePagePrintsWhatItSays(string name)
    {
        Page page = PageOf(name);
        Block[] blocks = [.. page.Blocks.Where(block => block.Language == "csharp")];
        Assert.True(blocks.Length >= 5);
        var program = ModelFactory.Load(Page.Program(blocks, "string Run()", "return Console.Out.ToString();", members: """
            // Stands for the console, which all tests of this process share.
            private static class Console
            {
                public static readonly StringWriter Out = new() { NewLine = "\n" };

                public static void WriteLine(string line) => Out.WriteLine(line);
            }
            """));
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            string printed = (string)program.GetType("Page")!.GetMethod("Run")!.Invoke(null, null)!;
            Assert.True(printed == string.Concat(page.In("text")), $"The program prints\n{printed}");
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
            foreach (string file in Directory.GetFiles(".", $"{name}-page.*"))
                File.Delete(file);
        }
    }

    [Fact]
    public void KerasWeightsAreLoadedAndGivenBackToTheBit() => Assert.True(RunsWithFiles(
        "from-keras",
        """
        WeightFile.Export(new Tagger(seed: 1).Parameters,
        [
            new("embedding", KerasLayout.Embedding) { Prefix = "embedding/" },
            new("rnn", KerasLayout.Lstm) { Prefix = "forward_lstm/", ReversePrefix = "backward_lstm/" },
            new("dense", KerasLayout.Dense) { Prefix = "dense/" },
        ]).Write("keras.safetensors");
        """,
        """
        Tagger loaded = new();
        loaded.Load("tagger.safetensors");
        return File.ReadAllBytes("again.safetensors").SequenceEqual(File.ReadAllBytes("keras.safetensors"))
            && Numbers(loaded).SequenceEqual(Numbers(new Tagger(seed: 1)));
        """));

    [Fact]
    public void PyTorchWeightsAreLoadedUnderBothNames() => Assert.True(RunsWithFiles(
        "from-pytorch",
        """
        new Tagger(seed: 1).Save("tagger.safetensors");
        WeightFile.Export(new Tagger(seed: 2).Parameters,
        [
            new("embedding", PyTorchLayout.Embedding) { Prefix = "encoder.embedding." },
            new("lstm", PyTorchLayout.Lstm) { Prefix = "encoder.lstm." },
            new("head", PyTorchLayout.Linear) { Prefix = "decoder.head." },
        ]).Write("nested.safetensors");
        """,
        """
        float[] same = new float[outputs.Length];
        new Tagger(seed: 1).Forward(symbols, same);
        return outputs.SequenceEqual(same) && Numbers(model).SequenceEqual(Numbers(new Tagger(seed: 2)));
        """));

    /// <summary>Runs a page's program after others have written its files, in a folder of its own.</summary>
    /// <returns>What the statements behind the program return.</returns>
    private static bool RunsWithFiles(string name, string before, string after)
    {
        string folder = Directory.CreateTempSubdirectory("rnngen-page-").FullName;
        try
        {
            string program = Page.Program(
                PageOf(name).Blocks.Where(block => block.Language == "csharp"), "bool Run()", after, members: $$"""
                private static IEnumerable<float> Numbers(Tagger model) =>
                    model.Parameters.SelectMany(view => { float[] all = new float[view.Count]; view.CopyTo(all); return all; });

                public static void Write()
                {
                    {{before}}
                }
                """);
            Type page = ModelFactory.Load(WeightFileName().Replace(program, $"\"{folder}/$1\"")).GetType("Page")!;
            page.GetMethod("Write")!.Invoke(null, null);
            return (bool)page.GetMethod("Run")!.Invoke(null, null)!;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Page PageOf(string name) => Page.Read(Path.Combine(AppContext.BaseDirectory, "docs", $"{name}.md"));

    [GeneratedRegex("\"(\\w+\\.safetensors)\"")]
    private static partial Regex WeightFileName();
}
