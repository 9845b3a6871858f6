using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace RnnGen.Hosting.Tests;

/// <summary>A model in a host: new weights while it serves, and files that are refused.</summary>
public class ServedTests
{
    private static readonly float[] First = Served.Output(new(seed: 1));
    private static readonly float[] Second = Served.Output(new(seed: 2));

    [Fact]
    public async Task AChangeOfTheFileIsPickedUp()
    {
        await using Served served = await Served.StartAsync();
        Assert.Equal(First, Served.Output(served.Model));
        Assert.Equal(HealthStatus.Healthy, (await served.HealthAsync()).Status);
        string hash = served.File.Status.Hash;

        new Detector(seed: 2).Save(served.Path);
        await Served.Until(() => served.File.Status.Loads == 2);
        Assert.Equal(Second, Served.Output(served.Model));
        Assert.NotEqual(hash, served.File.Status.Hash);
        HealthReportEntry health = await served.HealthAsync();
        Assert.Equal(HealthStatus.Healthy, health.Status);
        Assert.Equal(served.File.Status.Hash, health.Data["sha256"]);
        Assert.Equal(["ready"], health.Tags);
        Assert.Equal(2, served.Lines.Of(LogLevel.Information).Count(line => line.Contains("Detector serves")));

        // Another time, the same bytes: nothing is loaded.
        File.SetLastWriteTimeUtc(served.Path, DateTime.UtcNow.AddMinutes(1));
        await Task.Delay(100);
        Assert.Equal(2, served.File.Status.Loads);
    }

    [Fact]
    public async Task ALinkIsFollowed()
    {
        // As a cluster mounts a configuration: a link to another folder.
        await using Served served = await Served.StartAsync();
        string old = served.Path + ".1", latest = served.Path + ".2";
        File.Move(served.Path, old);
        File.CreateSymbolicLink(served.Path, old);
        new Detector(seed: 2).Save(latest);
        File.CreateSymbolicLink(served.Path + ".link", latest);
        File.Move(served.Path + ".link", served.Path, overwrite: true);
        await Served.Until(() => served.File.Status.Loads == 2);
        Assert.Equal(Second, Served.Output(served.Model));
    }

    [Theory]
    [InlineData("broken")]
    [InlineData("truncated")]
    [InlineData("of another network")]
    [InlineData("gone")]
    public async Task ABadFileIsRefusedOnceAndTheOldWeightsServe(string kind)
    {
        await using Served served = await Served.StartAsync();
        byte[] good = File.ReadAllBytes(served.Path);
        switch (kind)
        {
            case "broken":
                served.Replace("not weights at all"u8.ToArray());
                break;
            case "truncated":
                served.Replace(good[..^4]);
                break;
            case "gone":
                File.Delete(served.Path);
                break;
            default:
                new Writer(seed: 1).Save(served.Path);
                break;
        }

        await Served.Until(() => served.File.Status.Refusal is not null);
        await Task.Delay(50);
        Assert.Equal(First, Served.Output(served.Model));
        HealthReportEntry health = await served.HealthAsync();
        Assert.Equal(HealthStatus.Degraded, health.Status);
        Assert.Contains("the file is refused", health.Description);
        string[] warnings = [.. served.Lines.Of(LogLevel.Warning).Where(line => line.Contains("Detector goes on with", StringComparison.Ordinal))];
        Assert.Contains(served.Path, Assert.Single(warnings));

        served.Replace(good);
        await Served.Until(() => served.File.Status.Refusal is null);
        Assert.Equal(HealthStatus.Healthy, (await served.HealthAsync()).Status);
        Assert.Equal(1, served.File.Status.Loads);
    }

    [Fact]
    public async Task WithoutAWatchTheProgramReloads()
    {
        await using Served served = await Served.StartAsync(options => options.Watch = false);
        new Detector(seed: 2).Save(served.Path);
        await Task.Delay(100);
        Assert.Equal(First, Served.Output(served.Model));
        Assert.True(served.File.Reload());
        Assert.Equal(Second, Served.Output(served.Model));
        Assert.False(served.File.Reload());
    }

    [Fact]
    public async Task AHostDoesNotStartWithABadFile()
    {
        string path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "not weights at all");
            await using ServiceProvider services = new ServiceCollection().AddRnnModel<Detector>(path).BuildServiceProvider();
            var error = Assert.Throws<InvalidDataException>(services.GetRequiredService<Detector>);
            Assert.Contains($"Detector cannot be served with {path}: ", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task OptionsAreChecked()
    {
        Assert.Throws<ArgumentException>(() => new ServiceCollection().AddRnnModel<Detector>(""));
        Assert.Contains(
            "PollInterval",
            (await Assert.ThrowsAsync<OptionsValidationException>(
                () => Served.StartAsync(options => options.PollInterval = TimeSpan.Zero))).Message);
    }

    [Fact]
    public async Task TheProgramMayCreateTheModelItself()
    {
        string path = Path.GetTempFileName();
        try
        {
            new Detector(seed: 2).Save(path);
            Detector own = new(seed: 5);
            await using ServiceProvider services = new ServiceCollection().AddRnnModel(_ => own, path).BuildServiceProvider();
            Assert.Same(own, services.GetRequiredService<Detector>());
            Assert.Equal(Second, Served.Output(own));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
