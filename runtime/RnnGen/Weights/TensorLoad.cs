using System.Runtime.InteropServices;

namespace RnnGen;

/// <summary>
/// Reads the tensors of a file into parameter buffers, all or nothing, and without a second set of them: everything is read and checked
/// once, what is wrong is collected, and if that is nothing, matrices are read again to where they belong. Vectors wait in between: rows of
/// them are added up.
/// </summary>
internal sealed class TensorLoad<T>(SafetensorsFile file) where T : unmanaged
{
    /// <summary>Tensors of a similar name that are looked at before a missing one has none to suggest.</summary>
    private const int MostCompared = 100;

    private readonly ProblemList problems = new();
    private readonly HashSet<string> expected = new(StringComparer.Ordinal);
    private readonly List<string> ignored = [];
    private readonly List<(ParameterView<T> View, TensorPlace? Place, T[]? Vector, bool MayBeNegative)> staged = [];

    private ILookup<string, SafetensorsTensor>? byLastSegment;

    // As large as the largest tensor in another layout, and the largest parameter.
    private T[] tensorValues = [];
    private T[] parameterValues = [];

    /// <summary>Checks all tensors of <paramref name="parameters"/>, named with <paramref name="prefix"/>.</summary>
    public void Stage(ParameterSet<T> parameters, string prefix = "", bool mayBeNegative = true) =>
        Stage(parameters, view => TensorPlace.Same(prefix + view.Name, view), mayBeNegative);

    /// <summary>Checks all tensors of <paramref name="parameters"/> from other frameworks' layouts.</summary>
    public void Stage(ParameterSet<T> parameters, IReadOnlyList<LayerWeights> layers)
    {
        LayoutTensors<T> map = new(parameters, layers, Report);
        Stage(parameters, view =>
        {
            TensorPlace? place = map.Find(view, out string? problem);
            if (!string.IsNullOrEmpty(problem))
                Report(problem);
            return place;
        });
    }

