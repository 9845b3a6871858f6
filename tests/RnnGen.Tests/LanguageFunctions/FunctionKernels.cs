using System.Reflection;
using RnnGen.Generator.Equations;
using RnnGen.Generator.Support;
using RnnGen.Generator.Writing.Kernels;
using RnnGen.Generator.Writing.Text;
using RnnGen.Numerics;
using RnnGen.Tests.Models;

namespace RnnGen.Tests.LanguageFunctions;

/// <summary>The functions of the table and their gradients as the generator writes them, for whole buffers.</summary>
internal static class FunctionKernels
{
    private static readonly Lazy<Assembly> Compiled = new(Compile);

    private delegate void Kernel<T>(ref T values, ref T results, int count);

    public static readonly Type[] FloatWidths = [typeof(Float1), typeof(Float128), typeof(Float256), typeof(Float512)];

    public static readonly Type[] DoubleWidths = [typeof(Double1), typeof(Double128), typeof(Double256), typeof(Double512)];

    /// <summary>f of every number.</summary>
    public static T[] Of<T>(FunctionCase function, T[] x, Type? width = null) where T : unmanaged
    {
        T[] padded = [.. x, .. new T[-x.Length & 15]];
        Get<T>(NameOf(function), width)(ref padded[0], ref padded[0], padded.Length);
        return padded[..x.Length];
    }

    /// <summary>f' of every number.</summary>
    public static double[] SlopesOf(FunctionCase function, double[] x)
    {
        double[] values = [.. GraphOf(function).NeedsInputs ? x : Of(function, x), .. new double[-x.Length & 15]];
        double[] slopes = new double[values.Length];
        Array.Fill(slopes, 1);
        Get<double>($"{NameOf(function)}Gradient", null)(ref values[0], ref slopes[0], values.Length);
        return slopes[..x.Length];
    }

    private static Kernel<T> Get<T>(string name, Type? width)
    {
        var type = Compiled.Value.GetType($"{typeof(T).Name}s`1")!.MakeGenericType(
            width ?? (typeof(T) == typeof(float) ? typeof(Float256) : typeof(Double256)));
        return type.GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!.CreateDelegate<Kernel<T>>();
    }

    // Apart from the method of an operator's name that the kernels call.
    private static string NameOf(FunctionCase function) => $"All{function.Name}";

    private static ActivationGraph GraphOf(FunctionCase function) =>
        new(new Call(function.Name, new Expression[] { new Reference("x") }.ToEquatableArray()));

    private static Assembly Compile()
    {
        var writer = new CodeWriter();
        writer.Line("using System.Runtime.CompilerServices;\nusing RnnGen.Numerics;\n");
        foreach (var (real, name) in new[] { ("float", nameof(Single)), ("double", nameof(Double)) })
        {
            using (writer.Block($"public static class {name}s<V> where V : struct, RnnGen.Numerics.ILanes<V, {real}>"))
            {
                foreach (var function in FunctionTable.All)
                {
                    var activation = new ActivationWriter(writer, real, GraphOf(function));
                    activation.WriteForward(NameOf(function));
                    activation.WriteGradient(NameOf(function));
                }

                foreach (var op in Operators.All.Where(o => o.IsFunction))
                    writer.Line($"{Api.Inlined}\nprivate static V {op}(V x) => RnnGen.Numerics.Functions.{op}<V, {real}>(x);");
            }
        }

        return ModelFactory.Load(writer.ToString());
    }
}
