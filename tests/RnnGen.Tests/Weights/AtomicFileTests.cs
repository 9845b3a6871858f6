using System.Text;
using Xunit;

namespace RnnGen.Tests;

/// <summary>Saves that do not come to an end, and targets that are no files.</summary>
public class AtomicFileTests
{
    [Fact]
    public void WhatAKilledSaveLeftIsRemovedByTheNextToTheSameFile()
    {
        using TemporaryFolder folder = new();
        string[] others = [
            "model.rnngen-abcdefgh.tmp.bak", "model.rnngen-abc.tmp", "model2.rnngen-abcdefgh.tmp", "xmodel.rnngen-abcdefgh.tmp",
            "model.abcdefgh.tmp", "other.rnngen-abcdefgh.tmp", "model.rnngen-abcdefgh.tmp.rnngen-abcdefgh.tmp"
        ];
        foreach (string name in (string[])["model", "model.rnngen-abcdefgh.tmp", "model.rnngen-01234567.tmp", .. others])
            File.WriteAllText(folder[name], name);
        Save(folder["model"], "new");
        Assert.Equal([.. others.Append("model").Order(StringComparer.Ordinal)], folder.Files);
        Assert.Equal("new", File.ReadAllText(folder["model"]));
    }

    [Fact]
    public void WhatAnotherSaveIsWritingIsLeftToIt()
    {
        using TemporaryFolder folder = new();
        AtomicFile.Write(folder["model"], slow =>
        {
            slow.Write("slow, "u8);
            Save(folder["model"], "fast");
            Assert.Equal("fast", File.ReadAllText(folder["model"]));
            Assert.Equal(2, folder.Files.Length);
            slow.Write("but whole"u8);
        });
        Assert.Equal("slow, but whole", File.ReadAllText(folder["model"]));
        Assert.Equal(["model"], folder.Files);
    }

