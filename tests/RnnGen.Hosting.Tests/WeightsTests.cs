namespace RnnGen.Hosting.Tests;

/// <summary>Weights by path, stream and task, whatever the model's class.</summary>
public sealed class WeightsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("rnngen-hosting-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task EveryWayInAndOutHasTheSameWeights()
    {
        string path = Path.Combine(folder, "a.safetensors"), other = Path.Combine(folder, "b.safetensors");
        Detector first = new(seed: 1);
        first.Save(path);
        byte[] expected = File.ReadAllBytes(path);
        Assert.Equal(first.Summary(), ((ITrainedModel)first).Summary());

        await first.SaveAsync(other);
        Assert.Equal(expected, File.ReadAllBytes(other));
        using MemoryStream written = new(), writtenAsync = new();
        first.Save(written);
        await first.SaveAsync(writtenAsync);
        Assert.Equal(expected, written.ToArray());
        Assert.Equal(expected, writtenAsync.ToArray());

        Action<ITrainedModel>[] loads =
        [
            model => model.Load(path),
            model => model.Load(new MemoryStream(expected)),
            model => model.LoadAsync(path).Wait(),
            model => model.LoadAsync(new Slow(expected)).Wait(),
            model => model.Load(((ITrainedModel)first).ToSafetensors()),
        ];
        foreach (Action<ITrainedModel> load in loads)
        {
            Detector model = new(seed: 9);
            load(model);
            using MemoryStream bytes = new();
            model.Save(bytes);
            Assert.Equal(expected, bytes.ToArray());
        }
    }

    [Fact]
    public async Task ABrokenStreamChangesNothing()
    {
        Detector model = new(seed: 1);
        var before = model.Parameters;
        using MemoryStream bytes = new();
        new Writer().Save(bytes);
        await Assert.ThrowsAsync<InvalidDataException>(() => model.LoadAsync(new MemoryStream(bytes.ToArray())));
        Assert.Throws<InvalidDataException>(() => model.Load(new MemoryStream(bytes.ToArray()[..100])));
        Assert.Throws<FileNotFoundException>(() => ((ITrainedModel)model).Load(Path.Combine(folder, "none")));
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.LoadAsync(new Slow(bytes.ToArray()), cancelled.Token));
        Assert.Same(before, model.Parameters);
    }

    /// <summary>A stream that is not seekable and gives some bytes at a time, as a network does.</summary>
    private sealed class Slow(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;

        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 999));

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, 999)], cancellationToken);
    }
}
