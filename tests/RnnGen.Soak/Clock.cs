using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RnnGen.Soak;

/// <summary>A clock that is changed matters to nothing that never reads it: the runtime's assembly refers to no clock.</summary>
internal static class Clock
{
    private static readonly string[] Types = ["DateTime", "DateTimeOffset", "Stopwatch", "TimeProvider", "PeriodicTimer", "Timer"];

    private static readonly string[] Members =
    [
        "get_TickCount", "get_TickCount64", "GetLastWriteTime", "GetLastWriteTimeUtc", "GetCreationTime", "GetCreationTimeUtc",
        "get_LastWriteTimeUtc",
        "get_CurrentCulture",
    ];

    public static Outcome Run()
    {
        using PEReader file = new(File.OpenRead(typeof(WeightFile).Assembly.Location));
        MetadataReader reader = file.GetMetadataReader();
        string[] found =
        [
            .. reader.TypeReferences.Select(type => reader.GetString(reader.GetTypeReference(type).Name)).Intersect(Types),
            .. reader.MemberReferences.Select(member => reader.GetString(reader.GetMemberReference(member).Name)).Intersect(Members),
        ];
        string looked = $"{reader.TypeReferences.Count} types and {reader.MemberReferences.Count} members that RnnGen.dll refers to";
        return new("clock and current culture", looked, found.Length, string.Join(", ", found));
    }
}
