using Google.Protobuf;
using RnnGen.Onnx.Protos;

namespace RnnGen.Onnx;

/// <summary>Reads ONNX files, as bytes of which nothing is believed.</summary>
internal static class OnnxFile
{
    /// <summary>Files larger than this are refused, as Protobuf itself does.</summary>
    public const int MaxLength = int.MaxValue - 64;

    public static ModelProto Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (new FileInfo(path).Length > MaxLength)
            throw new InvalidDataException($"{path} is larger than the {MaxLength} bytes that a Protobuf message may have.");
        return Read(File.ReadAllBytes(path));
    }

    /// <exception cref="InvalidDataException">It is no Protobuf message, or one without a graph.</exception>
    public static ModelProto Read(byte[] file)
    {
        ModelProto model;
        try
        {
            // Protobuf's own limit of 100 nested messages allows 33 graphs inside each other.
            model = ModelProto.Parser.WithDiscardUnknownFields(true).ParseFrom(file);
        }
        catch (InvalidProtocolBufferException problem)
        {
            throw new InvalidDataException($"This is no ONNX file: {problem.Message}", problem);
        }

        return model.Graph is null ? throw new InvalidDataException("This is no ONNX file: it has no graph.") : model;
    }
}
