using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace RnnGen.Formats;

/// <summary>
/// One pass over a pickle before a library reads it. Of the opcodes those pass that PyTorch writes; of the classes those that tensors are
/// made of (<see cref="TorchObjects"/>), under names that nobody else registers; every length is one that the pickle has room for.
/// </summary>
internal sealed class PickleCheck
{
    private const string What = "The PyTorch file's pickle";

    private readonly byte[] pickle;
    private readonly ArrayBufferWriter<byte> checkedPickle = new();
    private int place;

    private PickleCheck(byte[] pickle) => this.pickle = pickle;

    /// <summary>The texts of the pickle with the number of those before: the order in which a dictionary was written.</summary>
    public Dictionary<string, int> Order { get; } = new(StringComparer.Ordinal);

    /// <summary>Checks a pickle.</summary>
    /// <param name="pickle">The whole pickle.</param>
    /// <param name="order">Receives <see cref="Order"/>.</param>
    /// <returns>The same pickle with the classes' names replaced.</returns>
    /// <exception cref="InvalidDataException">It asks for something that is not read.</exception>
    public static byte[] Run(byte[] pickle, out Dictionary<string, int> order)
    {
        PickleCheck check = new(pickle);
        check.Run();
        order = check.Order;
        return check.checkedPickle.WrittenSpan.ToArray();
    }

    private void Run()
    {
        // Every memo is one further, as pickles are written; then its table cannot be attacked.
        int memos = 0;
        while (true)
        {
            int start = place;
            byte opcode = Take(1)[0];
            switch ((char)opcode)
            {
                case '.':
                    checkedPickle.Write([opcode]);
                    return;
                case '\x80':
                    if (Take(1)[0] is var protocol and not 2)
                        throw Bad($"has protocol {protocol}; torch.save writes 2 unless it is told otherwise");
                    break;
                // MARK ) ] } t \x85 \x86 \x87 N \x88 \x89 e a u s R b \x81 Q: no operands.
                case '(' or ')' or ']' or 't' or '\x85' or '\x86' or '\x87' or 'N' or '\x88' or '\x89' or 'e' or 'a' or 'u' or 's' or 'R'
                    or 'b' or '\x81' or 'Q':
                    break;
                case '}':
                    WriteGlobal(TorchObjects.Dictionary);
                    checkedPickle.Write(")R"u8);
                    continue;
                case 'K' or 'h':
                    Take(1);
                    break;
                case 'q':
                    Memo(Take(1)[0], ref memos);
                    break;
                case 'M':
                    Take(2);
                    break;
                case 'J':
                    Take(4);
                    break;
                case 'j':
                    Take(4);
                    break;
                case 'r':
                    Memo(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), ref memos);
                    break;
                case 'G':
                    Take(8);
                    break;
                case '\x8a':
                    if (Take(1)[0] is var bytes and > 8)
                        throw Bad($"has an integer of {bytes} bytes, more than 8");
                    Take(pickle[place - 1]);
                    break;
                case 'X' or 'T':
                    Text(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)));
                    break;
                case 'U':
                    Text(Take(1)[0]);
                    break;
                case 'c':
                    string module = Line(), name = Line();
                    WriteGlobal(TorchObjects.Find(module, name)
                        ?? throw Bad($"asks for {FileText.Quote($"{module}.{name}")}, which is not run: a file of tensors is read, as "
                            + "torch.save(model.state_dict(), path) writes it"));
                    continue;
                default:
                    throw Bad($"has the opcode 0x{opcode:x2} at byte {start}, which a file of tensors does not need");
            }

            checkedPickle.Write(pickle.AsSpan(start, place - start));
        }
    }

    private static void Memo(uint index, ref int memos)
    {
        if (index > memos)
            throw Bad($"keeps an object under the number {index} after {memos} others");
        memos++;
    }

    private void Text(uint length)
    {
        string text = Encoding.UTF8.GetString(Take(length));
        Order.TryAdd(text, Order.Count);
    }

    private string Line()
    {
        int end = Array.IndexOf(pickle, (byte)'\n', place);
        if (end < 0)
            throw Bad("ends within the name of a class");
        string line = Encoding.UTF8.GetString(pickle, place, end - place);
        place = end + 1;
        return line;
    }

    private void WriteGlobal(string name) => checkedPickle.Write(Encoding.ASCII.GetBytes($"c{TorchObjects.Module}\n{name}\n"));

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > pickle.Length - place)
            throw Bad($"needs {count} bytes at byte {place}, and {pickle.Length - place} are left");
        place += (int)count;
        return pickle.AsSpan(place - (int)count, (int)count);
    }

    private static InvalidDataException Bad(string reason) => new($"{What} {reason}.");
}
