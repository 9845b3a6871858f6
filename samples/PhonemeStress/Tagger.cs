using System.Diagnostics;
using RnnGen;
using RnnGen.Numerics;

namespace PhonemeStress;

/// <summary>Trains a network to tag the symbols of sequences, and counts how many it gets right.</summary>
/// <param name="model">The network; it may have outputs for more tags than there are.</param>
/// <param name="inputsOf">The inputs of a batch, as the network takes them.</param>
/// <param name="recipe">How it is trained.</param>
/// <param name="tagCount">How many tags there are.</param>
/// <param name="ignoredTag">A tag that is too easy to count, or null.</param>
/// <param name="output">Gets a line for each epoch.</param>
internal sealed class Tagger<TInput, TState>(
    IRnnModel<float, TInput, int, TState> model, Func<Batches, TInput[]> inputsOf, Recipe recipe, int tagCount, int? ignoredTag,
    TextWriter output)
    where TInput : unmanaged
    where TState : struct, IRnnState<float>
{
    private readonly Tape<float, TInput, int, TState> tape = model.CreateTape(recipe.Rows);

    /// <summary>Learns from the corpus, and watches itself after each epoch.</summary>
    public void Train(Corpus corpus)
    {
        Batches batches = new(corpus.Train, recipe.Rows, model.Shape.Steps);
        int count = (corpus.Train.Count + recipe.Rows - 1) / recipe.Rows;
        Trainer<float, TInput, int, TState> trainer = model.CreateTrainer(new Adam(recipe.LearningRate)) with
        {
            ClipNorm = 1,
            Schedule = new CosineSchedule((long)recipe.Epochs * count),
            Threads = Math.Min(Environment.ProcessorCount, 64),
        };
        Stopwatch clock = Stopwatch.StartNew();
        for (int epoch = 1; epoch <= recipe.Epochs; epoch++)
        {
            double loss = 0;
            foreach (int[] batch in batches.Draw((ulong)epoch))
            {
                batches.Load(batch, new CounterRandom((ulong)trainer.Updates));
                loss += trainer.Step(inputsOf(batches), batches.Targets, lengths: batches.Lengths) / count;
            }

            output.WriteLine($"{epoch,3} epochs  loss {loss:F4}  dev {Test(corpus.Dev).TagAccuracy:P2}  {clock.Elapsed.TotalSeconds:F0} s");
        }
    }

    /// <summary>How many tags of sequences are right.</summary>
    public Score Test(IReadOnlyList<TaggedSequence> sequences)
    {
        Score score = default;
        foreach ((TaggedSequence sequence, int[] tags) in Tag(sequences))
            score = score.Add(sequence.Tags, tags, ignoredTag);
        return score;
    }

    /// <summary>Tags sequences, in any order.</summary>
    public IEnumerable<(TaggedSequence Sequence, int[] Tags)> Tag(IReadOnlyList<TaggedSequence> sequences)
    {
        Batches batches = new(sequences, recipe.Rows, model.Shape.Steps);
        foreach (int[] batch in batches.Draw(seed: 0))
        {
            batches.Load(batch);
            tape.Forward(inputsOf(batches), lengths: batches.Lengths);
            for (int row = 0; row < batch.Length; row++)
            {
                int[] tags = new int[batches.Lengths[row]];
                for (int step = 0; step < tags.Length; step++)
                    tags[step] = Largest(tape.Output(step, row)[..tagCount]);
                yield return (sequences[batch[row]], tags);
            }
        }
    }

    private static int Largest(ReadOnlySpan<float> scores)
    {
        int largest = 0;
        for (int i = 1; i < scores.Length; i++)
            largest = scores[i] > scores[largest] ? i : largest;
        return largest;
    }
}
