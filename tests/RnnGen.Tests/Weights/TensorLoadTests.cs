using RnnGen.Generated;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>The checks of a load before it changes anything, and a file that changes meanwhile.</summary>
public class TensorLoadTests
{
    [Fact]
    public void AProblemsLineHasNothingThatIsNotSo()
    {
        float[] bias = new float[99], huge = [.. Enumerable.Repeat(3e38f, 99)];
        bias[3] = float.NaN;
        // The second bias is added to what is not a number: that is not a second problem.
        SafetensorsFile floats = File(new float[495], bias, huge);
        Assert.Equal(
            "The file does not fit the model, which is unchanged:\n  rnn.bias_ih_l0 is not finite: [3] is NaN",
            Assert.Throws<InvalidDataException>(() => WeightFile.Load(floats, ExampleTable.Create<float>().Set)).Message);
        double[] weight = new double[495];
        weight[16] = double.PositiveInfinity;
        SafetensorsFile doubles = File(weight, new double[99], new double[99]);
        Assert.Equal(
            "The file does not fit the model, which is unchanged:\n  rnn.weight_ih_l0 is not finite: [3, 1] is Infinity",
            Assert.Throws<InvalidDataException>(() => WeightFile.Load(doubles, ExampleTable.Create<double>().Set)).Message);
    }

    [Fact]
    public void ASumOfManyRowsThatOverflowsIsRefusedAndChangesNothing()
    {
        ParameterSlice slice = new(0, 1, 0, 1, 0, 1);
        ParameterSet<float> set = new([new("a", 1, 0, [slice], []), new("b", 1, 0, [], [slice]), new("c", 1, 0, [], [slice])], new(1));
        set[0][0] = 7;
        Assert.Contains(
            "\n  c overflows where [0] = 1.5E+38 is added to 3E+38",
            Assert.Throws<InvalidDataException>(() => WeightFile.Load(Biases(1.5e38f), set)).Message, StringComparison.Ordinal);
        Assert.Equal(7, set[0][0]);
        WeightFile.Load(Biases(1e38f), set);
        Assert.Equal(3e38f, set[0][0]);

        static SafetensorsFile Biases(float value) =>
            new(((string[])["a", "b", "c"]).Select(name => SafetensorsTensor.Create<float>(name, [1], [value])));
    }

    [Fact]
    public void SquaresAreNotNegative()
    {
        var (set, _) = ExampleTable.Create<float>();
        float[] bias = new float[99];
        bias[3] = -0.5f;
        TensorLoad<float> signed = new(File(new float[495], bias, new float[99])), squares = new(File(new float[495], bias, new float[99]));
        signed.Stage(set);
        signed.Check();
        squares.Stage(set, mayBeNegative: false);
        Assert.EndsWith(
            ":\n  rnn.bias_ih_l0 holds squares, but [3] is -0.5", Assert.Throws<InvalidDataException>(() => squares.Check()).Message,
            StringComparison.Ordinal);
        TensorLoad<float> zeros = new(File(new float[495], new float[99], new float[99]));
        zeros.Stage(set, mayBeNegative: false);
        zeros.Check();
        bias[3] = 0.5f;
        TensorLoad<float> positive = new(File(new float[495], bias, new float[99]));
        positive.Stage(set, mayBeNegative: false);
        positive.Check();
    }

    [Fact]
    public void ATensorOfAnotherTypeIsNotFound()
    {
        TensorLoad<float> load = new(File(new float[495], new float[99], new float[99]));
        Assert.NotNull(load.Find("rnn.bias_ih_l0", [99], "F64", "F32"));
        Assert.Null(load.Find("rnn.bias_ih_l0", [99], "I64"));
        Assert.Null(load.Find("rnn.bias_hh_l0", [99], "I64", "I32"));
        string message = Assert.Throws<InvalidDataException>(() => load.Check(", and nobody minds")).Message;
        Assert.StartsWith(
            "The file does not fit the model, and nobody minds:\n  rnn.bias_ih_l0 has the type F32, which is not I64\n"
            + "  rnn.bias_hh_l0 has the type F32, which is none of I64, I32\n",
            message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMatrixThatIsChangedBehindTheCheckIsCheckedAgain()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        var (set, _) = ExampleTable.Create<float>();
        WeightFile.Save(folder["a"], set);
        using SafetensorsFile file = SafetensorsFile.Open(folder["a"]);
        TensorLoad<float> load = new(file);
        load.Stage(set);
        Change(folder["a"], "rnn.weight_ih_l0", float.NaN);
        IOException error = Assert.Throws<IOException>(() => load.Commit("; load it again"));
        Assert.Equal(
            "The file was changed or failed while its weights were copied; load it again. rnn.weight_ih_l0 is not finite: [0, 0] is NaN",
            error.Message);
        Assert.IsType<InvalidDataException>(error.InnerException);
    }

    [Fact]
    public void AVectorStaysWhatItWasWhenItWasChecked()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        var (set, _) = ExampleTable.Create<float>();
        ExampleTable.Fill(set, 1);
        WeightFile.Save(folder["a"], set);
        var (loaded, _) = ExampleTable.Create<float>();
        using SafetensorsFile file = SafetensorsFile.Open(folder["a"]);
        TensorLoad<float> load = new(file);
        load.Stage(loaded);
        Change(folder["a"], "rnn.bias_ih_l0", float.NaN);
        load.Commit();
        Assert.Equal(set.SelectMany(ParameterValues.Values), loaded.SelectMany(ParameterValues.Values));
    }

