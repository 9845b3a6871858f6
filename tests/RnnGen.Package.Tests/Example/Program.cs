using RnnGen;

string text = File.ReadAllText("book.txt");
var vocabulary = Vocabulary.Of(text, maximumCount: 96);
var book = new SymbolStream(text, vocabulary);

// Learn to continue the text.
var model = new CharModel(seed: 1, Initialization.Glorot);
var trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 5 };
var states = new CharModel.State[32];
foreach (var batch in book.Batches(rows: 32, CharModel.Steps))
{
    double loss = trainer.Step(batch.Inputs, batch.Targets, states);
    if (batch.Index % 10 == 0)
        Console.WriteLine($"batch {batch.Index}: {loss / Math.Log(2):F2} bits a character");
}

model.Save("char.safetensors");

// Continue it.
var sampler = new Sampler { Temperature = 0.7 };
var state = new CharModel.State();
var probabilities = new float[CharModel.OutputSize];
int symbol = vocabulary.Encode('T');
for (ulong i = 0; i < 200; i++)
{
    Console.Write(vocabulary[symbol]);
    model.Step(symbol, ref state, probabilities);
    symbol = sampler.Sample(probabilities.AsSpan(0, vocabulary.Count), i);
}

[RnnModel(Steps = 64)]
[OneHot(96)]
[Rnn<Lstm>(128, Depth = 2)]
[Dense(96), SoftmaxCrossEntropy]
public sealed partial class CharModel;
