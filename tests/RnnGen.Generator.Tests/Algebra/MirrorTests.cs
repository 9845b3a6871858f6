using System.Reflection;
using RnnGen.Generated;
using RnnGen.Generator.Declarations;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Reading;
using RnnGen.Numerics;

namespace RnnGen.Generator.Tests.Algebra;

/// <summary>What the generator says by name, the runtime has by that name: the one cannot refer to the other.</summary>
public class MirrorTests
{
    private static readonly Assembly Runtime = typeof(Weight).Assembly;

    [Theory]
    [InlineData(typeof(Activation), typeof(ActivationKind))]
    [InlineData(typeof(Direction), typeof(DirectionKind))]
    [InlineData(typeof(Merge), typeof(MergeKind))]
    [InlineData(typeof(Pooling), typeof(PoolKind))]
    [InlineData(typeof(Bridge), typeof(BridgeKind))]
    public void EnumsHaveTheSameMembers(Type runtime, Type generator) => AssertSame(runtime, generator);

    [Theory]
    [InlineData(typeof(WeightFormat), "FormatKind")]
    [InlineData(typeof(Precision), "PrecisionKind")]
    public void EnumsOfTheReaderHaveTheSameMembers(Type runtime, string generator) =>
        AssertSame(runtime, typeof(ModelReader).GetNestedType(generator, BindingFlags.NonPublic)!);

    [Fact]
    public void CompressedFormatsAreThoseOfTheRuntime() =>
        Assert.Equal(Enum.GetNames<WeightFormat>(), MatrixFormat.Compressed.Select(f => f.Name));

    [Fact]
    public void FieldsAreTypesOfTheRuntime()
    {
        foreach (string kind in Enum.GetNames<ParameterKind>())
        {
            Assert.True(Runtime.GetType($"RnnGen.{kind}") is { IsValueType: true }, kind);
            Assert.True(typeof(CellValues).GetMethod(kind, [typeof(string)]) is { } values && values.ReturnType.Name == kind, kind);
        }
    }

    [Fact]
    public void SourcesAndLossesAreAttributesOfTheRuntime()
    {
        // The others are options of a loss, or generic.
        string[] losses = ["SoftmaxCrossEntropy", "SigmoidCrossEntropy", "SquaredError", "AbsoluteError", "Ctc", "Quantiles", "Loss"];
        Assert.All(losses, loss => Assert.True(HeadReader.IsElement(loss), loss));
        Assert.Equal(["Equations", "SoftCrossEntropy"], Enum.GetNames<LossKind>().Except(losses).Order());
        Assert.NotNull(Runtime.GetType("RnnGen.LossAttribute`1"));
        foreach (string kind in Enum.GetNames<SourceKind>().Concat(losses[..^1]))
            Assert.True(typeof(Attribute).IsAssignableFrom(Runtime.GetType($"RnnGen.{kind}Attribute")), kind);
    }

    [Fact]
    public void RolesOfParametersAreThoseOfTheRuntime()
    {
        // Every kind of parameter in these; the generated text names each role.
        var (result, _) = Compiler.Generate(Compiler.Compile("""
            using RnnGen;
            [RnnModel(Steps = 2), Embedding(10, 8), Rnn<PeepholeLstm>(8), Dense(5), SoftmaxCrossEntropy] public partial class M;
            [RnnModel(Steps = 2), Input(10), LayerNorm, PRelu, SquaredError] public partial class U;
            [Encoder(Steps = 3), Embedding(13, 8), Rnn<Gru>(8)] public static class Source;
            [Decoder(Steps = 3), Embedding(12, 8), Rnn<Gru>(8, Name = "rnn"), Attention<AdditiveScore>(8, Name = "context"), Dense(12, From = "rnn, context"), SoftmaxCrossEntropy] public static class Target;
            [Seq2Seq(typeof(Source), typeof(Target))] public partial class S;
            """));
        string table = string.Concat(result.GeneratedSources.Select(s => s.SourceText.ToString()));
        foreach (string role in Enum.GetNames<ParameterRole>())
            Assert.Contains($"ParameterRole.{role}", table, StringComparison.Ordinal);
    }

    [Fact]
    public void OperatorsAreMethodsOfTheRuntime()
    {
        foreach (var op in Operators.All.Where(o => o.Symbol is null))
        {
            var methods = (op.IsOfVectors ? typeof(ILanes<,>) : typeof(Functions)).GetMethods().Where(m => m.Name == op.Name);
            Assert.True(
                methods.Any(m => m.GetParameters().Length == op.Arity && (op.IsOfVectors || m.GetGenericArguments().Length == 2)), op.Name);
        }
    }

    [Fact]
    public void FunctionsOfTheLanguageAreThoseThatCellsEvaluate()
    {
        var evaluated = typeof(CellFunctions).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            .Select(m => $"{m.Name} {m.GetParameters().Length}").Distinct();
        Assert.Equal(Language.Functions.Select(f => $"{f.Name} {f.Arguments}").Order(), evaluated.Order());
    }

    private static void AssertSame(Type runtime, Type generator) => Assert.Equal(
        Enum.GetValues(runtime).Cast<Enum>().Select(v => ($"{v}", Convert.ToInt32(v))),
        Enum.GetValues(generator).Cast<Enum>().Select(v => ($"{v}", Convert.ToInt32(v))));
}
