using static RnnGen.Tests.ParameterValues;

namespace RnnGen.Tests.Models;

/// <summary>A model's parameters stand behind one reference: who reads it when, who replaces it, and what a snapshot is.</summary>
public class ParameterSetsTests
{
    private const int Rows = 40;

    private static readonly int[] Inputs =
        [.. Enumerable.Range(0, CharLstm.Steps * Rows).Select(i => ((i * 7) + (i / 5)) % CharLstm.InputSize)];
    private static readonly int[] Targets = [.. Inputs.Select(i => (i + 3) % CharLstm.OutputSize)];

    [Fact]
    public void ATapeGoesBackWithTheSetThatItWentForwardWith()
    {
        using TemporaryFolder folder = new();
        new CharLstm(seed: 2).Save(folder["other"]);
        Assert.Equal(Gradients(new CharLstm(seed: 1), _ => { }), Gradients(new CharLstm(seed: 1), m => m.Load(folder["other"])));
        var model = new CharLstm(seed: 1);
        Gradients(model, m => m.Load(folder["other"]));
        Assert.Equal(Gradients(new CharLstm(seed: 2), _ => { }), Gradients(model, _ => { }));

        static float[] Gradients(CharLstm model, Action<CharLstm> between)
        {
            var tape = model.CreateTape(Rows);
            tape.Forward(Inputs);
            between(model);
            tape.Loss(Targets);
            tape.Backward();
            return [.. tape.Gradients.SelectMany(Values)];
        }
    }

    [Fact]
    public void ADecoderGoesOnWithTheSetThatEncodedItsSource()
    {
        using TemporaryFolder folder = new();
        new Speller(seed: 2).Save(folder["other"]);
        Assert.Equal(Decode(new Speller(seed: 1), _ => { }), Decode(new Speller(seed: 1), m => m.Load(folder["other"])));

        static float[] Decode(Speller model, Action<Speller> between)
        {
            var memory = model.CreateMemory();
            model.Encode([1, 2, 3, 4], memory);
            between(model);
            var outputs = new float[2 * Speller.OutputSize];
            var state = memory.Start;
            memory.Step(Speller.Start, ref state, outputs.AsSpan(0, Speller.OutputSize));
            memory.Step(1, ref state, outputs.AsSpan(Speller.OutputSize));
            return outputs;
        }
    }

