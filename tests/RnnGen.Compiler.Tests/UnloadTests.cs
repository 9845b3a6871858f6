using System.Runtime.CompilerServices;

namespace RnnGen.Compiler.Tests;

/// <summary>Tests that measure the process, and so run alone.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;

/// <summary>Code of models that nobody uses any more is unloaded.</summary>
[Collection(nameof(Alone))]
public class UnloadTests(CompilerFixture fixture) : IClassFixture<CompilerFixture>
{
    [Fact]
    public void ADisposedModelIsUnloaded() => AssertUnloaded(Use(isDisposed: true));

    [Fact]
    public void AForgottenModelIsUnloadedToo() => AssertUnloaded(Use(isDisposed: false));

    [Fact]
    public void AStreamKeepsTheCode()
    {
        (RnnStream<float> stream, WeakReference code) = Stream();
        for (int i = 0; i < 5; i++)
            Collect();
        Assert.True(code.IsAlive);
        float[] y = new float[1];
        stream.Step([0.5f], y);
        Assert.NotEqual(0, y[0]);
        GC.KeepAlive(stream);
    }

    [Fact]
    public void ManyOpensDoNotGrowTheMemory()
    {
        string path = fixture.Write(AmpFiles.GuitarMl(12));
        for (int i = 0; i < 20; i++)
            Open(path);
        Collect();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        int assemblies = AppDomain.CurrentDomain.GetAssemblies().Length;
        for (int i = 0; i < 60; i++)
            Open(path);
        for (int i = 0; i < 10; i++)
            Collect();
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 60 * 4096, $"{grown:N0} bytes for 60 opened models");
        int more = AppDomain.CurrentDomain.GetAssemblies().Length - assemblies;
        Assert.True(more < 20, $"{more} more assemblies are loaded");
    }

    private static void AssertUnloaded(WeakReference code)
    {
        for (int i = 0; i < 20 && code.IsAlive; i++)
            Collect();
        Assert.False(code.IsAlive);
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference Use(bool isDisposed)
    {
        CompiledModel<float> model = RnnCompiler.Open(fixture.Write(AmpFiles.GuitarMl(12)), fixture.Options);
        RnnStream<float> stream = model.CreateStream();
        stream.Step([0.5f], new float[1]);
        model.CreateTrainer<float, float>(new Adam(0.01)).Step(new float[32], new float[32]);
        if (isDisposed)
            model.Dispose();
        // The type of the stream's State is in the model's own assembly.
        return new(stream.GetType().GenericTypeArguments[3].Assembly);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (RnnStream<float> Stream, WeakReference Code) Stream()
    {
        using CompiledModel<float> model = RnnCompiler.Open(fixture.Write(AmpFiles.GuitarMl(12)), fixture.Options);
        RnnStream<float> stream = model.CreateStream();
        return (stream, new(stream.GetType().GenericTypeArguments[3].Assembly));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Open(string path)
    {
        using CompiledModel<float> model = RnnCompiler.Open(path, fixture.Options);
        model.CreateStream().Step([0.5f], new float[1]);
    }
}
