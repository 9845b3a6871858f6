using System.Globalization;
using System.Text;
using RnnGen.Numerics;

namespace RnnGen;

/// <summary>
/// Reads the tensors of a file into parameter buffers, all or nothing: what is wrong is collected, the values wait in copies,
/// and only a load without a single problem reaches the buffers.
/// </summary>
internal sealed class TensorLoad<T>(SafetensorsFile file) where T : unmanaged
{
    private readonly List<string> problems = [];
    private readonly HashSet<string> expected = new(StringComparer.Ordinal);
    private readonly List<string> ignored = [];
    private readonly List<(AlignedBuffer<T> From, AlignedBuffer<T> To)> staged = [];

    /// <summary>Reads all tensors of <paramref name="parameters"/>, named with <paramref name="prefix"/>, into a copy.</summary>
    public void Stage(ParameterSet<T> parameters, string prefix = "")
    {
        AlignedBuffer<T> copy = new(parameters.Buffer.Length);
        parameters.Buffer.Span.CopyTo(copy.Span);
        staged.Add((copy, parameters.Buffer));

        List<(ParameterView<T> View, T[] Values)> folds = [];
        foreach (ParameterView<T> view in parameters.In(copy))
        {
            expected.Add(prefix + view.Name);
            if (ReadValues(view, prefix + view.Name) is not { } values)
                continue;
            view.SetOwn(values);
            folds.Add((view, values));
        }

        // Sums start from the file's own values, so these must all be in place first.
        foreach ((ParameterView<T> view, T[] values) in folds)
        {
            if ((view.Fold(values, write: false) ?? view.Fold(values, write: true)) is { } problem)
                Report($"{prefix}{view.Name} {problem}");
        }
    }

    /// <summary>Tensors with this prefix may be in the file although nobody asks for them.</summary>
    public void Ignore(string prefix) => ignored.Add(prefix);

    public void Report(string problem) => problems.Add(problem);

    /// <exception cref="InvalidDataException">There were problems; the message lists them all, and no buffer has changed.</exception>
    public void Commit()
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (!expected.Contains(tensor.Name) && !ignored.Exists(prefix => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)))
                Report($"{SafetensorsHeader.Quote(tensor.Name)} [{Text(tensor.Shape)}] is in the file, but not in the model");
        }

        if (problems.Count > 0)
        {
            StringBuilder message = new("The file does not fit the model, which is unchanged:");
            foreach (string problem in problems)
                message.Append(CultureInfo.InvariantCulture, $"\n  {problem}");
            throw new InvalidDataException(message.ToString());
        }

        foreach ((AlignedBuffer<T> from, AlignedBuffer<T> to) in staged)
            from.Span.CopyTo(to.Span);
    }

    private T[]? ReadValues(ParameterView<T> view, string name)
    {
        if (file.Find(name) is not { } tensor)
        {
            Report($"{name} [{string.Join(", ", view.Shape)}] is missing{Suggestion(view, name)}");
            return null;
        }

        long[] wanted = [.. view.Shape.Select(size => (long)size)];
        if (!tensor.Shape.SequenceEqual(wanted))
        {
            bool transposed = tensor.Shape is [var rows, var columns] && wanted is [var wantedRows, var wantedColumns]
                && rows == wantedColumns && columns == wantedRows;
            Report($"{name} has the shape [{Text(tensor.Shape)}], but the model's is [{Text(wanted)}]{(transposed ? ": it looks transposed" : "")}");
            return null;
        }

        if (!tensor.IsReal)
        {
            Report($"{name} has the type {tensor.Type}, which is none of F32, F64, F16, BF16");
            return null;
        }

        T[] values = new T[view.Count];
        tensor.CopyTo<T>(values);
        if (view.Problem(values) is not { } problem)
            return values;
        bool narrowed = tensor.Type == "F64" && typeof(T) == typeof(float);
        Report($"{name} {problem}{(narrowed ? " (after rounding the file's F64 to float)" : "")}");
        return null;
    }

    /// <summary>A tensor of the same shape whose name differs in the case of letters or in what stands before the last dot.</summary>
    private string Suggestion(ParameterView<T> view, string name)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            bool similar = LastPart(tensor.Name).Equals(LastPart(name), StringComparison.OrdinalIgnoreCase);
            if (similar && Text(tensor.Shape) == string.Join(", ", view.Shape))
                return $"; is it the file's {SafetensorsHeader.Quote(tensor.Name)}?";
        }

        return "";
    }

    private static ReadOnlySpan<char> LastPart(string name) => name.AsSpan(name.LastIndexOf('.') + 1);

    private static string Text(ReadOnlySpan<long> shape) => string.Join(", ", shape.ToArray());
}
