using System.Buffers;
using System.Collections.Concurrent;
using System.IO.MemoryMappedFiles;
using System.Runtime.CompilerServices;

namespace RnnGen;

/// <summary>
/// A file of numbers as memory that the operating system pages in: it may be larger than what there is. Its <c>Memory</c> is for
/// <see cref="SymbolStream"/> and <see cref="Sequences.Series"/>. The file must not change meanwhile; it is open until it is disposed.
/// </summary>
/// <remarks>
/// The file has the numbers one behind the other and nothing else, as a little-endian machine keeps them: what NumPy's <c>tofile</c> writes
/// of <c>int32</c>, <c>float32</c> or <c>float64</c>.
/// </remarks>
/// <typeparam name="T"><see cref="int"/> for symbols, otherwise <see cref="float"/> or <see cref="double"/>.</typeparam>
public sealed unsafe class MappedFile<T> : MemoryManager<T> where T : unmanaged
{
    // What is open is not collected: spans of it may be in use when nothing else is.
    private static readonly ConcurrentDictionary<MappedFile<T>, bool> Open = [];

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly T* first;
    private readonly int length;
    private bool isDisposed;

    /// <summary>Opens a file, or a part of it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="start">The first number, at least 0.</param>
    /// <param name="count">The count of numbers, at least 1; null for all that follow, of which memory has 2,147,483,591 at most.</param>
    /// <exception cref="ArgumentOutOfRangeException">The file does not have these numbers.</exception>
    /// <exception cref="InvalidDataException">The file is empty, has no whole numbers, or more than memory can have.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine is big-endian.</exception>
    public MappedFile(string path, long start = 0, int? count = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        if (count is { } wanted)
            ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, nameof(count));
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("Mapped files are little-endian, and this machine is not.");
        int size = Unsafe.SizeOf<T>();
        long bytes = new FileInfo(path).Length, all = bytes / size;
        if (bytes == 0 || bytes % size != 0)
            throw new InvalidDataException($"{path} has {bytes} bytes; expected numbers of {size} bytes each, and at least one.");
        if (start >= all || start + (count ?? 1) > all)
            throw new ArgumentOutOfRangeException(
                nameof(start), start, $"{path} has {all} numbers, and not {count ?? 1} from number {start} on.");
        if (count is null && all - start > Array.MaxLength)
            throw new InvalidDataException(
                $"{path} has {all - start} numbers from number {start} on, more than the {Array.MaxLength} that memory can have: open it "
                + "in parts, by start and count.");
        length = count ?? (int)(all - start);
        file = MemoryMappedFile.CreateFromFile(
            new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read), null, 0, MemoryMappedFileAccess.Read,
            HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(start * size, (long)length * size, MemoryMappedFileAccess.Read);
        byte* place = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref place);
        first = (T*)(place + view.PointerOffset);
        Open[this] = true;
    }

    /// <inheritdoc/>
    /// <exception cref="ObjectDisposedException">The file is no longer open.</exception>
    public override Span<T> GetSpan()
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        return new(first, length);
    }

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length, nameof(elementIndex));
        return new(first + elementIndex);
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (isDisposed || !disposing)
            return;
        isDisposed = true;
        Open.TryRemove(this, out _);
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }
}
