using System.Buffers.Binary;

namespace RnnGen.Formats;

/// <summary>
/// One pass over the structure of an HDF5 file before a library reads it: groups, headers and heaps lie within the file, each group is in
/// one place, and everything is in the file itself. Soft links, which may lead round in circles, links and data that lead to other files,
/// and chunks are refused: Keras writes none of them.
/// </summary>
/// <remarks>The names are those of the "HDF5 File Format Specification Version 3.0".</remarks>
internal sealed class Hdf5Check
{
    private const int MostDepth = 32;

    private readonly byte[] file;
    private readonly string what;
    private readonly HashSet<long> seen = [];
    private long headerBytes;

    private Hdf5Check(byte[] file, string what) => (this.file, this.what) = (file, what);

    /// <exception cref="InvalidDataException">Something leads out of the file, round in circles, or is not what Keras writes.</exception>
    public static void Run(byte[] file, string what)
    {
        Hdf5Check check = new(file, what);
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, .. "HDF\r\n"u8, 0x1A, (byte)'\n']))
            throw check.Bad("it does not begin as an HDF5 file does");
        int version = check.At(8, 1)[0];
        bool isOld = version < 2;
        if (version > 3 || check.At(isOld ? 13 : 9, 2) is not [8, 8])
            throw check.Bad("its superblock has another version, or addresses that do not have 8 bytes");
        if (check.Address(isOld ? version == 0 ? 24 : 28 : 12) != 0)
            throw check.Bad("its addresses do not begin at 0");
        if (isOld)
            check.VisitEntry(version == 0 ? 56 : 60, 0);
        else
            check.VisitObject(check.Address(36), 0);
    }

    /// <summary>A symbol table entry: name, address of the object, kind.</summary>
    private void VisitEntry(long place, int depth)
    {
        long kind = Number(place + 16, 4);
        if (kind > 1)
            throw Bad("it has a soft link");
        VisitObject(Address(place + 8), depth);
        if (kind == 0)
            return;
        // A group's entry repeats where its tree and its names are.
        CheckHeap(Address(place + 32));
        if (!seen.Contains(Address(place + 24)))
            throw Bad("a group has two trees");
    }

    private void VisitObject(long address, int depth)
    {
        if (depth > MostDepth)
            throw Bad($"groups lie deeper than {MostDepth} within each other");
        if (!seen.Add(address))
            throw Bad("an object is in two places");
        Queue<(long Start, long Length)> blocks = new();
        bool isNew = At(address, 4).SequenceEqual("OHDR"u8);
        int flags = isNew ? At(address + 5, 1)[0] : 0;
        if (isNew)
        {
            int field = 1 << (flags & 3);
            long start = address + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
            blocks.Enqueue((start + field, Number(start, field)));
        }
        else if (At(address, 1)[0] == 1)
        {
            blocks.Enqueue((address + 16, Number(address + 8, 4)));
        }
        else
        {
            throw Bad($"no object begins at byte {address}");
        }

        while (blocks.TryDequeue(out var block))
        {
            // A length of eight bytes may be below 0, and would leave the header unseen.
            if (block.Length < 0
                || block.Length > file.Length - block.Start
                || (headerBytes += block.Length) > file.Length)
                throw Bad($"the header of the object at byte {address} is longer than the file");
            int head = isNew ? 4 + ((flags & 4) != 0 ? 2 : 0) : 8;
            for (long place = block.Start, end = block.Start + block.Length; end - place >= head;)
            {
                int type = isNew ? At(place, 1)[0] : (int)Number(place, 2);
                long size = Number(place + (isNew ? 1 : 2), 2);
                bool isShared = (At(place + (isNew ? 3 : 4), 1)[0] & 2) != 0;
                place += head;
                if (size > end - place)
                    throw Bad($"a message of the object at byte {address} is longer than its header");
                if (isShared)
                    throw Bad($"the object at byte {address} shares a message with another");
                if (type == 0x10)
                    blocks.Enqueue(Continuation(place, size, isNew));
                else
                    VisitMessage(type, place, (int)size, depth);
                place += size;
            }
        }
    }

    private (long Start, long Length) Continuation(long place, long size, bool isNew)
    {
        if (size < 16)
            throw Bad("a header goes on nowhere");
        long start = Address(place), length = Address(place + 8);
        // In the newer form a signature stands in front and a checksum behind.
        return isNew ? (start + 4, Math.Max(length - 8, 0)) : (start, length);
    }

    private void VisitMessage(int type, long place, int size, int depth)
    {
        ReadOnlySpan<byte> message = At(place, size);
        switch (type)
        {
            case 0x02 when message is [_, var flags, ..] && Number(place + 2 + ((flags & 1) != 0 ? 8 : 0), 8) is not -1:
                throw Bad("a group has its links in a heap, as files of HDF5's latest version may");
            case 0x03:
                CheckType(message, 0);
                break;
            // The old fill value has its length in front; the newer one two or four bytes later.
            case 0x04 when size < 4 || Number(place, 4) > size - 4:
                throw Bad("a fill value is longer than its message");
            case 0x05:
                CheckFill(place, message);
                break;
            case 0x06:
                VisitLink(place, message, depth);
                break;
            case 0x07:
                throw Bad("a dataset has its numbers in another file");
            case 0x08:
                CheckLayout(place, message);
                break;
            case 0x0C:
                CheckAttribute(place, message);
                break;
            case 0x11:
                if (size < 16)
                    throw Bad("a group has no table");
                CheckHeap(Address(place + 8));
                VisitNode(Address(place), null, depth);
                break;
            case 0x15 when message is [_, var flags, ..] && Number(place + 2 + ((flags & 1) != 0 ? 2 : 0), 8) is not -1:
                throw Bad("an object has its attributes in a heap, as files of HDF5's latest version may");
        }
    }

    private void CheckFill(long place, ReadOnlySpan<byte> message)
    {
        (int field, bool isDefined) = message switch
        {
            [1 or 2, _, _, var defined, ..] => (4, message[0] == 1 || defined == 1),
            [3, var flags, ..] => (2, (flags & 0x20) != 0),
            _ => throw Bad("a fill value has another version"),
        };
        if (isDefined && (message.Length < field + 4 || Number(place + field, 4) > message.Length - field - 4))
            throw Bad("a fill value is longer than its message");
    }

    private void VisitLink(long place, ReadOnlySpan<byte> message, int depth)
    {
        if (message is not [1, var flags, ..])
            throw Bad("a link has another version");
        int at = 2;
        if ((flags & 8) != 0 && At(place + at++, 1)[0] != 0)
            throw Bad("it has a soft link, or one to another file");
        at += ((flags & 4) != 0 ? 8 : 0) + ((flags & 0x10) != 0 ? 1 : 0);
        int field = 1 << (flags & 3);
        long length = Number(place + at, field);
        if (length < 0 || length > message.Length - at - field - 8)
            throw Bad("a link's name is longer than the link");
        VisitObject(Address(place + at + field + length), depth + 1);
    }

    private void CheckLayout(long place, ReadOnlySpan<byte> message)
    {
        if (message is not [3 or 4, 0 or 1, ..])
            throw Bad("a dataset is neither in one piece nor in its header, as Keras writes them");
        bool isContiguous = message[1] == 1;
        long start = isContiguous ? Number(place + 2, 8) : place + 4;
        long length = isContiguous ? Number(place + 10, 8) : Number(place + 2, 2);
        // What has never been written has no address.
        if (start == -1 ? length != 0 : start < 0 || length < 0 || length > file.Length - start)
            throw Bad("a dataset lies outside of the file");
    }

    private void CheckAttribute(long place, ReadOnlySpan<byte> message)
    {
        if (message is not [1 or 2 or 3, var flags, ..] || message.Length < 8 || (message[0] > 1 && flags != 0))
            throw Bad("an attribute has another version, or shares its type");
        int name = (int)Number(place + 2, 2), type = (int)Number(place + 4, 2), space = (int)Number(place + 6, 2);
        int start = message[0] == 3 ? 9 : 8;
        // The first version pads to whole 8 bytes.
        bool isPadded = message[0] == 1;
        int Padded(int length) => isPadded ? (length + 7) / 8 * 8 : length;
        int typeStart = start + Padded(name), data = typeStart + Padded(type) + Padded(space);
        if (data > message.Length || type < 8)
            throw Bad("an attribute is longer than its message");
        CheckType(message.Slice(typeStart, type), 0);
        UInt128 bytes = CountOf(message.Slice(typeStart + Padded(type), space))
            * BinaryPrimitives.ReadUInt32LittleEndian(message[(typeStart + 4)..]);
        if (bytes > (UInt128)(message.Length - data))
            throw Bad("an attribute's values are longer than its message");
        if ((message[typeStart] & 15) == 9)
        {
            for (int i = data; i + 16 <= message.Length; i += 16)
                CheckGlobalHeap(Number(place + i + 4, 8));
        }
    }

    /// <summary>The number of elements of a dataspace.</summary>
    private UInt128 CountOf(ReadOnlySpan<byte> space)
    {
        int start = space is [1, ..] ? 8 : 4;
        if (space is not [1 or 2, <= 32 and var rank, ..] || space.Length < start + (8 * rank))
            throw Bad("an attribute has a broken shape");
        // In the second version, kind 2 is a shape without elements.
        UInt128 count = space is [2, _, _, 2, ..] ? 0U : 1U;
        for (int i = 0; i < rank; i++)
        {
            ulong size = BinaryPrimitives.ReadUInt64LittleEndian(space[(start + (8 * i))..]);
            count = size > (ulong)file.Length ? throw Bad("an attribute has a broken shape") : count * size;
            if (count > (UInt128)file.Length)
                throw Bad("an attribute has a broken shape");
        }

        return count;
    }

    /// <summary>Only simple types: others nest, and reading them could nest without end.</summary>
    private void CheckType(ReadOnlySpan<byte> type, int depth)
    {
        if (type.Length < 8 || depth > 1)
            throw Bad("a type is broken, or made of others");
        int kind = type[0] & 15;
        if (kind is 8 or 9)
            CheckType(type[8..], depth + 1);
        else if (kind is not (0 or 1 or 3 or 4 or 5 or 7))
            throw Bad("a type is made of others");
    }

    /// <summary>The texts of attributes.</summary>
    private void CheckGlobalHeap(long address)
    {
        if (address is 0 or -1)
            return;
        if (!At(address, 4).SequenceEqual("GCOL"u8))
            throw Bad("a text is nowhere");
        long size = Address(address + 8);
        if (size < 16 || size > file.Length - address)
            throw Bad("a heap is longer than the file");
        if (!seen.Add(address))
            return;
        for (long place = address + 16; place + 16 <= address + size && Number(place, 2) != 0;)
        {
            long length = Number(place + 8, 8);
            if (length < 0 || length > address + size - place - 16)
                throw Bad("a text is longer than its heap");
            place += 16 + ((length + 7) / 8 * 8);
        }
    }

    /// <summary>The names of a group's entries.</summary>
    private void CheckHeap(long address)
    {
        if (!At(address, 4).SequenceEqual("HEAP"u8))
            throw Bad("a group has no names");
        if (Address(address + 8) > file.Length - Address(address + 24))
            throw Bad("a heap is longer than the file");
    }

    /// <summary>A node of a group's tree, or its leaf, a symbol table.</summary>
    private void VisitNode(long address, int? level, int depth)
    {
        if (!seen.Add(address))
            throw Bad("a node is in two places");
        if (level == -1)
        {
            if (!At(address, 4).SequenceEqual("SNOD"u8))
                throw Bad("a group has no entries where they belong");
            for (long i = 0, count = Number(address + 6, 2); i < count; i++)
                VisitEntry(address + 8 + (40 * i), depth + 1);
            return;
        }

        if (!At(address, 5).SequenceEqual("TREE\0"u8) || (level is { } wanted && At(address + 5, 1)[0] != wanted))
            throw Bad("a group's tree is broken");
        int own = At(address + 5, 1)[0];
        if (own > MostDepth)
            throw Bad($"a group's tree has {own} levels");
        // A root has nobody beside it.
        if (level is null && (Number(address + 8, 8) != -1 || Number(address + 16, 8) != -1))
            throw Bad("a group's tree has two roots");
        for (long i = 0, count = Number(address + 6, 2); i < count; i++)
            VisitNode(Address(address + 32 + (16 * i)), own - 1, depth);
    }

    private long Number(long place, int bytes)
    {
        ReadOnlySpan<byte> field = At(place, bytes);
        return bytes switch
        {
            1 => field[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(field),
            4 => BinaryPrimitives.ReadUInt32LittleEndian(field),
            _ => BinaryPrimitives.ReadInt64LittleEndian(field),
        };
    }

    /// <summary>An address or a length, which is no more than the file's.</summary>
    private long Address(long place) =>
        Number(place, 8) is >= 0 and var address && address <= file.Length ? address : throw Bad($"byte {place} leads out of the file");

    private ReadOnlySpan<byte> At(long place, int count) =>
        place >= 0 && place <= file.Length - count ? file.AsSpan((int)place, count) : throw Bad($"it ends before byte {place + count}");

    private InvalidDataException Bad(string reason) => new($"{what} is broken: {reason}.");
}
