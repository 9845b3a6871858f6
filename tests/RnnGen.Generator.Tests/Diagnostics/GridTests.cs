namespace RnnGen.Generator.Tests.Diagnostics;

/// <summary>Convolutions and the grids that they run along.</summary>
public class GridTests : DiagnosticsTest
{
    [Theory]
    [InlineData("Input(20, Channels = 1), Conv1d(4, Kernel = 20, Over = Axis.Inner)")]
    [InlineData("Input(5, Channels = 3), Conv1d(4, Kernel = 9, Padding = 2, Over = Axis.Inner)")]
    [InlineData("Input(5, Channels = 3), Conv1d(4, Padding = 4, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner)")]
    [InlineData("Input(5, Channels = 13_107), Conv1d(4, Kernel = 1)")]
    [InlineData("Input(3), Conv1d(4, Kernel = 1, Over = Axis.Inner), Conv1d(2, Kernel = 9, Dilation = 100)")]
    [InlineData("Embedding(9, 4), Conv1d(4), Magnitude(ComplexParts.Pairs)")]
    [InlineData("Input(5, Channels = 6), Conv2d(4, Kernel = 5, KernelSteps = 9, Groups = 2), Conv1d(4, Groups = 4)")]
    [InlineData("Input(5, Channels = 3), Rnn<Lstm>(4, Depth = 2, Over = Axis.Inner, Direction = Direction.Reverse)")]
    [InlineData("Input(5, Channels = 3), Rnn<Gru>(4, Over = Axis.Inner), Dropout(0.5), Pool(Pooling.Last, Over = Axis.Inner)")]
    [InlineData("Input(5, Channels = 3), Pool(Pooling.Last, Over = Axis.Inner)")]
    public void WhatFitsIsSilent(string layers) => Check(
        $"[RnnModel, {layers}, Rnn<Gru>(4), SquaredError] partial class M;");

    [Theory]
    [InlineData(
        "Conv1d(4, Kernel = {|RNN048:22|}, Over = Axis.Inner)",
        "its window spans 22 positions, and there are 20, those of the padding included")]
    [InlineData(
        "Conv1d(4, Kernel = {|RNN048:12|}, Dilation = 2, Padding = 1, Over = Axis.Inner)",
        "its window spans 23 positions, and there are 22, those of the padding included")]
    [InlineData(
        "Conv1d(4, Kernel = {|RNN048:65_536|}, Dilation = 65_536, Over = Axis.Inner)",
        "its window spans 4294901761 positions, and there are 20, those of the padding included")]
    [InlineData(
        "Conv1d(4, Padding = {|RNN048:20|}, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner)", "20 positions have 19 to mirror")]
    [InlineData(
        "Conv1d(4, PaddingEnd = {|RNN048:21|}, PaddingMode = PaddingMode.Reflect, Over = Axis.Inner)", "20 positions have 19 to mirror")]
    [InlineData(
        "Conv1d(4, Stride = {|RNN048:2|})",
        "over time there is an output at every step; Over = Axis.Inner runs along the positions of a step")]
    [InlineData("Conv1d(4, Padding = {|RNN048:2|})", "over time it is padded with the steps before, which a stream knows")]
    [InlineData(
        "Dense(6), Conv1d(4, Kernel = {|RNN048:3|}, Over = Axis.Inner)",
        "its window spans 3 positions, and there are 1, because a step is one position of 6 channels: [Input(6, Channels = 1)] is a grid")]
    public void ConvolutionsThatDoNotFit(string layers, string problem) => Check(
        $"[RnnModel, Input(20, Channels = 2), {layers}, Rnn<Gru>(4), SquaredError] partial class M;",
        $"This [Conv1d] does not fit: {problem}");

    [Theory]
    [InlineData("Conv1d(6, Groups = {|RNN048:3|})", "3 groups do not divide 4 channels of its input and 6 of its output evenly")]
    [InlineData("Conv2d(3, Groups = {|RNN048:2|})", "2 groups do not divide 4 channels of its input and 3 of its output evenly")]
    public void GroupsThatDoNotDivide(string layer, string problem) => Check(
        $"[RnnModel, Input(5, Channels = 4), {layer}, Rnn<Gru>(4), SquaredError] partial class M;",
        $"This [{layer[..6]}] does not fit: {problem}");

    [Fact]
    public void OverTimeThereMustBeTime() => Check(
        "[RnnModel, Input(20, Once = true), Conv1d(4, Over = {|RNN048:Axis.Time|}), Repeat, Rnn<Gru>(4), SquaredError] partial class M;",
        "This [Conv1d] does not fit: there is one vector per sequence, and no time to run along");

    [Theory]
    [InlineData("Pool(Pooling.Max, Over = Axis.Inner, Kernel = {|RNN048:21|})", "it takes 21 positions, and there are 20")]
    [InlineData(
        "Dense(6), Pool(Pooling.Mean, Over = Axis.Inner, Kernel = {|RNN048:2|})", "it takes 2 positions, and there is 1")]
    [InlineData(
        "Pool({|RNN048:Pooling.Attention|}, Over = Axis.Inner)",
        "only Pooling.Mean, Pooling.Max and Pooling.Last run along the positions of a step")]
    [InlineData(
        "Pool(Pooling.Last, Over = Axis.Inner, Kernel = {|RNN048:2|})", "the last position is one, whatever is before it")]
    [InlineData(
        "Dense(6), Pool(Pooling.Last, Over = {|RNN048:Axis.Inner|})",
        "a step is one position of 6 channels: [Input(6, Channels = 1)] is a grid")]
    [InlineData(
        "Pool(Pooling.Max, Kernel = {|RNN048:2|}), Repeat",
        "over time all steps become one; Over = Axis.Inner runs along the positions of a step")]
    public void PoolsThatDoNotFit(string layers, string problem) => Check(
        $"[RnnModel, Input(20, Channels = 2), {layers}, Rnn<Gru>(4), SquaredError] partial class M;",
        $"This [Pool] does not fit: {problem}");

