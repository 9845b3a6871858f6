using System.Text;

namespace RnnGen.Compiler.Tests;

/// <summary>A network in a class of more units has the bits of the class of exactly its units.</summary>
public class FamilyTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    private static readonly ModelFamily Family =
        new ModelFamily().Add(() => new Amp64()).Add(() => new Amp16()).Add(() => new AmpGru32()).Add(() => new AmpNam())
            .Add(() => new AmpWaveNet());

    [Theory]
    [InlineData(1, nameof(Amp16))]
    [InlineData(8, nameof(Amp16))]
    [InlineData(12, nameof(Amp16))]
    [InlineData(16, nameof(Amp16))]
    [InlineData(17, nameof(Amp64))]
    [InlineData(40, nameof(Amp64))]
    [InlineData(63, nameof(Amp64))]
    public void AnLstmIsInTheSmallestClass(int units, string expected) =>
        Assert.Equal(expected, AssertSame(AmpFiles.GuitarMl(units, seed: units)).ClassName);

    [Theory]
    [InlineData(9)]
    [InlineData(20)]
    [InlineData(32)]
    public void AGruIsInItsClass(int units) =>
        Assert.Equal(nameof(AmpGru32), AssertSame(AmpFiles.GuitarMl(units, unit: "GRU", skip: 0)).ClassName);

    [Theory]
    [InlineData(5)]
    [InlineData(16)]
    public void LayersStartInTheirOwnStates(int units)
    {
        FamilyModel model = AssertSame(AmpFiles.Nam(units, 2));
        Assert.Equal((nameof(AmpNam), "48000"), (model.ClassName, model.Metadata["sample_rate"]));
        RnnStream<float> stream = model.CreateStream();
        stream.Forward(CompilerFixture.Signal(50), new float[50]);
        float[] state = new float[stream.StateSize];
        stream.CopyTo(state);
        // h and c of 16 units, then of 24: what is beyond the file's units is still 0.
        int[] starts = [0, 16, 32, 56], widths = [16, 16, 24, 24];
        for (int i = 0; i < starts.Length; i++)
        {
            Assert.All(state[(starts[i] + units)..(starts[i] + widths[i])], number => Assert.Equal(0, number));
            Assert.DoesNotContain(0, state[starts[i]..(starts[i] + units)]);
        }
    }

    [Fact]
    public void ConvolutionsHaveMoreChannels() => Assert.Equal(nameof(AmpWaveNet), AssertSame(AmpFiles.WaveNet(2)).ClassName);

    [Fact]
    public void TwoDirectionsOfAnOnnxFileAreJoined()
    {
        BuiltTagger built = new(seed: 5);
        string path = Path.Combine(fixture.Folder, "tagger.onnx");
        OnnxExport.Save(built, path);
        FamilyModel model = new ModelFamily().Add(() => new Tagger16()).Open(Assert.Single(OnnxImport.Read(path).Models));
        int[] symbols = [1, 6, 0, 3, 3, 2];
        float[] expected = new float[18], y = new float[18];
        built.Forward(symbols, expected);
        model.CreateStream().Forward(symbols, y);
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), y.Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void WhatFitsNoClassIsSaid()
    {
        string message = Refusal(AmpFiles.GuitarMl(80));
        Assert.StartsWith(
            "the network [Input(1)] [Rnn<Lstm>(80, Name = \"rec1\")] [Dense(1, Name = \"lin\")] [SquaredError(From = \"lin + input\")] "
            + "fits no class of the family: ", message, StringComparison.Ordinal);
        Assert.Contains(
            "; Amp16: it has [Rnn<Lstm>(16, Name = \"rec1\")] where the file has [Rnn<Lstm>(80, Name = \"rec1\")]; ", message,
            StringComparison.Ordinal);
        Assert.Contains("AmpNam: it has 5 attributes, not 4", message, StringComparison.Ordinal);
        // The same layers without the skip are another network.
        Assert.Contains(
            "[SquaredError(From = \"lin+input\")] where the file has [SquaredError]", Refusal(AmpFiles.GuitarMl(12, skip: 0)),
            StringComparison.Ordinal);
        Assert.Contains("which has none", Assert.Throws<InvalidDataException>(
            () => new ModelFamily().Open(Encoding.UTF8.GetBytes(AmpFiles.GuitarMl(3)))).Message, StringComparison.Ordinal);
        string path = fixture.Write("no model");
        Assert.Contains(path, Assert.Throws<InvalidDataException>(() => Family.Open(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnotherNetworkIsNoClassForIt()
    {
        ModelFamily clipped = new ModelFamily().Add(() => new AmpClipped());
        Assert.Contains("Clip = 5", Assert.Throws<InvalidDataException>(
            () => clipped.Open(Encoding.UTF8.GetBytes(AmpFiles.GuitarMl(9, unit: "GRU", skip: 0)))).Message, StringComparison.Ordinal);
    }

    private static string Refusal(string file) =>
        Assert.Throws<InvalidDataException>(() => Family.Open(Encoding.UTF8.GetBytes(file))).Message;

    /// <summary>Steps and sequences give the bits of the class that is compiled for the file.</summary>
    private FamilyModel AssertSame(string file)
    {
        string path = fixture.Write(file);
        FamilyModel model = Family.Open(path);
        using CompiledModel<float> exact = RnnCompiler.Open(path, fixture.Options);
        Assert.Equal(exact.Declaration, model.Declaration);
        float[] x = CompilerFixture.Signal(200), expected = new float[200], y = new float[200];
        RnnStream<float> one = exact.CreateStream(), other = model.CreateStream();
        one.Forward(x, expected);
        other.Forward(x, y);
        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), y.Select(BitConverter.SingleToInt32Bits));
        for (int i = 0; i < 20; i++)
        {
            one.Step(x.AsSpan(i, 1), expected.AsSpan(i, 1));
            other.Step(x.AsSpan(i, 1), y.AsSpan(i, 1));
        }

        Assert.Equal(expected.Select(BitConverter.SingleToInt32Bits), y.Select(BitConverter.SingleToInt32Bits));
        return model;
    }
}
