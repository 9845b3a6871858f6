using System.Diagnostics;

namespace RnnGen.Benchmarks;

/// <summary>How long a user's whole build takes, from nothing and with a compiler that has to start.</summary>
internal static class BuildCommand
{
    private const int Repetitions = 3;

    public static void Run()
    {
        string generator = Path.Combine(Repository.Folder, "generator/RnnGen.Generator/bin/Release/netstandard2.0/RnnGen.Generator.dll");
        Console.WriteLine("models,cold_build_s");
        foreach (int models in (int[])[0, 1, 10, 100])
        {
            double seconds = Enumerable.Range(0, Repetitions).Select(_ => Build(models, generator)).Median();
            Console.WriteLine($"{models},{seconds:F1}");
        }
    }

    private static double Build(int models, string generator)
    {
        string folder = Directory.CreateTempSubdirectory("rnngen-build-").FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "User.csproj"), $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <Nullable>enable</Nullable>
                    <UseSharedCompilation>false</UseSharedCompilation>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="{typeof(Weight).Assembly.Location}" />
                    <Analyzer Include="{generator}" />
                  </ItemGroup>
                </Project>
                """);
            File.WriteAllText(
                Path.Combine(folder, "Program.cs"),
                models == 0 ? "System.Console.WriteLine();\n" : $"System.Console.WriteLine(new Model{models - 1}(seed: 1));\n");
            for (int i = 0; i < models; i++)
                File.WriteAllText(Path.Combine(folder, $"Model{i}.cs"), UserProgram.Model(i));
            long start = Stopwatch.GetTimestamp();
            if (!Repository.Dotnet(folder, out string output, "build", "-c", "Release", "--nologo", "-nodeReuse:false"))
                throw new IOException($"The build of {models} models failed:\n{output}");
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