    [Fact]
    public void ANewSetIsReadAndTheOldOneStaysAsItIs()
    {
        using TemporaryFolder folder = new();
        var (saved, buffer) = ExampleTable.Create<float>();
        ExampleTable.Fill(saved, 1);
        TrainingFile.Save(folder["a"], saved, new Adam().CreateState<float>(buffer.Length));
        var (old, _) = ExampleTable.Create<float>();
        ParameterSet<float> read = WeightFile.Read(folder["a"], old);
        Assert.Equal(saved.SelectMany(ParameterValues.Values), read.SelectMany(ParameterValues.Values));
        Assert.All(old.SelectMany(ParameterValues.Values), value => Assert.Equal(0, value));
        Assert.Same(old.Training, read.Training);
    }

    [Fact]
    public void ASetOfNothingIsLoadedFromNothing()
    {
        ParameterSet<float> none = new([], new(0));
        Assert.Empty(WeightFile.Load(new SafetensorsFile([]), none));
        Assert.Contains(
            ":\n  'a' [1] is in the file, but not in the model",
            Assert.Throws<InvalidDataException>(
                () => WeightFile.Load(new SafetensorsFile([SafetensorsTensor.Create<float>("a", [1], [1])]), none)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsNullIsRefusedUnderItsName()
    {
        var (set, buffer) = ExampleTable.Create<float>();
        SafetensorsFile file = new([]);
        LayerWeights[] layers = [];
        Stream stream = new MemoryStream();
        foreach (var (parameter, action) in ((string, Action)[])
            [
                ("path", () => AtomicFile.Write(null!, _ => { })),
                ("table", () => _ = new ParameterSet<float>(null!, buffer)),
                ("buffer", () => _ = new ParameterSet<float>([], null!)),
                ("parameters", () => SingularValues.Largest<float>(null!)),
                ("file", () => RtNeuralFile.Write("a", null!)),
                ("stream", () => RtNeuralFile.Write((Stream)null!, file)),
                ("file", () => RtNeuralFile.Write(stream, null!)),
                ("tensors", () => _ = new SafetensorsFile(null!)),
                ("stream", () => SafetensorsFile.Read((Stream)null!)),
                ("file", () => SafetensorsFile.Read((byte[])null!)),
                ("stream", () => file.Write((Stream)null!)),
                ("name", () => SafetensorsTensor.Create<float>(null!, [1], [1])),
                ("parameters", () => WeightFile.Save<float>(stream, null!)),
                ("parameters", () => WeightFile.Read<float>("a", null!)),
                ("file", () => WeightFile.Load((SafetensorsFile)null!, set)),
                ("parameters", () => WeightFile.Load<float>(file, null!)),
                ("file", () => WeightFile.Load(null!, set, layers)),
                ("parameters", () => WeightFile.Load<float>(file, null!, layers)),
                ("layers", () => WeightFile.Load(file, set, null!)),
                ("ignore", () => WeightFile.Load(file, set, layers, null!)),
                ("parameters", () => WeightFile.Export<float>(null!, layers)),
                ("layers", () => WeightFile.Export(set, null!)),
            ])
        {
            Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(action).ParamName);
        }

        Assert.Equal("path", Assert.Throws<ArgumentException>(() => AtomicFile.Write("", _ => { })).ParamName);
    }

    private static SafetensorsFile File<T>(T[] weight, T[] bias, T[] second) where T : unmanaged => new([
        SafetensorsTensor.Create<T>("rnn.weight_ih_l0", [99, 5], weight), SafetensorsTensor.Create<T>("rnn.bias_ih_l0", [99], bias),
        SafetensorsTensor.Create<T>("rnn.bias_hh_l0", [99], second)
    ]);

    /// <summary>Gives a tensor of a file another first number.</summary>
    private static void Change(string path, string name, float value)
    {
        int place = System.IO.File.ReadAllBytes(path).AsSpan().IndexOf(SafetensorsFile.Read(path)[name].Data.Span);
        Assert.InRange(place, 8, int.MaxValue);
        using FileStream stream = new(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        stream.Position = place;
        stream.Write(BitConverter.GetBytes(value));
    }
}
