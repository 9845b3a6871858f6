using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>
/// Writes the class of a model's weights in fewer bytes, and the method that makes one. It is used as the model is; its kernels are written
/// as the model's are.
/// </summary>
/// <param name="writer">The writer of the model's class.</param>
/// <param name="model">The model with its matrices in that format.</param>
internal sealed class CompressedWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string name = model.Format.Name;
    private readonly string declared = model.Declaration.Name.Text;

    public void Write()
    {
        string bits = $"{model.Format.Bits} bits";
        string table = Api.OfKernels(model, "Parameters.Table"), length = Api.OfKernels(model, "Parameters.Length");
        string scaled = model.Format.HeadRows > 0 ? " with a scale for each row" : "";
        writer.Summary($"Copies the weights as they are now, those of matrices in {bits}.");
        writer.Exception("InvalidOperationException", "A parameter is not finite, or too large; the message names it.");
        writer.Line(Api.GeneratedCode);
        writer.Line($"public {name} {model.Format.Method}() => new({Weights}.Of(\n    {table}, {length}, Parameters));\n");
        writer.Summary($"{declared} with the weights of its matrices in {bits}: to be used, not to be trained. "
            + $"Its states are those of {declared}.");
        writer.Line(Api.GeneratedCode);
        using (writer.Block($"public sealed partial class {name} : {Api.Inference(model)}"))
        {
            writer.Line($"""
                /// <summary>Bytes that the weights take in memory.</summary>
                public const long ByteCount = {4L * model.WeightCount};

                private readonly {Weights} weights;

                internal {name}({Weights} weights) => this.weights = weights;

                """);
            new StreamWriter(writer, model).Write();
            writer.Summary("Writes the weights as a safetensors file, under PyTorch's names and in PyTorch's shapes, those of matrices "
                + $"in {bits}{scaled}.");
            writer.Parameter("path", "Where to; an existing file is replaced as a whole.");
            writer.Line("public void Save(string path) => weights.Save(path);\n");
            writer.Line("/// <summary>Reads what <see cref=\"Save\"/> wrote.</summary>");
            writer.Parameter("path", "The file.");
            writer.Exception(
                "IO.InvalidDataException", "The file is broken, or its tensors do not fit: the message lists all that is wrong.");
            writer.Line($"public static {name} Load(string path) => new({Weights}.Load(\n    {table}, {length}, path));\n");
            writer.Line($"{Api.Generated}ModelShape {Api.Inference(model)}.Shape => Shape;");
            writer.Blank();
            new SummaryWriter(writer, model).WriteMembers();
        }

        writer.Blank();
    }

    private string Weights => $"{Api.Generated}CompressedWeights<{Api.FormatOf(model.Format)}>";
}