    [Theory]
    [InlineData(
        "Dense(6), Rnn<Lstm>(4, Over = {|RNN048:Axis.Inner|})",
        "a step is one position of 6 channels: [Input(6, Channels = 1)] is a grid")]
    [InlineData(
        "Rnn<Lstm>(4, Over = Axis.Inner, Zoneout = {|RNN048:0.1|})",
        "along positions a layer begins with zeros in every step, and has no noise")]
    [InlineData(
        "Rnn<Lstm>(4, Over = Axis.Inner, FirstState = {|RNN048:true|})",
        "along positions a layer begins with zeros in every step, and has no noise")]
    public void LayersAlongPositionsThatDoNotFit(string layers, string problem) => Check(
        $"[RnnModel, Input(20, Channels = 2), {layers}, Rnn<Gru>(4), SquaredError] partial class M;",
        $"This [Rnn] does not fit: {problem}");

    [Fact]
    public void BytesHoldNoDeeperWindow() => Check(
        "[RnnModel, Compressed({|RNN038:WeightFormat.Int8|}), Input(500, Channels = 1), Conv1d(300, Kernel = 1, Over = Axis.Inner), "
            + "Conv1d(4, Kernel = 500, Over = Axis.Inner), Rnn<Gru>(4), SquaredError] partial class M;",
        "The model cannot be compressed so: a layer takes 150,000 numbers, and of more than 131,072 the products do not fit into an "
            + "integer of 32 bits");

    [Fact]
    public void PartsComeInTwos() => Check(
        "[RnnModel, Input(4, Channels = 3), {|RNN048:Magnitude(ComplexParts.Halves)|}, Rnn<Gru>(4), SquaredError] partial class M;",
        "This [Magnitude] does not fit: complex numbers have two parts each, and there are 3 channels");

    [Theory]
    [InlineData("Conv1d({|RNN010:0|})", "The channels of the convolution must be 1 to 65,536, but is 0")]
    [InlineData("Conv1d(4, Kernel = {|RNN010:0|})", "The kernel must be 1 to 65,536, but is 0")]
    [InlineData("Conv1d(4, Dilation = {|RNN010:65_537|})", "The dilation must be 1 to 65,536, but is 65,537")]
    [InlineData("Conv1d(4, Padding = {|RNN010:-1|}, Over = Axis.Inner)", "The padding must be 0 to 65,536, but is -1")]
    [InlineData("Conv1d(4, Stride = {|RNN010:-1|}, Over = Axis.Inner)", "The stride must be 1 to 65,536, but is -1")]
    [InlineData("Conv1d(4, Over = {|RNN017:(Axis)2|})", "2 is not a value of Axis")]
    [InlineData("Conv1d(4, ActivationAlpha = {|RNN112:2|})", "ActivationAlpha has no effect: Linear has no numbers")]
    public void ArgumentsOutOfRange(string layer, string message) => Check(
        $"[RnnModel, Input(20, Channels = 2), {layer}, Rnn<Gru>(4), SquaredError] partial class M;", message);

    [Theory]
    [InlineData("Input(6, Channels = {|RNN010:0|})", "Channels must be 1 to 10,922, but is 0")]
    [InlineData("Input(6, Channels = {|RNN010:10_923|})", "Channels must be 1 to 10,922, but is 10,923")]
    public void GridsOutOfRange(string source, string message) => Check(
        $"[RnnModel, {source}, Rnn<Gru>(4), SquaredError] partial class M;", message);

    [Fact]
    public void SymbolsHaveNoPositions() => Check(
        "[RnnModel, OneHot(9), {|RNN028:Conv1d(4)|}, Rnn<Gru>(4), SquaredError] partial class M;",
        "One-hot inputs can only feed recurrent and dense layers by themselves: an [Embedding] has vectors that can be joined, dropped and "
            + "pooled");

    [Fact]
    public void AStateIsNoTape() => Check(
        "[RnnModel, Input(100), Conv1d(4, Dilation = 400), Rnn<Gru>(4), SquaredError] partial class {|RNN013:M|};",
        "The state of 'M' would have 80,016 elements, more than the 65,536 that one array can hold");

    [Fact]
    public void WindowsAreBounded() => Check(
        "[RnnModel(Steps = {|RNN019:16_384|}), Input(65_536, Channels = 1), Conv1d(1, Kernel = 30, Over = Axis.Inner), Pool(Pooling.Mean), "
            + "Dense(1), Repeat, Rnn<Gru>(1), SquaredError] partial class {|RNN013:M|};",
        "16,384 steps stay a loop: up to 256 are unrolled",
        "The windows of one row's convolution of 'M' would have 49,370,267,648 elements, more than the 1,073,741,824 that one array can "
            + "hold");
}
