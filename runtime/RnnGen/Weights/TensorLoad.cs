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
    public void Stage(ParameterSet<T> parameters, string prefix = "") => Stage(parameters, view => TensorPlace.Same(prefix + view.Name, view));

    /// <summary>Reads all tensors of <paramref name="parameters"/> from other frameworks' layouts into a copy.</summary>
    public void Stage(ParameterSet<T> parameters, IReadOnlyList<LayerWeights> layers)
    {
        LayoutMap<T> map = new(parameters, layers, Report);
        Stage(parameters, view =>
        {
            TensorPlace? place = map.Find(view, out string? problem);
            if (!string.IsNullOrEmpty(problem))
                Report(problem);
            return place;
        });
    }

    /// <summary>Reads all tensors of <paramref name="parameters"/> into a copy; those that are nowhere are zero.</summary>
    private void Stage(ParameterSet<T> parameters, Func<ParameterView<T>, TensorPlace?> find)
    {
        AlignedBuffer<T> copy = new(parameters.Buffer.Length);
        parameters.Buffer.Span.CopyTo(copy.Span);
        staged.Add((copy, parameters.Buffer));

        List<(ParameterView<T> View, string Name, T[] Values)> folds = [];
        foreach (ParameterView<T> view in parameters.In(copy))
        {
            TensorPlace? place = find(view);
            string name = place is null ? view.Name : Text(view, place);
            if (place is not null)
                expected.Add(place.Name);
            if ((place is null ? new T[view.Count] : ReadValues(view, place, name)) is not { } values)
                continue;
            view.SetOwn(values);
            folds.Add((view, name, values));
        }

        // Sums start from the file's own values, so these must all be in place first.
        foreach ((ParameterView<T> view, string name, T[] values) in folds)
        {
            if ((view.Fold(values, write: false) ?? view.Fold(values, write: true)) is { } problem)
                Report($"{name} {problem}");
        }
    }

    /// <summary>Tensors with this prefix may be in the file although nobody asks for them.</summary>
    public void Ignore(string prefix) => ignored.Add(prefix);

    /// <summary>Several parameters may come from one tensor: what is wrong with that is said once.</summary>
    public void Report(string problem)
    {
        if (!problems.Contains(problem))
            problems.Add(problem);
    }

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

    private T[]? ReadValues(ParameterView<T> view, TensorPlace place, string name)
    {
        if (file.Find(place.Name) is not { } tensor)
        {
            Report($"{place.Name} [{Text(place.Shape)}] is missing{Suggestion(place)}");
            return null;
        }

        if (!tensor.Shape.SequenceEqual(place.Shape))
        {
            bool transposed = tensor.Shape is [.., var rows, var columns] && place.Shape is [.., var wantedRows, var wantedColumns]
                && tensor.Shape[..^2].SequenceEqual(place.Shape.AsSpan()[..^2]) && rows == wantedColumns && columns == wantedRows;
            Report($"{place.Name} has the shape [{Text(tensor.Shape)}], but the model's is [{Text(place.Shape)}]{(transposed ? ": it looks transposed" : "")}");
            return null;
        }

        if (!tensor.IsReal)
        {
            Report($"{place.Name} has the type {tensor.Type}, which is none of F32, F64, F16, BF16");
            return null;
        }

        T[] all = new T[tensor.Count];
        tensor.CopyTo<T>(all);
        T[] values = place.Gather<T>(all, view.Rows, Math.Max(view.Columns, 1));
        if (view.Problem(values) is not { } problem)
            return values;
        bool narrowed = tensor.Type == "F64" && typeof(T) == typeof(float);
        Report($"{name} {problem}{(narrowed ? " (after rounding the file's F64 to float)" : "")}");
        return null;
    }

    /// <summary>A parameter by its name in the file, and by the model's where that says more.</summary>
    private static string Text(ParameterView<T> view, TensorPlace place) =>
        place.Name.EndsWith(view.Name, StringComparison.Ordinal) ? place.Name : $"{place.Name} ({view.Name})";

    /// <summary>A tensor of the same shape whose name differs in the case of letters or in what stands before the last dot.</summary>
    private string Suggestion(TensorPlace place)
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            bool similar = LastPart(tensor.Name).Equals(LastPart(place.Name), StringComparison.OrdinalIgnoreCase);
            if (similar && tensor.Shape.SequenceEqual(place.Shape))
                return $"; is it the file's {SafetensorsHeader.Quote(tensor.Name)}?";
        }

        return "";
    }

    private static ReadOnlySpan<char> LastPart(string name) => name.AsSpan(name.LastIndexOfAny(['.', '/']) + 1);

    private static string Text(ReadOnlySpan<long> shape) => string.Join(", ", shape.ToArray());
}
