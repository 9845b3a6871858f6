using VerifyTests;
using VerifyXunit;

namespace RnnGen.Generator.Tests;

/// <summary>The verifier keeps Verify's conventions.</summary>
public sealed class VerifierTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("verify").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task WhatIsNewFailsAndIsAcceptedByRenaming()
    {
        await Assert.ThrowsAsync<VerifyException>(() => Verify("one\ntwo\n", "cs"));
        Assert.Equal(["VerifierTests.WhatIsNewFailsAndIsAcceptedByRenaming.received.cs"], Files());

        File.Move(At("received.cs"), At("verified.cs"));
        await Verify("one\ntwo\n", "cs");
        Assert.Equal(["VerifierTests.WhatIsNewFailsAndIsAcceptedByRenaming.verified.cs"], Files());
    }

    [Fact]
    public async Task WhatDiffersFailsUntilItIsMended()
    {
        await File.WriteAllTextAsync(At("verified.txt"), "one\ntwo");
        var exception = await Assert.ThrowsAsync<VerifyException>(() => Verifier.Verify("one\n2", sourceFile: Source));
        Assert.Contains("line 2, verified: two\n    line 2, received: 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal("one\n2", await File.ReadAllTextAsync(At("received.txt")));

        await Verifier.Verify("one\ntwo", sourceFile: Source);
        Assert.Equal(["VerifierTests.WhatDiffersFailsUntilItIsMended.verified.txt"], Files());
    }

    [Fact]
    public async Task LineEndsOfAnyKindAreEqual()
    {
        await File.WriteAllTextAsync(At("verified.txt"), "one\r\ntwo");
        await Verifier.Verify("one\ntwo", sourceFile: Source);
        await Verifier.Verify("one\r\ntwo", sourceFile: Source);
    }

    [Fact]
    public async Task EveryNamedTargetHasItsFile()
    {
        await Assert.ThrowsAsync<VerifyException>(() => Targets("a", "b"));
        Assert.Equal(
            ["VerifierTests.EveryNamedTargetHasItsFile#a.received.cs", "VerifierTests.EveryNamedTargetHasItsFile#b.received.cs"],
            Files());
        foreach (string received in Directory.GetFiles(folder))
            File.Move(received, received.Replace(".received.", ".verified.", StringComparison.Ordinal));
        await Targets("a", "b");

        var exception = await Assert.ThrowsAsync<VerifyException>(() => Targets("a"));
        Assert.Contains("Delete: VerifierTests.EveryNamedTargetHasItsFile#b.verified.cs", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task VersionsAreScrubbed()
    {
        string version = typeof(RnnGenerator).Assembly.GetName().Version!.ToString();
        await File.WriteAllTextAsync(At("verified.txt"), "by \"{version}\"");
        await Verifier.Verify($"by \"{version}\"", sourceFile: Source);
    }

    private string Source => Path.Combine(folder, "VerifierTests.cs");

    private Task Verify(string text, string extension) => Verifier.Verify(text, extension, sourceFile: Source);

    private Task Targets(params string[] names) =>
        Verifier.Verify(names.Select(n => new Target("cs", $"class {n};\n", n)), sourceFile: Source);

    private string At(string suffix, [System.Runtime.CompilerServices.CallerMemberName] string test = "") =>
        Path.Combine(folder, $"VerifierTests.{test}.{suffix}");

    private IEnumerable<string?> Files() => Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal);
}
