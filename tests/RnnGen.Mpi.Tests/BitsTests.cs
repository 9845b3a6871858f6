namespace RnnGen.Mpi.Tests;

/// <summary>Ranks that are threads of this process: training gives the bits of one thread in one process.</summary>
public class BitsTests
{
    public static TheoryData<string> Names => [.. Scenarios.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AnyNumberOfRanksAndThreadsGivesTheSameBits(string name)
    {
        Func<IGradientExchange?, int, string> scenario = Scenarios.All[name];
        string expected = scenario(null, 1);
        Assert.Equal(expected, scenario(null, 2));
        foreach (int ranks in (int[])[1, 2, 3, 4, 8])
        {
            foreach (int threads in (int[])[1, 2])
                Assert.True(expected == LocalRanks.Same(ranks, exchange => scenario(exchange, threads)), $"{ranks} ranks, {threads} threads");
        }
    }
}
