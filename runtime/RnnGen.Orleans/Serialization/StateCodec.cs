using System.Buffers;
using Orleans.Serialization.Buffers;
using Orleans.Serialization.Cloning;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.WireProtocol;

namespace RnnGen.Orleans.Serialization;

/// <summary>A state as <see cref="StateBytes"/>, so that another network's is refused by name; a copy is an assignment.</summary>
internal sealed class StateCodec<TState, T> : IFieldCodec<TState>, IDeepCopier<TState>
    where TState : struct, IRnnState<T>
    where T : unmanaged
{
    public void WriteField<TBufferWriter>(ref Writer<TBufferWriter> writer, uint fieldIdDelta, Type? expectedType, TState value)
        where TBufferWriter : IBufferWriter<byte>
    {
        ReferenceCodec.MarkValueField(writer.Session);
        writer.WriteFieldHeader(fieldIdDelta, expectedType, typeof(TState), WireType.LengthPrefixed);
        int length = StateBytes.LengthOf<TState, T>();
        writer.WriteVarUInt32((uint)length);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        StateBytes.Write<TState, T>(value, bytes.AsSpan(0, length));
        writer.Write(bytes.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(bytes);
    }

    public TState ReadValue<TInput>(ref Reader<TInput> reader, Field field)
    {
        ReferenceCodec.MarkValueField(reader.Session);
        field.EnsureWireType(WireType.LengthPrefixed);
        uint length = reader.ReadVarUInt32();
        // A longer one is another network's: its header and one byte too many suffice to say so.
        int read = (int)Math.Min(length, (uint)StateBytes.LengthOf<TState, T>() + 1);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(read);
        try
        {
            reader.ReadBytes(bytes.AsSpan(0, read));
            return StateBytes.Read<TState, T>(bytes.AsSpan(0, read));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    public TState DeepCopy(TState input, CopyContext context) => input;
}
