using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace RnnGen.Generated;

/// <summary>A state in JSON: its bytes in base 64.</summary>
/// <typeparam name="TState">The model's <c>State</c>.</typeparam>
/// <typeparam name="T">The model's numbers.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class StateConverter<TState, T> : JsonConverter<TState>
    where TState : struct, IRnnState<T>
    where T : unmanaged
{
    /// <inheritdoc/>
    /// <exception cref="JsonException">It is no state of this model; the message says what was expected and what came.</exception>
    public override TState Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out byte[]? bytes))
            throw new JsonException($"A state is a string in base 64, but this is {reader.TokenType}.");
        try
        {
            return StateBytes.Read<TState, T>(bytes);
        }
        catch (InvalidDataException problem)
        {
            throw new JsonException(problem.Message, problem);
        }
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, TState value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        byte[] bytes = new byte[StateBytes.LengthOf<TState, T>()];
        StateBytes.Write<TState, T>(value, bytes);
        writer.WriteBase64StringValue(bytes);
    }
}
