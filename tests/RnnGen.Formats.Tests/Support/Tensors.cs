namespace RnnGen.Formats.Tests;

/// <summary>What tests ask of a tensor.</summary>
internal static class Tensors
{
    public static double[] Values(this SafetensorsTensor tensor)
    {
        double[] values = new double[tensor.Count];
        tensor.CopyTo<double>(values);
        return values;
    }

    /// <summary>A list of name, type and shape.</summary>
    public static string[] Lines(this SafetensorsFile file) =>
        [.. file.Tensors.Select(t => $"{t.Name} {t.Type} [{string.Join(", ", t.Shape.ToArray())}]")];

    public static string Refusal(Action read) => Assert.Throws<InvalidDataException>(read).Message;
}
