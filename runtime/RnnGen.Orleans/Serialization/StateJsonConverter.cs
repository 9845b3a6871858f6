using Newtonsoft.Json;

namespace RnnGen.Orleans.Serialization;

/// <summary>States in storage that Orleans writes as JSON, as it does by default: <see cref="StateBytes"/> in base 64.</summary>
internal sealed class StateJsonConverter : JsonConverter
{
    public override bool CanConvert(Type objectType) => StateCodecs.NumbersOf(objectType) is not null;

    public override void WriteJson(JsonWriter writer, object? value, JsonSerializer serializer) =>
        writer.WriteValue(System.Text.Json.JsonSerializer.SerializeToElement(value, value!.GetType()).GetString());

    public override object? ReadJson(JsonReader reader, Type objectType, object? existingValue, JsonSerializer serializer)
    {
        try
        {
            return System.Text.Json.JsonSerializer.Deserialize(JsonConvert.ToString(reader.Value), objectType);
        }
        catch (System.Text.Json.JsonException error)
        {
            throw new JsonSerializationException(error.Message, error);
        }
    }
}
