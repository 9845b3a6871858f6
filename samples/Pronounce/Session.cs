using System.Text;

namespace Pronounce;

/// <summary>One run of the program.</summary>
/// <param name="options">What to do.</param>
/// <param name="display">Shows training.</param>
/// <param name="input">Where words are typed.</param>
/// <param name="output">Gets what is found.</param>
/// <param name="error">Gets what is wrong with a word.</param>
internal sealed class Session(Options options, Display display, TextReader input, TextWriter output, TextWriter error)
{
    /// <summary>Does it.</summary>
    /// <returns>The exit code: 0, or 1 if a word could not be pronounced.</returns>
    public int Run()
    {
        if (options.Recipe is { } recipe)
            return Train(recipe);
        Pronouncer model = new();
        model.Load(options.Model);
        Speaker speaker = new(model);
        if (options.Evaluate)
            return Evaluate(speaker, PronouncingDictionary.ReadPart(PronouncingDictionary.Folder, "test"));
        if (options.Plot is { } word)
            return Plot(speaker, word);
        if (options.Words is [])
            return Ask(speaker);
        int refused = 0;
        foreach (string asked in options.Words)
            refused += Pronounce(speaker, asked) ? 0 : 1;
        return refused > 0 ? 1 : 0;
    }

    private int Train(Recipe recipe)
    {
        PronouncingDictionary dictionary = PronouncingDictionary.Read(PronouncingDictionary.Folder);
        Teacher teacher = new(recipe, dictionary);
        output.WriteLine(teacher.Summary);
        Pronouncer? model = null;
        display.Run((report, line) => model = teacher.Train(options.Model, report, line));
        output.WriteLine($"saved {options.Model}");
        return Evaluate(new(model!), dictionary.Test);
    }

    private int Evaluate(Speaker speaker, IReadOnlyList<Entry> words)
    {
        // The first words are slower, until .NET has compiled everything as well as it can.
        Evaluation.Beam(speaker, [.. words.Take(1000)]);
        Evaluation.Greedy(speaker, [.. words.Take(1000)]);
        Evaluation greedy = Evaluation.Greedy(speaker, words), beam = Evaluation.Beam(speaker, words);
        output.WriteLine($"{words.Count:N0} words of the test set, one thread:");
        output.WriteLine($"greedy:           {greedy}");
        output.WriteLine($"beam of {Speaker.BeamWidth}:        {beam}");
        output.WriteLine($"WER: words that are none of their variants, {beam.Score.WrongWords:N0} of {beam.Score.Words:N0}. PER: edits "
            + $"to the variant with the fewest, of equal ones the first, {beam.Score.Edits:N0}, per phone of that variant, "
            + $"{beam.Score.Phones:N0}.");
        return 0;
    }

    private int Plot(Speaker speaker, string word)
    {
        int[] said = speaker.Search(Letters.Encode(word))[0].SymbolsBeforeEnd.ToArray();
        File.WriteAllText(options.PlotFile, speaker.Attention(word, said).ToSvg());
        output.WriteLine($"{word}: {Phones.Text(said)}; drawn into {options.PlotFile}");
        return 0;
    }

    private int Ask(Speaker speaker)
    {
        output.WriteLine($"Type a word; {(OperatingSystem.IsWindows() ? "Ctrl-Z and Enter end" : "Ctrl-D ends")}.");
        output.Write("> ");
        while (input.ReadLine() is { } line)
        {
            Pronounce(speaker, line.Trim());
            output.Write("> ");
        }

        output.WriteLine();
        return 0;
    }

    private bool Pronounce(Speaker speaker, string word)
    {
        try
        {
            output.Write(Describe(speaker, word));
            return true;
        }
        catch (ArgumentException refused)
        {
            error.WriteLine(refused.Message);
            return false;
        }
    }

    /// <summary>
    /// The likeliest pronunciations of a word with their probabilities, and where the network looked for the best of them.
    /// </summary>
    private static string Describe(Speaker speaker, string word)
    {
        StringBuilder text = new();
        var found = speaker.Search(Letters.Encode(word));
        int[] best = found[0].SymbolsBeforeEnd.ToArray();
        for (int i = 0; i < found.Count; i++)
            text.AppendLine($"{Math.Exp(found[i].LogProbability),8:P1}  {Phones.Text(found[i].SymbolsBeforeEnd)}");
        return text.AppendLine().Append(speaker.Attention(word, best).ToText()).AppendLine().ToString();
    }
}
