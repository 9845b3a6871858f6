using RnnGen.Generator.Scheduling.Graphs;
using RnnGen.Generator.Writing.Sites;
using RnnGen.Generator.Writing.Text;

namespace RnnGen.Generator.Writing.Operations;

/// <summary>Writes the outputs of the step before: on a tape they are there already.</summary>
internal sealed class FeedbackWriter(
    CodeWriter writer, ModelLayout model, FeedbackOperation operation) : OperationWriter(writer, model, operation)
{
    public override bool IsTaped => false;

    public override void Forward(Site site) =>
        ((ScratchSite)site).LoadState(Writer, operation.FirstState, site.Of(operation.Output), operation.Output.Stride);

    public override void Backward(TapeSite site)
    {
    }
}
