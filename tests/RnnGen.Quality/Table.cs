using RnnGen.Quality.Rows;

namespace RnnGen.Quality;

/// <summary>All rows, in the order of the page docs/quality.md.</summary>
internal static class Table
{
    public static IReadOnlyList<QualityRow> Rows { get; } =
    [
        new("shakespeare", "tiny Shakespeare, characters; the first 90 % to learn from, the rest to test on; nats per character",
            "1.88 in 3 minutes on a CPU, 1.47 on an A100 in 3 minutes (readme of nanoGPT)", Shakespeare.Run)
        {
            Data = ["text/tinyshakespeare.txt"], Origin = "char-rnn's input.txt",
        },
        new("adding", "the adding problem over 1,000 steps; solved at a mean squared error of 0.01",
            "solved by IndRNN (Li et al. 2018)", LongTasks.Adding),
        new("copy", "copy memory: 10 symbols of 8 after 1,000 steps; solved at 1 % of wrong symbols",
            "an LSTM fails (Arjovsky et al. 2016); expRNN solves it (Lezcano-Casado and Martínez-Rubio 2019)", LongTasks.Copy),
        new("reber", "embedded Reber grammar; solved if every legal symbol is above every illegal one",
            "about 8,440 sequences, LSTM (Hochreiter and Schmidhuber 1997)", SampleRows.Reber),
        new("digits", "8×8 digits by rows; 1,437 to learn from, 360 to test on", "90.3 %, PyTorch with the same network",
            SampleRows.Digits),
        new("rows", "MNIST by rows; 9,000 digits to learn from, 1,000 to test on", "none with this split", SampleRows.MnistByRows),
        new("pixels", "MNIST by pixels, 784 steps; 8,500 digits to learn from, 1,000 to test on",
            "with 60,000 digits: LSTM 87.2 %, GRU 96.2 % (Bai et al. 2018), IndRNN 99.0 % (Li et al. 2018)",
            (_, tell) => Pixels.Run(permuted: false, tell)),
        new("permuted", "MNIST by pixels in another order; 8,500 digits to learn from, 1,000 to test on",
            "with 60,000 digits: LSTM 85.7 %, GRU 87.3 % (Bai et al. 2018), IndRNN 96.0 % (Li et al. 2018)",
            (_, tell) => Pixels.Run(permuted: true, tell)),
        new("pos", "parts of speech, UD English EWT", "94.6 to 95.2 %, BiLSTM of words and characters", SampleRows.PartsOfSpeech)
        {
            Data = ["ud_ewt/train.tsv", "ud_ewt/dev.tsv", "ud_ewt/test.tsv"],
            Origin = "columns FORM and UPOS of UD_English-EWT, CC BY-SA 4.0",
        },
        new("cmudict", "letters to phones, CMUdict; word error rate", "21.7 % on an older split, 31 to 34 % on newer ones",
            SampleRows.Pronunciation),
        new("sunspots", "yearly sunspots; relative variance of one step", "0.086 and 0.35 (Weigend et al. 1990)",
            SampleRows.SunspotNumbers),
    ];
}
