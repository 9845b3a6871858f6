using RnnGen.Benchmarks;

namespace Samples.Tests.Benchmarks;

public class MeasurementTests
{
    [Fact]
    public void HeadingsCommentsAndFurtherColumnsArePassedOver()
    {
        var lines = Measurement.Parse(
            ["peer,cell,mode,I,H,L,T,B,median_us,best_us", "# a comment", "", "ort,lstm,stream,64,128,2,1,1,4.8913,4.7664,3"], "f");
        Assert.Equal([new("ort", new("lstm", "stream", 64, 128, 2, 1, 1), 4.8913)], lines);
        Assert.Equal("ort,lstm,stream,64,128,2,1,1,4.891", lines[0].ToString());
    }

    [Fact]
    public void OfSeveralPassesTheMedianCounts()
    {
        var lines = Measurement.Parse(
            ["a,gru,seq,1,8,1,100,1,5", "a,gru,seq,1,8,1,100,1,1", "b,gru,seq,1,8,1,100,1,7", "a,gru,seq,1,8,1,100,1,2"], "f");
        Assert.Equal([2, 7], lines.Select(l => l.Microseconds));
    }

    [Theory]
    [InlineData("ort,lstm,stream,1,8,1,1,1", "f, line 1: expected peer,cell,mode,I,H,L,T,B,median_us, but there are 8 columns")]
    [InlineData("ort,rnn,stream,1,8,1,1,1,3", "f, line 1: expected the cell lstm or gru, but got 'rnn'")]
    [InlineData("ort,lstm,,1,8,1,1,1,3", "f, line 1: expected the names of a peer and of a mode")]
    [InlineData("ort,lstm,stream,1,0,1,1,1,3", "f, line 1: expected a positive whole number in column H, but got '0'")]
    [InlineData("ort,lstm,stream,1,8,1,1,-1,3", "f, line 1: expected a positive whole number in column B, but got '-1'")]
    [InlineData("ort,lstm,stream,1,8,1,1,1,NaN", "f, line 1: expected positive microseconds, but got 'NaN'")]
    [InlineData("ort,lstm,stream,1,8,1,1,1,0", "f, line 1: expected positive microseconds, but got '0'")]
    [InlineData("ort,lstm,stream,1,8,1,1,1,", "f, line 1: expected positive microseconds, but got ''")]
    [InlineData("# nothing", "f: expected lines of peer,cell,mode,I,H,L,T,B,median_us, but there are none")]
    public void WhatIsNoMeasurementIsRefusedByItsLine(string line, string message) =>
        Assert.StartsWith(
            message, Assert.Throws<InvalidDataException>(() => Measurement.Parse([line], "f")).Message, StringComparison.Ordinal);

    [Fact]
    public void OperationsAndBytesAreCountedAsThePeersCount()
    {
        Shape stream = new("lstm", "stream", 64, 128, 2, 1, 1), train = new("gru", "train-noopt", 64, 128, 1, 64, 32);
        Assert.Equal((4 * 128 * (64 + 128)) + (4 * 128 * 256), stream.Weights);
        Assert.Equal(4 * stream.Weights, stream.WeightBytes);
        Assert.Equal(2 * stream.Weights, stream.Flop);
        Assert.Equal(3.0 * 64 * 32 * 2 * 3 * 128 * 192, train.Flop);
        Assert.Equal(("train", "noopt", "stream", ""), (train.BaseMode, train.Variant, stream.BaseMode, stream.Variant));
    }
}
