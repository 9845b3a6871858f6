using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using RnnGen.Generated;
using RnnGen.Onnx;

namespace RnnGen.Compiler;

/// <summary>
/// RnnGen's generator and the C# compiler inside a running program: opens files whose network is not known when the program is built, and
/// runs them at the speed of classes that are compiled at build.
/// </summary>
/// <remarks>
/// <para>
/// It needs a runtime with a JIT: in a NativeAOT program, and wherever <see cref="IsSupported"/> is false, every call is a
/// <see cref="PlatformNotSupportedException"/>. A program published as a single file works; a trimmed one does not, in general.
/// </para>
/// <para>
/// Files are not trusted. The code that runs is the generator's: the text of a file's model may only be attributes and cells, which is
/// checked on its syntax; sizes are bounded before compiling. A text that is given to <see cref="Compile(string, RnnCompilerOptions?,
/// CancellationToken)"/> is the caller's own code, and runs as such: never give it a text that somebody else has written.
/// </para>
/// </remarks>
[RequiresDynamicCode("The model's code is compiled and loaded while the program runs.")]
[RequiresUnreferencedCode("The model's code may use any part of RnnGen, which trimming must not leave out.")]
public static class RnnCompiler
{
    /// <summary>True if this program can load code that it has compiled: everywhere but in NativeAOT.</summary>
    public static bool IsSupported => RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>
    /// Opens a file that has an architecture and weights: GuitarML, AIDA-X, NAM, RTNeural, Keras, TensorFlow Lite or ONNX.
    /// </summary>
    /// <param name="path">The file. The format is recognised by what is in it.</param>
    /// <param name="options">The cache and the bounds.</param>
    /// <param name="cancellation">Stops the generator and the compiler.</param>
    /// <exception cref="InvalidDataException">The file is broken, too large, has weights only, or has something that RnnGen does not; the
    /// message names it.</exception>
    /// <exception cref="PlatformNotSupportedException">The program has no JIT.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or the cache's folder must not be used.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static CompiledModel<float> Open(string path, RnnCompilerOptions? options = null, CancellationToken cancellation = default)
    {
        CheckSupported();
        options ??= new();
        ModelFile file = ModelFile.Read(path, options);
        ImportedModel imported = file.Model;
        try
        {
            long weights = imported.Weights.Tensors.Sum(t => t.Count);
            if (weights > options.MostParameters)
                throw new RnnCompilerException($"It has {weights:N0} weights, and {options.MostParameters:N0} are allowed.");
            // A file's declaration is one model, and uses nothing of the caller's.
            return Load<float>(
                imported.Architecture ?? imported.Declaration, options with { ModelName = null, References = [] }, cancellation, file);
        }
        catch (RnnCompilerException problem)
        {
            throw new InvalidDataException($"{path} cannot be opened: {problem.Message}", problem);
        }
    }

    /// <summary>Compiles a declaration of a model of floats.</summary>
    /// <param name="declaration">C#: a partial class with <c>[RnnModel]</c>, and what it uses. It is code, and runs with all rights of the
    /// program.</param>
    /// <param name="options">The cache and the bounds.</param>
    /// <param name="cancellation">Stops the generator and the compiler.</param>
    /// <returns>A model with random weights.</returns>
    /// <exception cref="RnnCompilerException">The declaration does not compile, or is beyond a bound; the message lists what is
    /// wrong.</exception>
    /// <exception cref="PlatformNotSupportedException">The program has no JIT.</exception>
    /// <exception cref="UnauthorizedAccessException">The cache's folder must not be used.</exception>
    /// <exception cref="OperationCanceledException">The call was cancelled.</exception>
    public static CompiledModel<float> Compile(
        string declaration, RnnCompilerOptions? options = null, CancellationToken cancellation = default) =>
        Compile<float>(declaration, options, cancellation);

    /// <summary>Compiles a declaration of a model of some precision.</summary>
    /// <typeparam name="T">The model's numbers: <see cref="float"/>, or <see cref="double"/> for <c>Precision.Double</c>.</typeparam>
    /// <inheritdoc cref="Compile(string, RnnCompilerOptions?, CancellationToken)"/>
    public static CompiledModel<T> Compile<T>(
        string declaration, RnnCompilerOptions? options = null, CancellationToken cancellation = default)
        where T : unmanaged
    {
        CheckSupported();
        ArgumentNullException.ThrowIfNull(declaration);
        return Load<T>(declaration, options ?? new(), cancellation);
    }

    private static CompiledModel<T> Load<T>(
        string text, RnnCompilerOptions options, CancellationToken cancellation, ModelFile? file = null)
        where T : unmanaged
    {
        bool isFromFile = file is not null;
        byte[] key = Key(text, isFromFile, options);
        byte[]? image = options.Cache?.Read(key);
        bool isFromCache = image is not null;
        if (image is null)
        {
            string name = $"RnnGen.CompiledModels.{Convert.ToHexStringLower(key.AsSpan(0, 8))}";
            image = Emission.Emit(text, isFromFile, name, options, cancellation);
            options.Cache?.Write(key, image);
        }

        ModelContext context = new(options.References);
        try
        {
            CompiledCode<T> code = Create(context, image, options.Seed) as CompiledCode<T> ?? throw new RnnCompilerException(
                $"The model's numbers are not {typeof(T).Name}; Compile<{(typeof(T) == typeof(float) ? "double" : "float")}> compiles it.");
            if (file is null)
                return new(context, code, text, isFromCache);
            code.Start(file.Model.FirstState);
            WeightFile.Load(file.Model.Weights, code.Model.Parameters);
            return new(context, code, text, isFromCache)
            {
                Metadata = file.Model.Weights.Metadata,
                Warnings = file.Warnings,
                InputTensors = file.Model.InputTensors,
                OutputTensors = file.Model.OutputTensors,
                States = file.Model.States,
            };
        }
        catch
        {
            context.Unload();
            throw;
        }
    }

    /// <summary>The assembly's own entry creates the model: reflection is used once.</summary>
    private static object Create(ModelContext context, byte[] image, ulong seed)
    {
        using MemoryStream stream = new(image);
        Type entry = context.LoadFromStream(stream).GetType($"{EntryPoint.Namespace}.{EntryPoint.Class}", throwOnError: true)!;
        return entry.GetMethod(EntryPoint.Method)!.CreateDelegate<Func<ulong, object>>()(seed);
    }

    /// <summary>The hash of all that decides what is compiled, and of what it runs on.</summary>
    private static byte[] Key(string text, bool isFromFile, RnnCompilerOptions options)
    {
        // By its name: naming one of its types would load Roslyn, which a model from the cache does without.
        Assembly generator = Assembly.Load("RnnGen.Generator");
        StringBuilder all = new();
        Assembly[] parts = [generator, typeof(RnnModelAttribute).Assembly, typeof(RnnCompiler).Assembly, typeof(object).Assembly];
        foreach (Assembly part in parts)
            all.Append(CultureInfo.InvariantCulture, $"{part.GetName().Version} {part.ManifestModule.ModuleVersionId}\n");
        all.Append(CultureInfo.InvariantCulture, $"{Environment.Version} {isFromFile} {options.Key}\n{text}");
        return SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString()));
    }

    private static void CheckSupported()
    {
        if (!IsSupported)
            throw new PlatformNotSupportedException(
                "This program has no JIT (NativeAOT), so no model can be compiled in it. Declare the model as a class, which is compiled "
                + "at build, and load the file's weights into it.");
    }
}
