using RnnGen.Generator.Reading;
using RnnGen.Generator.Scheduling;

namespace RnnGen.Generator.Writing;

/// <summary>Writes the model's <c>Trainer</c>: forward, loss, backward and update as one call.</summary>
internal sealed class TrainerWriter(CodeWriter writer, ModelLayout model)
{
    public void Write()
    {
        string input = model.IsSymbolic ? "int" : model.Real;
        string target = model.Declaration.Loss == LossKind.SoftmaxCrossEntropy ? "int" : model.Real;
        string inputShape = model.IsSymbolic ? "" : $"[{model.Declaration.Source.Width}]";
        string targetShape = target == "int" ? "" : $"[{model.OutputSize}]";
        writer.Line("/// <summary>Trains the model. Not for several threads at once.</summary>");
        using (writer.Block($"public sealed record Trainer : global::RnnGen.Trainer<{model.Real}>"))
        {
            writer.Line($"private readonly {model.Declaration.Name} model;\nprivate Tape? tape;");
            writer.Blank();
            using (writer.Block($"internal Trainer({model.Declaration.Name} model, global::RnnGen.Optimizer optimizer)\n    : base(model.Parameters, optimizer)"))
                writer.Line("this.model = model;");
            writer.Blank();
            writer.Line($"""
                /// <summary>Forward, loss, BPTT and an update. After the first batch of a size nothing is allocated.</summary>
                /// <param name="inputs">[step][row]{inputShape}: <see cref="Steps"/> steps of any number of rows.</param>
                /// <param name="targets">[step][row]{targetShape}.</param>
                /// <param name="states">
                /// Where each row starts, and receives where it ended: truncated BPTT through a longer sequence. Empty to start all rows at zero.
                /// </param>
                /// <returns>The mean loss before the update.</returns>
                /// <exception cref="global::System.ArgumentException">A span has the wrong length, or holds what is no valid input or target. Nothing has changed.</exception>
                /// <exception cref="global::System.NotFiniteNumberException">The loss or a gradient is not finite. Nothing has changed.</exception>
                """);
            using (writer.Block($"public double Step(global::System.ReadOnlySpan<{input}> inputs, global::System.ReadOnlySpan<{target}> targets, global::System.Span<State> states = default)"))
            {
                writer.Line("double loss = Forward(inputs, targets, states);");
                writer.Line("tape!.Backward();");
                writer.Line("Update(loss, tape.Gradients);");
                writer.Line("if (!states.IsEmpty)\n    tape.GetFinalStates(states);");
                writer.Line("return loss;");
            }

            writer.Blank();
            writer.Line($"""
                /// <summary>The mean loss of a batch, without learning from it.</summary>
                /// <inheritdoc cref="Step"/>
                /// <returns>The mean loss.</returns>
                """);
            using (writer.Block($"public double Evaluate(global::System.ReadOnlySpan<{input}> inputs, global::System.ReadOnlySpan<{target}> targets, global::System.Span<State> states = default)"))
            {
                writer.Line("double loss = Forward(inputs, targets, states);");
                writer.Line("if (!states.IsEmpty)\n    tape!.GetFinalStates(states);");
                writer.Line("return loss;");
            }

            writer.Blank();
            using (writer.Block($"private double Forward(global::System.ReadOnlySpan<{input}> inputs, global::System.ReadOnlySpan<{target}> targets, global::System.ReadOnlySpan<State> states)"))
            {
                writer.Line($"int rows = global::RnnGen.Guard.Rows(inputs.Length, Steps{(model.IsSymbolic ? "" : " * InputSize")}, nameof(inputs));");
                writer.Line("if (tape?.Rows != rows)\n    tape = model.CreateTape(rows);");
                writer.Line("tape.Forward(inputs, states);");
                writer.Line("return tape.Loss(targets);");
            }
        }
    }
}
