using System.CommandLine;

namespace CharRnn.Tests;

public class OptionsTests
{
    [Fact]
    public void DefaultsAreThoseOfTheDocumentation()
    {
        Options options = Parse("");
        Assert.EndsWith("moby_dick.txt", options.Text);
        Assert.True(File.Exists(options.Text));
        Assert.Null(options.Cell);
        Assert.Null(options.Seconds);
        Assert.Null(options.Tree);
        Assert.False(options.Resume);
        Assert.False(options.Formats);
        Assert.Equal(0.7, options.Temperature);
        Assert.Equal(1UL, options.Seed);
        Assert.Equal(Session.LearningRate, options.LearningRate);
    }

    [Fact]
    public void EveryOptionArrives()
    {
        Options options = Parse("--cell gru --seconds 90 --rows 8 --threads 3 --learning-rate 0.001 --seed 9 --model a.b --resume "
            + "--prompt Ahab --temperature 0 --tree 5 --formats");
        Assert.Equal(
            options with
            {
                Cell = "gru",
                Seconds = 90,
                Rows = 8,
                Threads = 3,
                LearningRate = 0.001,
                Seed = 9,
                Model = "a.b",
                Resume = true,
                Prompt = "Ahab",
                Temperature = 0,
                Tree = 5,
                Formats = true
            },
            options);
        Assert.Equal(50, Parse("--updates 50").Updates);
    }

    [Fact]
    public void ARankHasOneThreadUnlessItIsToldMore()
    {
        Assert.Equal((false, Math.Min(Environment.ProcessorCount, 32)), (Parse("").Mpi, Parse("").Threads));
        Assert.Equal((true, 1), (Parse("--mpi").Mpi, Parse("--mpi").Threads));
        Assert.Equal(3, Parse("--threads 3 --mpi").Threads);
    }

    [Theory]
    [InlineData("--cell transformer", "'transformer' not recognized")]
    [InlineData("--seconds -1", "--seconds must be 0 or more")]
    [InlineData("--seconds soon", "soon")]
    [InlineData("--updates 0", "--updates must be 1 or more")]
    [InlineData("--rows 0", "--rows must be 1 or more")]
    [InlineData("--threads 0", "--threads must be 1 to 64")]
    [InlineData("--learning-rate -1", "--learning-rate must be 0 or more")]
    [InlineData("--temperature NaN", "--temperature must be 0 or more")]
    [InlineData("--tree 0", "--tree must be 1 to 1000")]
    [InlineData("--seconds 1 --updates 1", "not both")]
    [InlineData("--text no-such-file.txt", "no-such-file.txt")]
    [InlineData("--prompt \"\"", "--prompt must not be empty")]
    [InlineData("--verbose", "--verbose")]
    public void MistakesAreExplained(string arguments, string expected)
    {
        ParseResult result = Options.Command(_ => 0).Parse(arguments);
        Assert.Contains(expected, string.Join('\n', result.Errors.Select(error => error.Message)));
    }

    private static Options Parse(string arguments)
    {
        Options? seen = null;
        int exitCode = Options.Command(options =>
        {
            seen = options;
            return 42;
        }).Parse(arguments).Invoke();
        Assert.Equal(42, exitCode);
        return seen!;
    }
}
