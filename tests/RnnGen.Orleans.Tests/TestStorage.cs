using System.Collections.Concurrent;
using Newtonsoft.Json;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace RnnGen.Orleans.Tests;

/// <summary>Storage in memory that outlives a silo, can fail, and keeps values in Orleans' default format, JSON.</summary>
public sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), (string Json, string Tag)> values = new();
    private readonly ConcurrentDictionary<string, int> writes = new();

    public static TestStorage Instance { get; } = new();

    /// <summary>Keys of grains whose writes fail.</summary>
    public ConcurrentDictionary<string, bool> Failing { get; } = new();

    public int Writes(string key) => writes.GetValueOrDefault(key);

    public void Copy(GrainId from, GrainId to) => values[("streams", to)] = values[("streams", from)];

    /// <summary>What was written is gone.</summary>
    public void Lose(GrainId grain) => values.TryRemove(("streams", grain), out _);

    /// <summary>As if another one had written the same.</summary>
    public void WriteAgain(GrainId grain) => values[("streams", grain)] = (values[("streams", grain)].Json, Guid.NewGuid().ToString());

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (values.TryGetValue((stateName, grainId), out var value))
            (grainState.State, grainState.ETag, grainState.RecordExists) = (JsonConvert.DeserializeObject<T>(value.Json)!, value.Tag, true);
        else
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        string key = grainId.Key.ToString()!;
        if (Failing.ContainsKey(key))
            throw new IOException("The disk is full.");
        bool isKnown = values.TryGetValue((stateName, grainId), out var value);
        if (isKnown && value.Tag != grainState.ETag)
            throw new InconsistentStateException("Another one has written.", value.Tag, grainState.ETag);
        string tag = Guid.NewGuid().ToString();
        values[(stateName, grainId)] = (JsonConvert.SerializeObject(grainState.State), tag);
        (grainState.ETag, grainState.RecordExists) = (tag, true);
        writes.AddOrUpdate(key, 1, (_, count) => count + 1);
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        values.TryRemove((stateName, grainId), out _);
        return Task.CompletedTask;
    }
}