    [Fact]
    public async Task ManySavesAndReadersAtOnceSeeWholeFiles()
    {
        using TemporaryFolder folder = new();
        Save(folder["model"], new string('0', 10_000));
        using CancellationTokenSource end = new();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            while (!end.IsCancellationRequested)
                Assert.Single(File.ReadAllText(folder["model"]).Distinct());
        }))];
        await Task.WhenAll(Enumerable.Range(1, 4).Select(writer => Task.Run(() =>
        {
            for (int i = 0; i < 50; i++)
                Save(folder["model"], new string((char)('0' + writer), 10_000));
        })));
        await end.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(["model"], folder.Files);
        Assert.Equal(10_000, new FileInfo(folder["model"]).Length);
    }

    [Fact]
    public void WhatIsNoRegularFileIsNotReplaced()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["folder"]);
        Mount.Run("mkfifo", folder["pipe"]);
        string[] names = ["folder", "pipe"];
        if (Environment.IsPrivilegedProcess)
        {
            // /dev/full under another name: the test must not cost a machine its own.
            Mount.Run("mknod", folder["full"], "c", "1", "7");
            names = [.. names, "full"];
        }

        foreach (string name in names)
        {
            File.CreateSymbolicLink(folder[$"link to {name}"], folder[name]);
            foreach (string path in (string[])[folder[name], folder[$"link to {name}"]])
            {
                string message = Assert.Throws<IOException>(() => Save(path, "new")).Message;
                Assert.StartsWith($"'{path}' is not written, and is as it was: it is ", message, StringComparison.Ordinal);
                Assert.EndsWith(
                    name == "folder" ? "a folder." : "no regular file, but a device, a pipe or a socket.", message,
                    StringComparison.Ordinal);
            }

            Assert.Equal(name != "folder", File.Exists(folder[name]));
        }

        Assert.Equal(2 * names.Length, Directory.GetFileSystemEntries(folder.Path).Length);
    }

    [Fact]
    public void LinksAreFollowedToTheirEnd()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        File.CreateSymbolicLink(folder["a"], "b");
        File.CreateSymbolicLink(folder["b"], "c");
        Save(folder["a"], "new");
        Assert.Equal("b", new FileInfo(folder["a"]).LinkTarget);
        Assert.Equal("c", new FileInfo(folder["b"]).LinkTarget);
        Assert.Null(new FileInfo(folder["c"]).LinkTarget);
        Assert.Equal("new", File.ReadAllText(folder["c"]));
        File.Delete(folder["c"]);
        File.CreateSymbolicLink(folder["c"], "a");
        Assert.Throws<IOException>(() => Save(folder["a"], "newer"));
    }

    [Fact]
    public void AnEmptyFileIsReplacedAndKeepsItsMode()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder["model"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        Save(folder["model"], "new");
        Assert.Equal("new", File.ReadAllText(folder["model"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite, File.GetUnixFileMode(folder["model"]));
    }

    [Fact]
    public void AnEmptyFileThatSomebodyReadsIsReplaced()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["model"], "");
        using FileStream reader = new(folder["model"], FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Save(folder["model"], "new");
        Assert.Equal("new", File.ReadAllText(folder["model"]));
    }

    [Fact]
    public void AnUnfinishedFileIsReadByNobodyWhoMayNotReadTheOldOne()
    {
        if (OperatingSystem.IsWindows())
            return;
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["usual"], "");
        Save(folder["model"], "first");
        Assert.Equal(Mode(folder["usual"]), Mode(folder["model"]));
        File.SetUnixFileMode(folder["model"], UnixFileMode.UserRead);
        AtomicFile.Write(folder["model"], stream => Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(Assert.Single(Directory.GetFiles(folder.Path, "model.*.tmp")))));
        Assert.Equal(UnixFileMode.UserRead, Mode(folder["model"]));

        static UnixFileMode Mode(string path) => OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(path);
    }

    [Fact]
    public void AFailureKeepsItsKindAndCodeAndSaysThatTheFileIsUnharmed()
    {
        using TemporaryFolder folder = new();
        string start = $"'{folder["model"]}' is not written, and is as it was: ";
        IOException full = Assert.Throws<IOException>(() => AtomicFile.Write(folder["model"], _ => throw new IOException("Full.", 1234)));
        Assert.Equal((start + "Full.", 1234), (full.Message, full.HResult));
        var forbidden = Assert.Throws<UnauthorizedAccessException>(
            () => AtomicFile.Write(folder["model"], _ => throw new UnauthorizedAccessException("No.")));
        Assert.Equal(start + "No.", forbidden.Message);
        Assert.Empty(folder.Files);
    }

    [MountFact]
    public void AFullDiskLeavesTheOldFile()
    {
        using TemporaryFolder folder = new();
        using Mount mount = Mount.Memory(folder["disk"], "size=64k");
        string path = folder["disk/model"];
        LargeModel model = new(seed: 1);
        Save(path, "old");
        foreach (Action save in (Action[])[
            () => model.Save(path), () => model.CreateTrainer(new Adam()).Save(path),
            () => RtNeuralFile.Write(path, new(WeightFile.Tensors(model.Parameters)))
        ])
        {
            string message = Assert.Throws<IOException>(save).Message;
            Assert.StartsWith($"'{path}' is not written, and is as it was: No space left on device", message, StringComparison.Ordinal);
            Assert.Equal(["old"], Directory.GetFiles(folder["disk"]).Select(File.ReadAllText));
        }

        // What a killed save left there is in nobody's way.
        File.WriteAllBytes(path + ".rnngen-abcdefgh.tmp", new byte[56 << 10]);
        Save(path, new string('n', 20 << 10));
        Assert.Equal(20 << 10, new FileInfo(path).Length);
    }

    [MountFact]
    public void AFullDiskKeepsNothingOfAFileWhoseLastBytesWereStillInABuffer()
    {
        using TemporaryFolder folder = new();
        using Mount mount = Mount.Memory(folder["disk"], "size=64k");
        string path = folder["disk/model"];
        Save(path, "old");
        for (int piece = 1; piece < 10_000; piece += 311)
        {
            byte[] bytes = new byte[piece];
            string message = Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
            {
                for (int written = 0; written <= 64 << 10; written += piece)
                    stream.Write(bytes);
            })).Message;
            Assert.StartsWith($"'{path}' is not written, and is as it was: No space left on device", message, StringComparison.Ordinal);
            Assert.Equal(["old"], Directory.GetFiles(folder["disk"]).Select(File.ReadAllText));
        }
    }

    [MountFact]
    public void AFolderThatCannotBeWrittenToKeepsItsFile()
    {
        using TemporaryFolder folder = new();
        using Mount mount = Mount.Memory(folder["disk"], "size=64k");
        string path = folder["disk/model"];
        Save(path, "old");
        mount.MakeReadOnly();
        string message = Assert.Throws<IOException>(() => Save(path, "new")).Message;
        Assert.StartsWith($"'{path}' is not written, and is as it was: Read-only file system", message, StringComparison.Ordinal);
        Assert.Equal(["old"], Directory.GetFiles(folder["disk"]).Select(File.ReadAllText));
    }

    [Fact]
    public void AFolderWithoutTheRightToWriteKeepsItsFile()
    {
        // Root may write everywhere.
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
            return;
        using TemporaryFolder folder = new();
        Save(folder["model"], "old");
        File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Contains(
                "is as it was", Assert.Throws<UnauthorizedAccessException>(() => Save(folder["model"], "new")).Message,
                StringComparison.Ordinal);
            Assert.Equal(["model"], folder.Files);
            Assert.Equal("old", File.ReadAllText(folder["model"]));
        }
        finally
        {
            File.SetUnixFileMode(folder.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>What a disk has received when the save returns is all that a power failure would leave of it.</summary>
    [MountFact]
    public void APowerFailureAfterASaveLeavesTheNewFile()
    {
        using TemporaryFolder folder = new();
        using (FileStream image = File.Create(folder["image"]))
            image.SetLength(16 << 20);
        Mount.Run("mkfs.ext4", "-q", folder["image"]);
        using (Mount disk = Mount.Image(folder["disk"], folder["image"]))
        {
            Save(folder["disk/model"], "old");
            Save(folder["disk/model"], "new");
            File.Copy(folder["image"], folder["after the failure"]);
        }

        using Mount after = Mount.Image(folder["disk"], folder["after the failure"]);
        Assert.Equal("new", File.ReadAllText(folder["disk/model"]));
        Assert.DoesNotContain(Directory.GetFiles(folder["disk"]), path => path.EndsWith(".tmp", StringComparison.Ordinal));
    }

    private static void Save(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
