using System.Collections.Concurrent;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace RnnGen.Tests.Shared;

/// <summary>
/// xunit runs one of several cases of a theory that have the same arguments, and mentions the others in a line of the log. Here they fail.
/// </summary>
public class DistinctCasesTests
{
    [Fact]
    public void NoCaseIsLeftOutBecauseAnotherHasItsArguments()
    {
        using Discovery discovery = new();
        using XunitTestFramework framework = new(discovery);
        using ITestFrameworkDiscoverer discoverer = framework.GetDiscoverer(Reflector.Wrap(typeof(DistinctCasesTests).Assembly));
        discoverer.Find(includeSourceInformation: false, discovery, new Defaults());
        discovery.Wait();
        Assert.True(discovery.Cases.Count > 1, $"Only {discovery.Cases.Count} test was found.");
        Assert.Equal(
            [],
            discovery.Cases.GroupBy(test => test.UniqueID).Where(group => group.Count() > 1).Select(group => group.First().DisplayName));
    }

    private sealed class Defaults : ITestFrameworkDiscoveryOptions
    {
        public TValue GetValue<TValue>(string name) => default!;

        public void SetValue<TValue>(string name, TValue value)
        {
        }
    }

    private sealed class Discovery : Xunit.LongLivedMarshalByRefObject, IMessageSink, IDisposable
    {
        private readonly ManualResetEventSlim complete = new();

        public ConcurrentBag<ITestCase> Cases { get; } = [];

        public bool OnMessage(IMessageSinkMessage message)
        {
            if (message is ITestCaseDiscoveryMessage found)
                Cases.Add(found.TestCase);
            else if (message is IDiscoveryCompleteMessage)
                complete.Set();
            return true;
        }

        public void Wait() => complete.Wait();

        public void Dispose() => complete.Dispose();
    }
}