    /// <summary>Checks all tensors of <paramref name="parameters"/>; those that are nowhere are zero.</summary>
    private void Stage(ParameterSet<T> parameters, Func<ParameterView<T>, TensorPlace?> find, bool mayBeNegative = true)
    {
        List<(ParameterView<T> View, TensorPlace? Place)> places = [.. parameters.Select(view => (view, find(view)))];
        if (places.Count == 0)
            return;
        Reserve(ref parameterValues, places.Max(p => p.View.Count));
        Reserve(ref tensorValues, places.Max(p => p.Place is { IsSame: false } ? p.Place.Count : 0));
        List<(ParameterView<T> View, string Name, T[] Values)> vectors = [];
        foreach (var (view, place) in places)
        {
            if (place is not null && Find(place.Name, place.Shape, "F32", "F64", "F16", "BF16") is null)
                continue;
            string name = place is null ? view.Name : Text(view, place);
            ReadOnlySpan<T> values = Read(view, place);
            if (view.Problem(values, mayBeNegative) is { } problem)
            {
                bool narrowed = typeof(T) == typeof(float) && place is not null && file[place.Name].Type == "F64";
                Report($"{name} {problem}{(narrowed ? " (after rounding the file's F64 to float)" : "")}");
                continue;
            }

            T[]? vector = view.Columns == 0 ? values.ToArray() : null;
            if (vector is not null)
                vectors.Add((view, name, vector));
            staged.Add((view, place, vector, mayBeNegative));
        }

        // Sums start from the file's own values, so these must all be in place first.
        Dictionary<int, T> sums = [];
        foreach (var (view, _, values) in vectors)
            view.SetOwn(values, place => ref CollectionsMarshal.GetValueRefOrAddDefault(sums, place, out bool _));
        foreach (var (view, name, values) in vectors)
        {
            if (view.Fold(
                values, place => ref CollectionsMarshal.GetValueRefOrAddDefault(sums, place, out bool _), write: true) is { } problem)
                Report($"{name} {problem}");
        }
    }

    /// <summary>Tensors with this prefix may be in the file although nobody asks for them.</summary>
    public void Ignore(string prefix) => ignored.Add(prefix);

    /// <summary>Several parameters may come from one tensor: what is wrong with that is said once.</summary>
    public void Report(string problem) => problems.Add(problem);

    /// <summary>Nothing is wrong, and the file has nothing that nobody asked for.</summary>
    /// <param name="outcome">The words for the model's condition now.</param>
    /// <exception cref="InvalidDataException">There were problems; the message lists the first of them.</exception>
    public void Check(string outcome = ", which is unchanged")
    {
        foreach (SafetensorsTensor tensor in file.Tensors)
        {
            if (!expected.Contains(tensor.Name) && !ignored.Exists(prefix => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)))
                Report($"{FileText.Quote(tensor.Name)} {FileText.Shape(tensor.Shape)} is in the file, but not in the model");
        }

        if (problems.Count > 0)
            throw new InvalidDataException($"The file does not fit the model{outcome}:\n  {problems.Join("\n  ")}");
    }

    /// <param name="failed">The words for the model's condition if the file fails now.</param>
    /// <exception cref="InvalidDataException">There were problems; the message lists the first of them, and no buffer has
    /// changed.</exception>
    /// <exception cref="IOException">The file, of which nothing was wrong, could not be read again as it was: buffers have changed in
    /// part.</exception>
    public void Commit(string failed = ", and the model has some of them now; load it again")
    {
        Check();
        try
        {
            foreach (var (view, place, vector, mayBeNegative) in staged)
            {
                ReadOnlySpan<T> values = vector ?? Read(view, place);
                if (vector is null && view.Problem(values, mayBeNegative) is { } problem)
                    throw new InvalidDataException($"{view.Name} {problem}");
                view.SetOwn(values, view.InModel);
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new IOException($"The file was changed or failed while its weights were copied{failed}. {exception.Message}", exception);
        }

        foreach (var (view, _, vector, _) in staged)
        {
            if (vector is not null)
                view.Fold(vector, view.InModel, write: true);
        }
    }

    /// <summary>The file's tensor of that name, shape and one of these types; null, which is reported, if it has none.</summary>
    public SafetensorsTensor? Find(string name, ReadOnlySpan<long> shape, params ReadOnlySpan<string> types)
    {
        expected.Add(name);
        if (file.Find(name) is not { } tensor)
        {
            Report($"{name} {FileText.Shape(shape)} is missing{Suggestion(name, shape)}");
            return null;
        }

        if (!tensor.Shape.SequenceEqual(shape))
        {
            bool transposed = tensor.Shape is [.., var rows, var columns] && shape is [.., var wantedRows, var wantedColumns]
                && tensor.Shape[..^2].SequenceEqual(shape[..^2]) && rows == wantedColumns && columns == wantedRows;
            Report($"{name} has the shape {FileText.Shape(tensor.Shape)}, but the model's is "
                + $"{FileText.Shape(shape)}{(transposed ? ": it looks transposed" : "")}");
            return null;
        }

        if (types.Contains(tensor.Type))
            return tensor;
        Report($"{name} has the type {tensor.Type}, which is {(types.Length == 1 ? "not" : "none of")} "
            + $"{string.Join(", ", types.ToArray())}");
        return null;
    }

    /// <summary>A parameter's values, until the next are read.</summary>
    private ReadOnlySpan<T> Read(ParameterView<T> view, TensorPlace? place)
    {
        Span<T> values = parameterValues.AsSpan(0, view.Count);
        if (place is null)
        {
            values.Clear();
        }
        else if (place.IsSame)
        {
            file[place.Name].CopyTo(values);
        }
        else
        {
            Span<T> tensor = tensorValues.AsSpan(0, (int)place.Count);
            file[place.Name].CopyTo(tensor);
            place.Gather(tensor, values, view.Rows, Math.Max(view.Columns, 1));
        }

        return values;
    }

    private static void Reserve(ref T[] values, long count)
    {
        if (values.Length < count)
            values = new T[count];
    }

    /// <summary>A parameter by its name in the file, and by the model's where that says more.</summary>
    private static string Text(ParameterView<T> view, TensorPlace place) =>
        place.Name.EndsWith(view.Name, StringComparison.Ordinal) ? place.Name : $"{place.Name} ({view.Name})";

    /// <summary>A tensor of the same shape whose name differs in the case of letters or in what stands before the last dot.</summary>
    private string Suggestion(string name, ReadOnlySpan<long> shape)
    {
        byLastSegment ??= file.Tensors.ToLookup(tensor => LastSegment(tensor.Name), StringComparer.OrdinalIgnoreCase);
        foreach (SafetensorsTensor tensor in byLastSegment[LastSegment(name)].Take(MostCompared))
        {
            if (tensor.Shape.SequenceEqual(shape))
                return $"; is it the file's {FileText.Quote(tensor.Name)}?";
        }

        return "";
    }

    private static string LastSegment(string name) => name[(name.LastIndexOfAny(['.', '/']) + 1)..];
}
