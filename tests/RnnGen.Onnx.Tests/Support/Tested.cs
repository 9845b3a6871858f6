using System.Reflection;
using RnnGen.Onnx;

namespace RnnGen.Tests.Shared;

/// <summary>What <see cref="NullTests"/> looks at here.</summary>
internal static class Tested
{
    public static Assembly[] Assemblies => [typeof(OnnxImport).Assembly];

    /// <summary>Some that must be among what it finds.</summary>
    public static string[] Properties => ["OnnxImportOptions.Namespace", "OnnxImportOptions.Name"];

    public static Type Concrete(Type type) => type;
}
