using Xunit.Abstractions;

namespace RnnGen.Conformance;

/// <summary>The literal numbers of Keras' own tests of its recurrent layers, and TensorFlow.js' of training them.</summary>
public class KerasTests(ITestOutputHelper output, Announcer announcer) : IClassFixture<Announcer>
{
    /// <summary>Layers that are called.</summary>
    [SuiteFact]
    public void Layers()
    {
        using ModelCompiler compiler = new();
        Suite suite = new("keras");
        foreach (var (_, item) in CaseFolders.Cases("layer", "calls", "expected"))
            suite.Add(item.GetProperty("name").GetString()!, () =>
                item.GetProperty("layer").GetProperty("class").GetString() is "Attention" or "AdditiveAttention"
                ? new KerasAttentionCase(item, compiler).Run
                : new KerasCase(item, compiler).Run);
        suite.Finish(output, announcer);
    }

    /// <summary>Models that are trained.</summary>
    [SuiteFact]
    public void Training()
    {
        using ModelCompiler compiler = new();
        Suite suite = new("tfjs");
        foreach (var (_, item) in CaseFolders.Cases("rnn", "kind"))
            suite.Add(item.GetProperty("name").GetString()!, () => new TfjsCase(item, compiler).Run);
        suite.Finish(output, announcer);
    }
}
