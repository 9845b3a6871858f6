using System.Numerics;
using RnnGen.Generated;

namespace RnnGen.Tests.Properties;

/// <summary>What a call gives a tape or a trainer, as wrong as the call says.</summary>
internal sealed class Batch<T, TInput, TTarget>
    where T : unmanaged, INumber<T>
    where TInput : unmanaged, INumber<TInput>
    where TTarget : unmanaged, INumber<TTarget>
{
    public Batch(ModelShape shape, Call call)
    {
        Random random = new(call.Seed);
        int rows = call.Rows;
        Inputs = Elements.Inputs<TInput>(random, shape.InputSteps * rows * shape.InputWidth, shape.InputSize, call.Fault);
        Targets = [.. Enumerable.Range(0, shape.OutputSteps * rows).SelectMany(_ => Target(shape, random))];
        // Targets that must count are wrong only where all do.
        bool allCount = call.Fault is Fault.Target or Fault.Overflow;
        if (random.Next(2) == 0 && !allCount)
            Lengths = [.. Enumerable.Range(0, rows).Select(_ => random.Next(shape.Steps + 1))];
        if (random.Next(2) == 0 && !allCount)
            Weights = [.. Enumerable.Range(0, shape.OutputSteps * rows).Select(_ => T.CreateChecked(random.Next(3)))];
        Spoil(shape, call, random);
    }

    /// <summary>[input step][row][input].</summary>
    public TInput[] Inputs { get; private set; }

    /// <summary>[output step][row][target].</summary>
    public TTarget[] Targets { get; private set; }

    /// <summary>Steps of each row; empty for all.</summary>
    public int[] Lengths { get; private set; } = [];

    /// <summary>[output step][row]; empty for ones.</summary>
    public T[] Weights { get; private set; } = [];

    private void Spoil(ModelShape shape, Call call, Random random)
    {
        switch (call.Fault)
        {
            case Fault.None or Fault.Input:
            case Fault.State when shape.StateSize > 0:
                break;
            case Fault.Long:
                Targets = [.. Targets, TTarget.Zero];
                break;
            case Fault.Target:
                // The first target of an output: a class or a number.
                Targets[random.Next(Targets.Length / shape.TargetWidth) * shape.TargetWidth] = typeof(TTarget) == typeof(int)
                    || shape.Heads[0].IsClass
                    ? TTarget.CreateChecked(shape.Heads[0].Size)
                    : TTarget.CreateChecked(double.NaN);
                break;
            case Fault.Length:
                Lengths = [.. Enumerable.Repeat(shape.Steps, call.Rows)];
                Lengths[random.Next(call.Rows)] = random.Next(2) == 0 ? -1 : shape.Steps + 1;
                break;
            case Fault.Weight:
                Weights = [.. Enumerable.Repeat(T.One, shape.OutputSteps * call.Rows)];
                Weights[random.Next(Weights.Length)] = -T.One;
                break;
            case Fault.Overflow when typeof(TTarget) == typeof(double)
                && shape.Heads.All(head => head is { IsClass: false, IsProbability: false }):
                Targets[random.Next(Targets.Length)] = TTarget.CreateChecked(1e200);
                break;
            default:
                Inputs = Inputs[..^1];
                break;
        }
    }

    private static IEnumerable<TTarget> Target(ModelShape shape, Random random)
    {
        foreach (HeadShape head in shape.Heads)
        {
            for (int i = 0; i < (head.IsClass ? 1 : head.Size); i++)
            {
                double target =
                    head.IsClass ? random.Next(head.Size) : head.IsProbability ? random.NextDouble() : 2 - (4 * random.NextDouble());
                yield return TTarget.CreateChecked(target);
            }
        }
    }
}

/// <summary>Random inputs and states.</summary>
internal static class Elements
{
    /// <summary>Symbols or numbers, one of which is none if the fault says so.</summary>
    public static TInput[] Inputs<TInput>(Random random, int count, int size, Fault fault) where TInput : unmanaged, INumber<TInput>
    {
        bool isSymbol = typeof(TInput) == typeof(int);
        TInput[] inputs =
            [.. Enumerable.Range(0, count).Select(_ => TInput.CreateChecked(isSymbol ? random.Next(size) : 2 - (4 * random.NextDouble())))];
        if (fault == Fault.Input)
            inputs[random.Next(count)] = TInput.CreateChecked(!isSymbol ? double.PositiveInfinity : random.Next(2) == 0 ? -1 : size);
        return inputs;
    }

    /// <summary>A state's numbers.</summary>
    public static T[] Numbers<T, TState>(TState state, int size)
        where T : unmanaged
        where TState : struct, IRnnState<T>
    {
        T[] numbers = new T[size];
        state.CopyTo(numbers);
        return numbers;
    }

    /// <summary>The same state with a number that is none.</summary>
    public static TState WithNaN<T, TState>(TState state, int size, int place)
        where T : unmanaged, INumber<T>
        where TState : struct, IRnnState<T>
    {
        T[] numbers = Numbers<T, TState>(state, size);
        numbers[place % size] = T.CreateChecked(double.NaN);
        state.CopyFrom(numbers);
        return state;
    }

    /// <summary>Exactly the same numbers.</summary>
    public static IEnumerable<double> Wide<T>(IEnumerable<T> numbers) where T : unmanaged, INumber<T> =>
        numbers.Select(double.CreateChecked);
}
