using System.Runtime.CompilerServices;
using RnnGen.Generator.Reading;
using VerifyTests;

namespace RnnGen.Generator.Tests;

/// <summary>Snapshots must not change with the version of the generator.</summary>
internal static class Scrubbing
{
    [ModuleInitializer]
    public static void Initialize()
    {
        var version = typeof(ModelReader).Assembly.GetName().Version!;
        VerifierSettings.AddScrubber(text => text.Replace($"\"{version}\"", "\"{version}\"").Replace($"\"{version.ToString(3)}\"", "\"{version}\""));
    }
}
