using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using RnnGen.Generator.Reading;
using VerifyTests;

namespace RnnGen.Generator.Tests;

/// <summary>Snapshots must not change with the version of the generator, nor with the list of functions.</summary>
internal static partial class Scrubbing
{
    [ModuleInitializer]
    public static void Initialize()
    {
        var version = typeof(ModelReader).Assembly.GetName().Version!;
        VerifierSettings.AddScrubber(text => text.Replace($"\"{version}\"", "\"{version}\"")
            .Replace($"\"{version.ToString(3)}\"", "\"{version}\""));
        VerifierSettings.AddScrubber(text => text.Replace(
            text.ToString(), Forwarders().Replace(text.ToString(), "$1    // … and all other functions of the language.\n")));
    }

    /// <summary>What makes a struct's functions those of the runtime, all but the first.</summary>
    [GeneratedRegex(@"(?<=\n)(    \[.*\]\n    private static RnnGen::Hidden .* => RnnGen::Generated\.CellFunctions\..*\n)(?:    \[.*\]\n    private static .* => RnnGen::Generated\.CellFunctions\..*\n)+")]
    private static partial Regex Forwarders();
}
