namespace CharRnn.Tests;

public class DisplayTests
{
    [Fact]
    public void TheLastLineHasThreeDigitsWhateverTheCulture()
    {
        Assert.Equal("held-out: 2.470 bits/char", Measurement.LastLine(2.4699));
        Assert.Equal("held-out: 10.000 bits/char", Measurement.LastLine(10));
    }

    [Fact]
    public void StatusReadsAsASentence() =>
        Assert.Equal("2.346 bits/char · 141,000 chars/s · 1:05 left", new Status(0.5, 2100, 2.3456, 141_000.4, 64.2).ToString());

    [Fact]
    public void WithoutATerminalThereAreFewLinesAndALastOne()
    {
        using StringWriter output = new() { NewLine = "\n" };
        new Display.Lines(output).Run(report =>
        {
            for (int i = 1; i < 1000; i++)
                report(new(i / 1000.0, i, 2, 100_000, 1));
            report(new(1, 1000, 2, 100_000, 0));
        });
        Assert.Equal("100 % · 1,000 updates · 2.000 bits/char · 100,000 chars/s · 0:00 left\n", output.ToString());
    }

    [Fact]
    public void SmoothingIsAMeanFromTheFirstValueOn()
    {
        Smoothed smoothed = new();
        smoothed.Add(4);
        Assert.Equal(4, smoothed.Value);
        smoothed.Add(2);
        Assert.Equal(3, smoothed.Value);
        for (int i = 0; i < 2000; i++)
            smoothed.Add(1);
        Assert.Equal(1, smoothed.Value, 6);
    }
}
