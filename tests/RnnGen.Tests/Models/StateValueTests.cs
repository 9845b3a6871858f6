using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text.Json;

namespace RnnGen.Tests.Models;

[RnnModel(Steps = 4)]
[Input(3)]
[Rnn<Lstm>(5, Name = "memory")]
[Conv1d(2, Kernel = 2, Name = "recent")]
[Dense(2), SquaredError]
public sealed partial class Remembering;

/// <summary>The same declaration under another name.</summary>
[RnnModel(Steps = 9)]
[Input(3)]
[Rnn<Lstm>(5, Name = "memory")]
[Conv1d(2, Kernel = 2, Name = "recent")]
[Dense(2), SquaredError]
public sealed partial class RememberingAgain;

/// <summary>As many numbers of other equations.</summary>
[RnnModel(Steps = 4)]
[Input(3)]
[Rnn<Lstm>(5, Name = "memory", Activation = Activation.Relu)]
[Conv1d(2, Kernel = 2, Name = "recent")]
[Dense(2), SquaredError]
public sealed partial class RememberingOtherwise;

[RnnModel(Steps = 4, Precision = Precision.Double)]
[Input(3)]
[Rnn<Lstm>(5, Name = "memory")]
[Conv1d(2, Kernel = 2, Name = "recent")]
[Dense(2), SquaredError]
public sealed partial class RememberingMore;

/// <summary>A state is a value: compared, kept in dictionaries, written and read.</summary>
public class StateValueTests
{
    private static readonly int Bytes = StateBytes.LengthOf<Remembering.State, float>();

    [Fact]
    public void StatesAreEqualIfAllNumbersHaveTheSameBits()
    {
        Remembering.State state = After(1), same = After(1), other = After(2);
        Assert.Equal(state, same);
        Assert.True(state == same && !(state != same) && state.Equals((object)same));
        Assert.Equal(state.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(state, other);
        Assert.False(state.Equals("no state"));
        for (int i = 0; i < Remembering.StateSize; i++)
        {
            float[] numbers = new float[Remembering.StateSize];
            same.CopyTo(numbers);
            numbers[i] = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(numbers[i]) ^ 1);
            Remembering.State changed = default;
            changed.CopyFrom(numbers);
            Assert.False(changed == state);
        }

        // Bits, and not values: 0 and −0 go on differently, and a NaN is itself.
        Remembering.State negative = default;
        negative.MemoryH[0] = -0f;
        Assert.False(negative == default);
        negative.MemoryH[0] = float.NaN;
        Remembering.State copy = negative;
        Assert.True(copy == negative);
    }

    [Fact]
    public void PaddingIsNoPartOfAState()
    {
        Remembering.State state = After(1), same = state;
        state.Padded[15] = 7;
        Assert.Equal(state, same);
        Assert.Equal(state.GetHashCode(), same.GetHashCode());
    }

    [Fact]
    public void StatesServeAsValuesOfDictionariesAndRecords()
    {
        ConcurrentDictionary<string, Remembering.State> streams = new();
        Remembering.State before = After(1), after = After(2);
        streams["a"] = before;
        Assert.True(streams.TryUpdate("a", after, before));
        Assert.False(streams.TryUpdate("a", before, before));
        Assert.Equal(new Session("a", before), new Session("a", After(1)));
        Assert.Equal(2, new HashSet<Remembering.State> { before, after, After(1) }.Count);
    }

    [Fact]
    public void AStateGoesThroughJson()
    {
        Session session = new("a", After(3));
        Assert.Equal(session, JsonSerializer.Deserialize<Session>(JsonSerializer.Serialize(session)));
        string other = JsonSerializer.Serialize(default(RememberingOtherwise.State));
        Assert.Contains(
            "another network's", Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Remembering.State>(other)).Message,
            StringComparison.Ordinal);
        foreach (string bad in new[] { "1", "\"?\"", "\"\"", "null", "[]" })
            Assert.Throws<JsonException>(() => JsonSerializer.Deserialize<Remembering.State>(bad));
    }

    [Fact]
    public void ADeclarationTakesItsStatesAndNoOther()
    {
        byte[] bytes = Write(After(3));
        Assert.Equal(Bytes, bytes.Length);
        Assert.Equal(After(3), StateBytes.Read<Remembering.State, float>(bytes));
        float[] here = new float[Remembering.StateSize], there = new float[Remembering.StateSize];
        After(3).CopyTo(here);
        StateBytes.Read<RememberingAgain.State, float>(bytes).CopyTo(there);
        Assert.Equal(here, there);
        Assert.Equal(Remembering.StateSize, Remembering.State.Size);
        Assert.Contains(
            $"it has {Remembering.StateSize} numbers and the fingerprint {Remembering.State.Fingerprint:x16}",
            Assert.Throws<InvalidDataException>(() => StateBytes.Read<RememberingOtherwise.State, float>(bytes)).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "numbers have 4 bytes, and the model's 8",
            Assert.Throws<InvalidDataException>(() => StateBytes.Read<RememberingMore.State, double>(bytes)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenBytesAreRefused()
    {
        byte[] bytes = Write(After(3));
        for (int length = 0; length < bytes.Length; length++)
            Assert.Throws<InvalidDataException>(() => StateBytes.Read<Remembering.State, float>(bytes.AsSpan(0, length)));
        Assert.Throws<InvalidDataException>(() => StateBytes.Read<Remembering.State, float>([.. bytes, 0]));
        for (int place = 0; place < 20; place++)
        {
            byte[] broken = [.. bytes];
            broken[place] ^= 0x40;
            Assert.Throws<InvalidDataException>(() => StateBytes.Read<Remembering.State, float>(broken));
        }

        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(24), float.NaN);
        Assert.Contains(
            "cannot be used", Assert.Throws<InvalidDataException>(() => StateBytes.Read<Remembering.State, float>(bytes)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => StateBytes.Write<Remembering.State, float>(default, new byte[Bytes + 1]));
    }

    [Fact]
    public void BytesAllocateNothing()
    {
        byte[] bytes = new byte[Bytes + 1];
        Remembering.State state = After(1);
        // Also where they begin at an odd place.
        Allocations.AssertNone(() =>
        {
            StateBytes.Write<Remembering.State, float>(state, bytes.AsSpan(1));
            state = StateBytes.Read<Remembering.State, float>(bytes.AsSpan(1));
        });
        Assert.Equal(After(1), state);
    }

    private static byte[] Write(Remembering.State state)
    {
        byte[] bytes = new byte[Bytes];
        StateBytes.Write<Remembering.State, float>(state, bytes);
        return bytes;
    }

    private static Remembering.State After(int steps)
    {
        Remembering model = new(seed: 1);
        Remembering.State state = default;
        float[] output = new float[Remembering.OutputSize];
        for (int step = 0; step < steps; step++)
            model.Step([step, 1, -0.5f], ref state, output);
        return state;
    }

    private sealed record Session(string Name, Remembering.State State);
}
