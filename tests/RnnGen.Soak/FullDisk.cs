using RnnGen.Tests.Models;

namespace RnnGen.Soak;

/// <summary>A file system that fills up: a save succeeds as a whole, or leaves the file before it and nothing else.</summary>
internal static class FullDisk
{
    private const int Rounds = 300, Size = 512 << 10;

    public static Outcome Run(int seed)
    {
        const string What = "a file system that fills up";
        if (Mount.Reason is { } reason)
            return new(What, "nothing", 0, reason);
        using TemporaryFolder folder = new();
        using Mount mount = Mount.Memory(folder["disk"], $"size={Size}");
        string path = Path.Combine(folder["disk"], "checkpoint"), filler = Path.Combine(folder["disk"], "filler");
        CharLstm model = new(seed: 1);
        var trainer = model.CreateTrainer(new Adam(1e-3));
        trainer.Save(path);
        byte[] last = File.ReadAllBytes(path);
        Random random = new(seed);
        int saved = 0, refused = 0, differences = 0;
        string first = "";
        for (int round = 0; round < Rounds; round++)
        {
            trainer.Step(new int[CharLstm.Steps], [.. Enumerable.Range(round, CharLstm.Steps).Select(i => i % CharLstm.OutputSize)]);
            // Room for none, for a part of it, and for all.
            long free = new DriveInfo(folder["disk"]).AvailableFreeSpace;
            File.WriteAllBytes(filler, new byte[Math.Max(0, free - random.Next(0, 2 * last.Length))]);
            try
            {
                trainer.Save(path);
                saved++;
                last = File.ReadAllBytes(path);
            }
            catch (IOException)
            {
                refused++;
            }

            File.Delete(filler);
            bool isWhole = File.ReadAllBytes(path).AsSpan().SequenceEqual(last), isAlone = Directory.GetFiles(folder["disk"]).Length == 1;
            trainer.Load(path);
            if (isWhole && isAlone)
                continue;
            differences++;
            first = isWhole ? "a file is left over" : "the file before is not what it was";
        }

        if (saved == 0 || refused == 0)
            return new(What, $"{saved} saves, {refused} refused", 1, "one of both never came");
        return new(What, $"{saved} saves, {refused} refused for want of room", differences, first);
    }
}
