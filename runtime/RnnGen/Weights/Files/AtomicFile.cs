using Microsoft.Win32.SafeHandles;

namespace RnnGen;

/// <summary>
/// Replaces files as a whole: whenever a process is killed, a disk is full or the power fails, a file is the old one or the new one.
/// </summary>
/// <remarks>
/// The new file is written beside the old one, as <c>NAME.rnngen-xxxxxxxx.tmp</c>, and renamed once everything is on the disk. A process
/// that was killed leaves such a file behind; the next save to the same target removes it. It is told from one that another process is
/// writing by that process's lock, which ends with the process.
/// <para>
/// .NET cannot open a folder to sync it. The renamed file is synced once more instead: its new name is in its file system's journal (ext4,
/// XFS, btrfs, APFS), and syncing the file writes that.
/// </para>
/// </remarks>
internal static class AtomicFile
{
    private const string Infix = ".rnngen-", Suffix = ".tmp";
    private const int RandomLength = 8;
    private const int Attempts = 3;

    /// <summary>Writes a file.</summary>
    /// <param name="path">An existing regular file, which keeps its Unix mode, or a new one. A symbolic link stays one: the file at its end
    /// is replaced.</param>
    /// <param name="write">Writes the content.</param>
    /// <exception cref="IOException">The path is a folder, a device, a pipe or a socket, or there was no room: the message says so, and the
    /// path is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be written to. The path is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            Replace(Target(path), write);
        }
        catch (IOException problem)
        {
            string message = Unharmed(path, problem);
            throw problem is DirectoryNotFoundException
                ? new DirectoryNotFoundException(message, problem)
                : new IOException(message, problem) { HResult = problem.HResult };
        }
        catch (UnauthorizedAccessException problem)
        {
            throw new UnauthorizedAccessException(Unharmed(path, problem), problem);
        }
    }

    private static void Replace(string target, Action<Stream> write)
    {
        UnixFileMode? mode = OperatingSystem.IsWindows() || !File.Exists(target) ? null : File.GetUnixFileMode(target);
        using FileStream stream = Create(target, mode, out SafeFileHandle used);
        using SafeFileHandle isUsed = used;
        string temporary = stream.Name;
        try
        {
            RemoveOrphans(target, temporary);
            write(stream);
            if (mode is { } kept && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(stream.SafeFileHandle, kept);
            stream.Flush(flushToDisk: true);
            stream.Dispose();
            File.Move(temporary, target, overwrite: true);
            // Windows has the rename in its own journal, and would want the right to write.
            if (!OperatingSystem.IsWindows())
                RandomAccess.FlushToDisk(used);
        }
        catch
        {
            // A full disk has no room either for what is still in the stream's buffer: then this throws again.
            try
            {
                stream.Dispose();
            }
            finally
            {
                File.Delete(temporary);
            }

            throw;
        }
    }

    /// <summary>A new file beside the target, whose content nobody may read who may not read the target's.</summary>
    /// <param name="target">The target.</param>
    /// <param name="mode">Its mode; null for a new one.</param>
    /// <param name="used">
    /// Outlives the stream, so that the file counts as used until it has its name; having no right to write, it is in no reader's way after
    /// that.
    /// </param>
    private static FileStream Create(string target, UnixFileMode? mode, out SafeFileHandle used)
    {
        FileStreamOptions options =
            new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete };
        if (mode is not null && !OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        for (int attempt = 1; ; attempt++)
        {
            FileStream? stream = null;
            try
            {
                stream = new(target + Infix + Path.GetRandomFileName()[..RandomLength] + Suffix, options);
                used = File.OpenHandle(stream.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                return stream;
            }
            catch (IOException) when (attempt < Attempts)
            {
                // Another save may take the file for an orphan between its creation and its lock; it is gone then.
                stream?.Dispose();
            }
        }
    }

    /// <summary>Removes what killed saves to the same target left.</summary>
    /// <param name="target">The target.</param>
    /// <param name="own">The file that is being written. If that does not count as used, this file system has no locks, and nothing is
    /// known of the others.</param>
    private static void RemoveOrphans(string target, string own)
    {
        if (!IsUsed(own))
            return;
        string start = Path.GetFileName(target) + Infix;
        EnumerationOptions options = new() { AttributesToSkip = FileAttributes.None };
        try
        {
            foreach (string path in Directory.EnumerateFiles(
                Path.GetDirectoryName(target)!, $"*{Infix}{new string('?', RandomLength)}{Suffix}", options))
            {
                string name = Path.GetFileName(path);
                if (name.Length == start.Length + RandomLength + Suffix.Length && name.StartsWith(start, StringComparison.Ordinal))
                    RemoveUnused(path);
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            // Somebody else's, or gone already. What it would have freed is no reason not to save.
        }
    }

    private static bool IsUsed(string path) => !TryLock(path, _ => { });

    /// <summary>Removed under the lock, so that no save can begin to use the file meanwhile.</summary>
    private static void RemoveUnused(string path) => TryLock(path, File.Delete);

    private static bool TryLock(string path, Action<string> locked)
    {
        try
        {
            // With the right to write, opening a pipe does not wait for its other end. Windows locks what is not shared, and must share
            // that it is removed.
            using SafeFileHandle handle = File.OpenHandle(
                path, FileMode.Open, FileAccess.ReadWrite, OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None);
            locked(path);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The file to be replaced, at the end of all links.</summary>
    private static string Target(string path)
    {
        FileInfo file = new(path);
        FileInfo target = file.LinkTarget is null ? file : (FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!;
        if (Directory.Exists(target.FullName))
            throw new IOException("it is a folder.");
        if (target.Exists && !IsRegular(target))
            throw new IOException("it is no regular file, but a device, a pipe or a socket.");
        return target.FullName;
    }

    /// <summary>.NET does not say what a file is; but of those that have no length, only regular ones can be given one.</summary>
    private static bool IsRegular(FileInfo file)
    {
        if (file.Length > 0 || OperatingSystem.IsWindows())
            return true;
        try
        {
            using SafeFileHandle handle =
                File.OpenHandle(file.FullName, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(handle, 0);
            return true;
        }
        catch (Exception problem) when (problem is IOException or NotSupportedException or ArgumentException)
        {
            return false;
        }
    }

    private static string Unharmed(string path, Exception problem) => $"'{path}' is not written, and is as it was: {problem.Message}";
}
