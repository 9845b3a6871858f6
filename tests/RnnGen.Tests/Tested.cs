using System.Reflection;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.Shared;

/// <summary>What <see cref="NullTests"/> looks at here.</summary>
internal static class Tested
{
    public static Assembly[] Assemblies => [typeof(Optimizer).Assembly];

    /// <summary>Some that must be among what it finds.</summary>
    public static string[] Properties =>
        [
            "Trainer`1.Schedule", "BeamOptions.Normalization", "LayerWeights.Layer", "LayerWeights.Layout", "LayerWeights.Prefix",
            "ModelShape.Heads"
        ];

    /// <summary>A type whose objects have the type's properties.</summary>
    public static Type Concrete(Type type) =>
        type is { IsAbstract: false, ContainsGenericParameters: false } ? type
        : type == typeof(Tape<,,,>) ? typeof(CharLstm.Tape)
        : type == typeof(SourceTape<,,,,>) ? typeof(Speller.Tape)
        : typeof(CharLstm.Trainer);
}
