// Learns the characters of a text, and writes one like it.
// dotnet run -c Release              learns text.txt
// dotnet run -c Release -- book.txt  learns another
using RnnGen;

const int Rows = 8, Updates = 600;
string path = args.Length > 0 ? args[0] : Path.Combine(AppContext.BaseDirectory, "text.txt");
string text = File.ReadAllText(path).ReplaceLineEndings("\n");
// The most frequent characters; all others are read as '?'.
var vocabulary = Vocabulary.Of(text, CharModel.InputSize, unknown: '?');
var stream = new SymbolStream(text, vocabulary);

// Rows of the text side by side, each [step]; the states carry what a row has read on to the next batch.
var model = new CharModel(seed: 1);
var trainer = model.CreateTrainer(new Adam(3e-3)) with { ClipNorm = 5 };
var states = new CharModel.State[Rows];
double loss = 0;
while (trainer.Updates < Updates)
{
    Array.Clear(states);
    foreach (var batch in stream.Batches(Rows, CharModel.Steps))
    {
        loss = trainer.Step(batch, states);
        if (trainer.Updates % 100 == 0)
            Console.WriteLine($"{trainer.Updates,5} updates, loss {loss:F3}");
        if (trainer.Updates >= Updates)
            break;
    }
}

// The weights, and the characters that its symbols stand for.
model.Save("writer.safetensors");
File.WriteAllText("writer.json", vocabulary.ToJson());

// The way back, as another program would go it.
var loaded = new CharModel();
loaded.Load("writer.safetensors");
var symbols = TextVocabulary.FromJson(File.ReadAllText("writer.json"));
Console.WriteLine();
Console.WriteLine(Write(loaded, symbols, text[..1], length: 300));

static string Write(CharModel model, TextVocabulary vocabulary, string beginning, int length)
{
    var writer = SymbolModel.Of(model, vocabulary.Count);
    int[] prompt = vocabulary.Encode(beginning), written = new int[length];
    CharModel.State state = default;
    writer.LogProbability(prompt[0], ref state, prompt.AsSpan(1));
    writer.Generate(prompt[^1], ref state, new Sampler { Temperature = 0.5, Seed = 1 }, written);
    return beginning + vocabulary.Decode(written);
}
