namespace RnnGen.Benchmarks;

/// <summary>The sources of a program with any number of models, such as a user would write.</summary>
internal static class UserProgram
{
    /// <summary>The model whose figures are the targets'.</summary>
    public const string CharacterModel = """
        using RnnGen;

        [RnnModel(Steps = 64), OneHot(65), Rnn<Lstm>(128, Depth = 2), Dense(65), SoftmaxCrossEntropy]
        public sealed partial class CharacterModel;
        """;

    /// <summary>One of many: no two have the same cell, sizes and source of inputs.</summary>
    public static string Model(int number) => $"""
        using RnnGen;

        [RnnModel(Steps = 64), {(number % 2 == 0 ? "OneHot(65)" : "Input(20)")}, Rnn<{(number % 4 < 2 ? "Lstm" : "Gru")}>({32 + number}, Depth = {1 + (number % 3)}), Dense(65), SoftmaxCrossEntropy]
        public sealed partial class Model{number};

        """;
}
