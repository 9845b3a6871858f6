using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Passes;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Members;

/// <summary>Writes the class of a model's weights in fewer bytes, and the method that makes one. It is used as the model is; its kernels are written as the model's are.</summary>
/// <param name="writer">Where to: the model's class.</param>
/// <param name="model">The model with its matrices in that format.</param>
internal sealed class CompressedWriter(CodeWriter writer, ModelLayout model)
{
    private readonly string name = model.Format.Name;
    private readonly string declared = model.Declaration.Name.Text;

    public void Write()
    {
        string bits = $"{model.Format.Bits} bits";
        writer.Line($"""
            /// <summary>A copy of the weights as they are now, those of matrices in {bits}.</summary>
            /// <exception cref="global::System.InvalidOperationException">A parameter is not finite, or too large; the message names it.</exception>
            public {name} {model.Format.Method}() => new({Weights}.Of({name}.ParameterTable, {model.WeightCount}, Parameters));

            """);
        writer.Line($"/// <summary>{declared} with the weights of its matrices in {bits}: to be used, not to be trained. Its states are those of {declared}.</summary>");
        using (writer.Block($"public sealed partial class {name} : {Api.Inference(model)}"))
        {
            writer.Line($"""
                /// <summary>Bytes that the weights take in memory.</summary>
                public const long ByteCount = {4L * model.WeightCount};

                private readonly {Weights} weights;

                internal {name}({Weights} weights) => this.weights = weights;

                """);
            new StreamWriter(writer, model).Write();
            writer.Line($"""
                /// <summary>Writes the weights as a safetensors file, under PyTorch's names and in PyTorch's shapes, those of matrices in {bits}{(model.Format.HeadRows > 0 ? " with a scale for each row" : "")}.</summary>
                /// <param name="path">Where to; an existing file is replaced as a whole.</param>
                public void Save(string path) => weights.Save(path);

                /// <summary>Reads what <see cref="Save"/> wrote.</summary>
                /// <param name="path">The file.</param>
                /// <exception cref="global::System.IO.InvalidDataException">The file is broken, or its tensors do not fit: the message lists all that is wrong.</exception>
                public static {name} Load(string path) => new({Weights}.Load(ParameterTable, {model.WeightCount}, path));

                global::RnnGen.Generated.ModelShape {Api.Inference(model)}.Shape => Shape;
                """);
            writer.Blank();
            new SummaryWriter(writer, model).Write();
            ModelWriter.WriteRun(writer, model, ModelMethod.Infer, InferenceWriter.Parameters(model), "ref weights, ref scratch, inputs, ref state, outputs");
            if (InferenceWriter.HasRows(model))
                ModelWriter.WriteRun(writer, model, ModelMethod.InferRows, InferenceWriter.RowsParameters(model), "ref weights, ref scratch, inputs, states, outputs");
            writer.Blank();
            new TableWriter(writer, model).Write();
        }

        writer.Blank();
    }

    private string Weights => $"global::RnnGen.Generated.CompressedWeights<{Api.FormatOf(model.Format)}>";
}
