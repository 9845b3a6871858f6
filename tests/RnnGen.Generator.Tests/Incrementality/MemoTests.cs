using System.Collections.Concurrent;
using RnnGen.Generator.Support;

namespace RnnGen.Generator.Tests.Incrementality;

/// <summary>What is remembered, and how much of it.</summary>
public class MemoTests
{
    private readonly List<int> computed = [];

    [Fact]
    public void AResultIsComputedOnce()
    {
        var squares = Squares(most: 3);
        Assert.Equal([0, 1, 4, 1, 0, 4], new[] { 0, 1, 2, 1, 0, 2 }.Select(squares.Of));
        Assert.Equal([0, 1, 2], computed);
    }

    [Fact]
    public void WhatWasAskedForLastIsKept()
    {
        var squares = Squares(most: 3);
        for (int i = 0; i < 100; i++)
        {
            squares.Of(i);
            squares.Of(Math.Max(i - 1, 0));
            squares.Of(Math.Max(i - 2, 0));
        }

        Assert.Equal(Enumerable.Range(0, 100), computed);
    }

    [Fact]
    public void NoMoreThanTwiceAsManyAreHeld()
    {
        var squares = Squares(most: 3);
        for (int i = 0; i < 100; i++)
            squares.Of(i);
        computed.Clear();
        for (int i = 99; i >= 0; i--)
            squares.Of(i);
        Assert.InRange(100 - computed.Count, 3, 6);
    }

    [Fact]
    public void AResultStaysTheSameObject()
    {
        var texts = new Memo<int, string>(4, i => new string('x', i));
        string first = texts.Of(3);
        foreach (int other in Enumerable.Range(5, 6))
        {
            texts.Of(other);
            Assert.Same(first, texts.Of(3));
        }
    }

    [Fact]
    public void WhatWasCancelledIsNotRemembered()
    {
        bool cancelled = true;
        var memo = new Memo<int, int>(4, i => cancelled ? throw new OperationCanceledException() : i);
        Assert.Throws<OperationCanceledException>(() => memo.Of(1));
        cancelled = false;
        Assert.Equal(1, memo.Of(1));
    }

    [Fact]
    public void ManyThreadsAskAtOnce()
    {
        var results = new ConcurrentBag<(int Key, string Result)>();
        var memo = new Memo<int, string>(16, i => $"{i}");
        Parallel.For(0, 20_000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => results.Add((i % 61, memo.Of(i % 61))));
        Assert.Equal(20_000, results.Count);
        Assert.All(results, r => Assert.Equal($"{r.Key}", r.Result));
    }

    private Memo<int, int> Squares(int most) => new(most, i =>
    {
        computed.Add(i);
        return i * i;
    });
}
