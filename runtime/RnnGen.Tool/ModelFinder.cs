using System.Globalization;
using System.Reflection;

namespace RnnGen.Tool;

/// <summary>Finds the class that weights are of: the only one that they fit, name by name and shape by shape.</summary>
internal static class ModelFinder
{
    private const int MostListed = 5;

    /// <param name="directory">The folder in which builds are looked for, if no assembly is given.</param>
    /// <param name="assembly">The assembly that has the class; null for what is built under the directory.</param>
    /// <param name="model">The class with its namespace; null for any.</param>
    /// <param name="weights">The weights.</param>
    /// <exception cref="ArgumentException">There is no such class, or more than one; the message says which.</exception>
    public static Type Find(string directory, string? assembly, string? model, SafetensorsFile weights)
    {
        IReadOnlyList<string> paths = assembly is null ? UserAssembly.Built(directory) : [assembly];
        if (paths.Count == 0)
            throw new ArgumentException($"No program or library that uses RnnGen is built in a bin folder under {directory}; build it, "
                + "or name it with --assembly.");
        List<Type> models = [.. paths.SelectMany(UserAssembly.Models).Where(type => model is null || type.FullName == model)];
        string where = string.Join(", ", paths.Select(Path.GetFileName));
        if (models.Count == 0)
            throw new ArgumentException(
                model is null ? $"{where} has no model." : $"{where} has no class {model}; --model takes the name with its namespace.");
        // What is wrong with a single one is said in full when it is loaded.
        if (models.Count == 1)
            return models[0];

        List<(Type Type, string First, int Problems)> tried = [.. models.Select(type => Try(type, weights)).OrderBy(t => t.Problems)];
        List<Type> fitting = [.. tried.TakeWhile(t => t.Problems == 0).Select(t => t.Type)];
        if (fitting.Count == 1)
            return fitting[0];
        var closest = tried.Take(MostListed)
            .Select(t => $"\n  {t.Type}: {t.First}{(t.Problems == 1 ? "" : $", and {t.Problems - 1} more")}");
        throw new ArgumentException(fitting.Count > 1
            ? "The weights fit several models; choose one with "
                + $"--model:{string.Concat(fitting.Select(t => $"\n  {t} in {t.Assembly.Location}"))}"
            : $"The weights fit none of {models.Count} models{(models.Count > MostListed ? "; the closest are" : "")}:"
                + string.Concat(closest));
    }

    /// <summary>
    /// Makes a model and calls a generic method that takes it first; the method's type arguments are those of
    /// <see cref="IRnnModel{T, TInput, TTarget, TState}"/>.
    /// </summary>
    public static object? Call(Type type, Type owner, string method, params ReadOnlySpan<object> more)
    {
        Type contract = type.GetInterfaces().First(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IRnnModel<,,,>));
        object model = Activator.CreateInstance(type, 0UL, null)!;
        MethodInfo found =
            owner.GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(contract.GetGenericArguments());
        return found.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [model, .. more], CultureInfo.InvariantCulture);
    }

    /// <returns>The first thing that is wrong, and how many there are; none if the weights fit.</returns>
    private static (Type Type, string First, int Problems) Try(Type type, SafetensorsFile weights)
    {
        try
        {
            Call(type, typeof(ModelFinder), nameof(Load), weights);
            return (type, "", 0);
        }
        catch (InvalidDataException problem)
        {
            // A list stands behind a line that says that something is wrong, and ends with how many more there are, if not all are said.
            string[] lines = problem.Message.Split('\n', StringSplitOptions.TrimEntries);
            int more = lines[^1].Split(' ') is ["and", var count, "more"] ? int.Parse(count, CultureInfo.InvariantCulture) - 1 : 0;
            return (type, lines[Math.Min(1, lines.Length - 1)], Math.Max(lines.Length - 1, 1) + more);
        }
    }

    private static void Load<T, TInput, TTarget, TState>(IRnnModel<T, TInput, TTarget, TState> model, SafetensorsFile weights)
        where T : unmanaged
        where TInput : unmanaged
        where TTarget : unmanaged
        where TState : struct, IRnnState<T> => WeightFile.Load(weights, model.Parameters);
}
