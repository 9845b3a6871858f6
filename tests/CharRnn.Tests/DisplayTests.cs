namespace CharRnn.Tests;

public class DisplayTests
{
    [Fact]
    public void The_last_line_has_three_digits_whatever_the_culture()
    {
        Assert.Equal("held-out: 2.470 bits/char", Measurement.LastLine(2.4699));
        Assert.Equal("held-out: 10.000 bits/char", Measurement.LastLine(10));
    }

    [Fact]
    public void Status_reads_as_a_sentence() =>
        Assert.Equal("2.346 bits/char · 141,000 chars/s · 1:05 left", new Status(0.5, 2100, 2.3456, 141_000.4, 64.2).ToString());

    [Fact]
    public void Without_a_terminal_there_are_few_lines_and_a_last_one()
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
    public void Smoothing_is_a_mean_from_the_first_value_on()
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
