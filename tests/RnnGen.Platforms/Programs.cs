using System.Diagnostics;

namespace RnnGen.Platforms;

/// <summary>Platforms that run the models as a program: this processor at every width, NativeAOT, arm64 in an emulator.</summary>
internal static class Programs
{
    private const string Project = "RnnGen.Platforms.Native";

    /// <summary>The JIT on this processor, whose wide vectors the environment may switch off.</summary>
    public static async Task<IReadOnlyList<Outcome>> Jit(Workspace workspace)
    {
        string program = Path.Combine(await workspace.Publish($"tests/{Project}", "jit"), $"{Project}.dll");
        (string, Dictionary<string, string>)[] widths =
        [
            ("all", []),
            ("no AVX-512", new() { ["DOTNET_EnableAVX512"] = "0" }),
            ("no AVX", new() { ["DOTNET_EnableAVX"] = "0" }),
            ("no vectors", new() { ["DOTNET_EnableHWIntrinsic"] = "0" }),
        ];
        List<Outcome> outcomes = [];
        foreach ((string name, Dictionary<string, string> environment) in widths)
            outcomes.Add(await Time($"Linux x64, .NET 10, {name}", environment, "dotnet", program));
        return outcomes;
    }

    /// <summary>NativeAOT for the processor at hand, for any with AVX2, and for the oldest that .NET supports.</summary>
    public static async Task<IReadOnlyList<Outcome>> NativeAot(Workspace workspace)
    {
        List<Outcome> outcomes = [];
        foreach (string set in (string[])["native", "x86-64-v3", ""])
        {
            string name = set.Length > 0 ? set : "default";
            string folder = await workspace.Publish(
                $"tests/{Project}", $"aot-{name}", "-p:Runtime=linux-x64", "-p:Aot=true", $"-p:IlcInstructionSet={set}");
            outcomes.Add(await Time($"Linux x64, NativeAOT, {name}", [], Path.Combine(folder, Project)));
        }

        return outcomes;
    }

    /// <summary>arm64 in QEMU's user mode, with the libraries of Debian's arm64 packages.</summary>
    public static async Task<IReadOnlyList<Outcome>> Arm64(Workspace workspace)
    {
        string[] architectures = await Shell.Run(workspace.Repository, "dpkg", "--print-foreign-architectures");
        if (!architectures.Contains("arm64"))
        {
            await Shell.Run(workspace.Repository, "dpkg", "--add-architecture", "arm64");
            await Shell.Run(workspace.Repository, "apt-get", "update");
        }

        string emulator = Path.Combine(await workspace.Unpack("qemu", "qemu-user-static"), "usr", "bin", "qemu-aarch64-static");
        string libraries =
            await workspace.Unpack(
                "arm64-libraries", "libc6:arm64", "libgcc-s1:arm64", "libstdc++6:arm64", "zlib1g:arm64", "libssl3:arm64");
        string folder = await workspace.Publish($"tests/{Project}", "arm64", "-p:Runtime=linux-arm64");
        return [await Time("Linux arm64, .NET 10, QEMU", [], emulator, "-L", libraries, Path.Combine(folder, Project))];
    }

    private static async Task<Outcome> Time(string platform, Dictionary<string, string> environment, params string[] command)
    {
        long start = Stopwatch.GetTimestamp();
        string[] lines = await Shell.Run(Path.GetTempPath(), environment, command);
        return new(platform, lines, Stopwatch.GetElapsedTime(start));
    }
}
