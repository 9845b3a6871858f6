using RnnGen.Generator.Declarations;
using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes an operation whose parameters are vectors: every step back adds to their gradients.</summary>
internal abstract class VectorWriter(
    CodeWriter writer, ModelLayout model, VectorOperation operation) : OperationWriter(writer, model, operation)
{
    protected string Name => operation.NameIn(Model);

    public override void BeginBackward(TapeSite site)
    {
        if (operation.Vectors.Count > 0)
            WriteZeros(Gradients(Model.Offsets.Vector(operation, 0)), operation.WeightCount);
    }

    public override IEnumerable<string> BackwardMemory => operation.Vectors.Count == 0 ? [] : ["weights", "gradients"];
}
