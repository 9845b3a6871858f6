namespace RnnGen.Tests.Models;

/// <summary>Saving and loading: training goes on to the bit, and a file that does not fit changes nothing.</summary>
public class ResumeTests
{
    [Fact]
    public void TrainingResumesToTheBit()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.safetensors");
        var model = new CharLstm(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 1 };
        Train(trainer, 0, 5);
        trainer.Save(path);
        Train(trainer, 5, 5);

        var other = new CharLstm(seed: 2);
        var resumed = other.CreateTrainer(new Adam(1e-2)) with { ClipNorm = 1 };
        resumed.Load(path);
        Assert.Equal(5, resumed.Updates);
        Train(resumed, 5, 5);
        Assert.Equal(Bits(model), Bits(other));
    }

    [Fact]
    public void WeightsSurviveAFile()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.safetensors");
        var model = new EmbeddedGru(seed: 1);
        model.Save(path);
        var other = new EmbeddedGru(seed: 2);
        other.Load(path);
        Assert.Equal([.. model.Parameters.Select(v => v.Name)], other.Parameters.Select(v => v.Name));
        foreach (var (left, right) in model.Parameters.Zip(other.Parameters))
        {
            var a = new float[left.Count];
            var b = new float[right.Count];
            left.CopyTo(a);
            right.CopyTo(b);
            Assert.Equal(a, b);
        }

        Assert.Contains("rnn2.weight_hh_l0", model.Parameters.Select(v => v.Name));
        Assert.Contains("embedding.weight", model.Parameters.Select(v => v.Name));
        Assert.Contains("dense.bias", model.Parameters.Select(v => v.Name));
    }

    [Fact]
    public void AFileOfAnotherModelChangesNothing()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.safetensors");
        new EmbeddedGru().Save(path);
        var model = new CharLstm(seed: 1);
        int[] before = Bits(model);
        var error = Assert.Throws<InvalidDataException>(() => model.Load(path));
        Assert.Contains("rnn.weight_ih_l0", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Bits(model));

        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..^5]);
        Assert.Throws<InvalidDataException>(() => model.Load(path));
        Assert.Equal(before, Bits(model));
    }

    private static void Train(CharLstm.Trainer trainer, int from, int count)
    {
        for (int step = from; step < from + count; step++)
        {
            int[] inputs = [.. Enumerable.Range(0, CharLstm.Steps * 3).Select(i => ((i * 5) + step) % CharLstm.InputSize)];
            trainer.Step(inputs, [.. inputs.Select(i => (i * 2) % CharLstm.OutputSize)]);
        }
    }

    private static int[] Bits(CharLstm model) =>
        [.. model.Parameters.SelectMany(ParameterValues.Values).Select(BitConverter.SingleToInt32Bits)];
}
