using System.Buffers.Binary;
using System.Text;
using RnnGen.Numerics;
using Xunit;

namespace RnnGen.Tests;

/// <summary>Training files beyond 2 GB: what is saved is loaded, however much it is.</summary>
public class LargeFileTests
{
    private const int Count = 90_000_000;
    private const long Section = (long)Count * sizeof(double), Data = 3 * Section;

    [RoomFact(Data)]
    public void ATrainingFileBeyond2GBIsLoaded()
    {
        // More than an array holds.
        Assert.InRange(Data, Array.MaxLength + 1L, long.MaxValue);
        using TemporaryFolder folder = new();
        WriteSparse(folder["large"]);
        AlignedBuffer<float> buffer = new(Count);
        // A matrix of one row, as it is.
        ParameterSet<float> set = new([new("w", 1, Count, [new(0, 1, 0, 1, 0, 1)], [])], buffer);
        OptimizerState<float> state = new Adam().CreateState<float>(buffer.Length);

        long before = GC.GetAllocatedBytesForCurrentThread();
        using (SafetensorsFile file = SafetensorsFile.Open(folder["large"]))
            TrainingFile.Load(file, set, state);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(7, state.Step);
        AlignedBuffer<float>[] sections = [buffer, state.Buffer(0), state.Buffer(1)];
        for (int i = 0; i < sections.Length; i++)
        {
            Assert.Equal(i + 1, sections[i].Span[^1]);
            Assert.False(sections[i].Span[..^1].ContainsAnyExcept(0f));
        }

        // One matrix at a time, in the model's precision.
        Assert.InRange(allocated, 4L * Count, (4L * Count) + (1 << 16));
    }

    /// <summary>A file of three sections of zeros, of which only the last numbers, 1, 2 and 3, take room on the disk.</summary>
    private static void WriteSparse(string path)
    {
        string[] names = ["w", "optimizer.exp_avg.w", "optimizer.exp_avg_sq.w"];
        IEnumerable<string> entries = names.Select((name, i) => $$"""
            "{{name}}":{"dtype":"F64","shape":[1,{{Count}}],"data_offsets":[{{i * Section}},{{(i + 1) * Section}}]}
            """);
        byte[] header =
            Encoding.UTF8.GetBytes($$"""{"__metadata__":{"optimizer.name":"Adam","optimizer.step":"7"},{{string.Join(",", entries)}}}""");
        using FileStream stream = File.Create(path);
        stream.Write(BitConverter.GetBytes((long)header.Length));
        stream.Write(header);
        long start = stream.Position;
        stream.SetLength(start + Data);
        byte[] number = new byte[sizeof(double)];
        for (int i = 0; i < names.Length; i++)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(number, i + 1);
            stream.Position = start + ((i + 1) * Section) - number.Length;
            stream.Write(number);
        }
    }

    /// <summary>
    /// Skipped where the disk has no room for a file, should its system not know sparse ones, or the memory none for what is in it.
    /// </summary>
    [AttributeUsage(AttributeTargets.Method)]
    private sealed class RoomFactAttribute : FactAttribute
    {
        public RoomFactAttribute(long bytes)
        {
            long disk = new DriveInfo(Path.GetTempPath()).AvailableFreeSpace, memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
            if (disk < bytes + (1L << 30) || memory < 2 * bytes)
                Skip = $"It takes {bytes:N0} bytes of disk, of which {disk:N0} are free, and twice as much memory, "
                    + $"of which there are {memory:N0}.";
        }
    }
}