    /// <summary>What docs/threads.md names: each step of a stream has the set of its moment.</summary>
    [Fact]
    public void AStreamGoesOnWithWhatWasLoaded()
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1), first = new(seed: 1), second = new(seed: 2);
        second.Save(folder["other"]);
        CharLstm.State state = default, expectedState = default;
        float[] output = new float[CharLstm.OutputSize], expected = new float[CharLstm.OutputSize];
        model.Step(3, ref state, output);
        first.Step(3, ref expectedState, expected);
        Assert.Equal(expected, output);
        model.Load(folder["other"]);
        model.Step(4, ref state, output);
        second.Step(4, ref expectedState, expected);
        Assert.Equal(expected, output);
    }

    [Fact]
    public void ATrainerGoesOnWithWhatWasLoaded()
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1), other = new(seed: 2);
        other.Save(folder["other"]);
        var trainer = model.CreateTrainer(new Sgd(0.1));
        ParameterSet<float> before = model.Parameters;
        trainer.Step(Inputs, Targets);
        Assert.Same(before, model.Parameters);
        float[] trained = Weights(before);
        model.Load(folder["other"]);
        Assert.NotSame(before, model.Parameters);
        Assert.Equal(Weights(other.Parameters), Weights(model.Parameters));
        Assert.Equal(other.CreateTrainer(new Sgd(0.1)).Step(Inputs, Targets), trainer.Step(Inputs, Targets));
        Assert.Equal(Weights(other.Parameters), Weights(model.Parameters));
        Assert.Equal(trained, Weights(before));
    }

    [Fact]
    public void ACheckpointIsPutInPlaceAsAWhole()
    {
        using TemporaryFolder folder = new();
        CharLstm model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam());
        trainer.Step(Inputs, Targets);
        trainer.Save(folder["checkpoint"]);
        float[] saved = Weights(model.Parameters);
        trainer.Step(Inputs, Targets);
        ParameterSet<float> before = model.Parameters;
        float[] trained = Weights(before);
        Assert.Throws<InvalidDataException>(() => model.CreateTrainer(new Sgd(0.1)).Load(folder["checkpoint"]));
        Assert.Same(before, model.Parameters);
        trainer.Load(folder["checkpoint"]);
        Assert.Equal(saved, Weights(model.Parameters));
        Assert.Equal(trained, Weights(before));
        trainer.Step(Inputs, Targets);
        Assert.Equal(trained, Weights(model.Parameters));
    }

    [Fact]
    public void ASetOfAnotherClassIsRefused()
    {
        ITrainedModel<float> model = new CharLstm(seed: 1);
        ParameterSet<float> before = model.Parameters;
        Assert.Throws<ArgumentException>(() => model.Publish(new EmbeddedGru().Parameters));
        Assert.Throws<ArgumentNullException>(() => model.Publish(null!));
        Assert.Same(before, model.Parameters);
        ParameterSet<float> other = new CharLstm(seed: 2).Snapshot().Parameters;
        model.Publish(other);
        Assert.Same(other, model.Parameters);
    }

    [Fact]
    public void ASnapshotStaysWhatItIs()
    {
        CharLstm model = new(seed: 1), same = new(seed: 1);
        CharLstm snapshot = model.Snapshot();
        model.CreateTrainer(new Sgd(0.5)).Step(Inputs, Targets);
        Assert.NotEqual(Weights(same.Parameters), Weights(model.Parameters));
        Assert.Equal(Weights(same.Parameters), Weights(snapshot.Parameters));
        Assert.Equal(Outputs(same), Outputs(snapshot));
        // The other way round, and through the interface.
        var trained = model.Snapshot();
        IRnnModel<float, int, int, CharLstm.State> generic = model;
        var again = Assert.IsType<CharLstm>(generic.Snapshot());
        again.CreateTrainer(new Sgd(0.5)).Step(Inputs, Targets);
        Assert.Equal(Weights(trained.Parameters), Weights(model.Parameters));
        Assert.NotEqual(Weights(trained.Parameters), Weights(again.Parameters));

        Transducer joint = new(seed: 1);
        ISeq2SeqModel<double, double, double, double, Transducer.State> genericJoint = joint;
        var copy = Assert.IsType<Transducer>(genericJoint.Snapshot());
        joint.Parameters[0][0, 0] += 1;
        Assert.Equal(new Transducer(seed: 1).Parameters.SelectMany(Values), copy.Parameters.SelectMany(Values));

        static float[] Outputs(CharLstm model)
        {
            var outputs = new float[Inputs.Length * CharLstm.OutputSize];
            model.Forward(Inputs, outputs);
            return outputs;
        }
    }

    /// <summary>Copies beside training: each is what some number of updates have made, whoever takes it and whenever.</summary>
    [Fact]
    public async Task ACopyBesideTrainingIsWhole()
    {
        const int Updates = 100;
        using TemporaryFolder folder = new();
        var model = new CharLstm(seed: 1);
        // The orthogonal constraint makes updates long.
        var trainer = model.CreateTrainer(new Adam()) with { RecurrentConstraint = RecurrentConstraint.Orthogonal };
        HashSet<ulong> made = [Hash(Weights(model.Parameters))];
        List<float[]> copies = [];
        Task training = Task.Factory.StartNew(
            () =>
            {
                for (int update = 0; update < Updates && copies.Count < 200; update++)
                {
                    trainer.Step(Inputs.AsSpan(0, CharLstm.Steps), Targets.AsSpan(0, CharLstm.Steps));
                    made.Add(Hash(Weights(model.Parameters)));
                }
            },
            TaskCreationOptions.LongRunning);
        while (!training.IsCompleted)
        {
            copies.Add(Weights(model.Snapshot().Parameters));
            using MemoryStream file = new();
            WeightFile.Save(file, model.Parameters);
            copies.Add([.. SafetensorsFile.Read(file.ToArray()).Tensors.SelectMany(t =>
            {
                var values = new float[t.Data.Length / sizeof(float)];
                t.CopyTo<float>(values);
                return values;
            })]);
        }

        await training;
        Assert.True(copies.Count > 20, $"{copies.Count} copies");
        int torn = copies.Count(copy => !made.Contains(Hash(copy)));
        Assert.True(torn == 0, $"{torn} of {copies.Count} copies are of no update.");
    }

    private static ulong Hash(float[] values)
    {
        ulong hash = 14695981039346656037;
        foreach (float value in values)
            hash = (hash ^ BitConverter.SingleToUInt32Bits(value)) * 1099511628211;
        return hash;
    }

    private static float[] Weights(ParameterSet<float> parameters) => [.. parameters.SelectMany(Values)];
}
