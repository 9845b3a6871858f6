using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;
using Orleans.Serialization;

namespace RnnGen.Orleans.Tests;

/// <summary>States in Orleans' serializers.</summary>
public sealed class CodecTests : IDisposable
{
    private readonly IHost host = new HostBuilder().UseOrleansClient(client => client.UseLocalhostClustering().AddRnnShards()).Build();

    private Serializer Serializer => host.Services.GetRequiredService<Serializer>();

    [Fact]
    public void StatesOfEveryKindComeBack()
    {
        Meter.State meter = default;
        new Meter(seed: 1).Step([1, 2, 3, 4], ref meter, new float[2]);
        Writer.State writer = default;
        new Writer(seed: 1).Step(3, ref writer, new float[10]);
        Exact.State exact = default;
        new Exact(seed: 1).Step([0.5], ref exact, new double[1]);
        ComesBack(meter);
        ComesBack(writer);
        ComesBack(exact);
        ComesBack<Meter.State?>(meter);
        ComesBack<Meter.State?>(null);
        Meter.State[] both = [meter, default];
        Assert.Equal(both, Serializer.Deserialize<Meter.State[]>(Serializer.SerializeToArray(both))!);
        Assert.Equal((object)meter, Serializer.Deserialize<object>(Serializer.SerializeToArray<object>(meter)));
    }

    [Fact]
    public void AnotherNetworksStateIsRefusedByName()
    {
        byte[] older = Serializer.SerializeToArray(default(OlderMeter.State));
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => Serializer.Deserialize<Meter.State>(older));
        Assert.Contains("another network's: it has 24 numbers", error.Message, StringComparison.Ordinal);
        Assert.Contains("RnnGen.Orleans.Tests.Meter+State has 32", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void JsonStorageTakesStates()
    {
        Meter.State state = default;
        new Meter(seed: 1).Step([1, 2, 3, 4], ref state, new float[2]);
        OrleansJsonSerializer json = host.Services.GetRequiredService<OrleansJsonSerializer>();
        string text = json.Serialize(new Dictionary<string, Meter.State> { ["a"] = state }, typeof(Dictionary<string, Meter.State>));
        Assert.Equal(state, ((Dictionary<string, Meter.State>)json.Deserialize(typeof(Dictionary<string, Meter.State>), text)!)["a"]);
    }

    [Fact]
    public void ACopyIsTheSameState()
    {
        Meter.State state = default;
        new Meter(seed: 1).Step([1, 2, 3, 4], ref state, new float[2]);
        Assert.Equal(state, host.Services.GetRequiredService<DeepCopier>().Copy(state));
    }

    public void Dispose() => host.Dispose();

    private void ComesBack<TState>(TState state) =>
        Assert.Equal(state, Serializer.Deserialize<TState>(Serializer.SerializeToArray(state)));
}
