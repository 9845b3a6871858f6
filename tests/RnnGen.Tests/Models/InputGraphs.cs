namespace RnnGen.Tests.Models;

/// <summary>Graphs with several inputs, and with several symbols a step.</summary>
internal static class InputGraphs
{
    public static IReadOnlyDictionary<string, TestGraph> All { get; } = new Dictionary<string, TestGraph>
    {
        ["SeveralInputs"] = new(
            4,
            Joined(15),
            new TestSymbols(0, 11, 4) { Name = "word", From = "input" },
            new TestSymbols(1, 7, 5, Length: 3) { Name = "letters", From = "input" },
            new TestNumbers(4, 4) { Channels = 2, Name = "shape", From = "input" },
            new TestNumbers(12, 3) { Name = "more", From = "input" },
            new TestRnn(TestCell.Gru, 3) { IsInner = true, From = "letters" },
            new TestGridPool("Last") { Name = "spelling" },
            new TestConv(2, 2) { IsInner = true, From = "shape", Name = "seen" },
            new TestRnn(TestCell.Lstm, 6) { From = "word, spelling, seen, more", Name = "rnn" },
            new TestDense(3) { From = "rnn, word" },
            new TestHead("SoftmaxCrossEntropy")),
        ["LettersAlone"] = new(
            4,
            Joined(5),
            new TestSymbols(0, 9, 3, Length: 5) { Name = "letters", From = "input" },
            new TestConv(4, 2) { IsInner = true, Activation = "Tanh" },
            new TestRnn(TestCell.Gru, 4) { Direction = "Bidirectional" },
            new TestPool("Mean"),
            new TestDense(2),
            new TestHead("SquaredError")),
        // A layer over the vectors of several symbols side by side, each a whole block.
        ["SymbolsSideBySide"] = new(
            3,
            Joined(6),
            new TestSymbols(0, 6, 16, Length: 2) { Name = "known", From = "input" },
            new TestSymbols(2, 4, 2) { Name = "kind", From = "input" },
            new TestNumbers(3, 3) { Name = "x", From = "input" },
            new TestDense(5) { From = "known, kind, x" },
            new TestRnn(TestCell.Gru, 3),
            new TestHead("SquaredError")),
        ["InputsInLoop"] = new(
            4,
            Joined(4),
            new TestSymbols(0, 5, 3) { Name = "kind", From = "input" },
            new TestNumbers(1, 3) { Name = "x", From = "input" },
            new TestRnn(TestCell.Gru, 4) { From = "x, y', kind", Name = "rnn" },
            new TestDense(2) { Name = "y" },
            new TestHead("SquaredError")),
    };

    private static TestSource Joined(int width) => new("Input", width) { Name = "input", IsJoined = true };
}
