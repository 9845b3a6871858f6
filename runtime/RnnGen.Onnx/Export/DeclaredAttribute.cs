using System.Reflection;

namespace RnnGen.Onnx;

/// <summary>One of a model class's attributes as it stands in the assembly.</summary>
internal sealed class DeclaredAttribute(CustomAttributeData data)
{
    private const string Suffix = "Attribute";

    /// <summary>Input, Rnn, Dense, …</summary>
    public string Kind { get; } =
        data.AttributeType.Name.Split('`')[0] is var name && name.EndsWith(Suffix, StringComparison.Ordinal)
            ? name[..^Suffix.Length]
            : name;

    /// <summary>The cell of a recurrent layer.</summary>
    public Type? Cell => data.AttributeType.IsGenericType ? data.AttributeType.GetGenericArguments()[0] : null;

    public string Name => Text("Name");

    public string From => Text("From");

    public bool Has(string name) => data.NamedArguments.Any(a => a.MemberName == name);

    public int Size(int index) => (int)data.ConstructorArguments[index].Value!;

    public string Text(string name) => Find(name) as string ?? "";

    public int Whole(string name, int otherwise = 0) => Find(name) is { } value ? (int)value : otherwise;

    public double Real(string name) => Find(name) is { } value ? (double)value : 0;

    public bool Flag(string name, bool otherwise = false) => Find(name) is { } value ? (bool)value : otherwise;

    /// <summary>An activation with its numbers.</summary>
    public Function Function(string name, string prefix, Activation otherwise) =>
        Function((Activation)Whole(name, (int)otherwise), prefix);

    /// <inheritdoc cref="Function(string, string, Activation)"/>
    public Function Function(Activation kind, string prefix)
    {
        Function function = Onnx.Function.Of(kind);
        if (Has($"{prefix}Alpha"))
            function = function with { Alpha = Real($"{prefix}Alpha") };
        return Has($"{prefix}Beta") ? function with { Beta = Real($"{prefix}Beta") } : function;
    }

    /// <summary>A class's attributes in the order in which they were written, which is the order in which compilers store them.</summary>
    /// <exception cref="ArgumentException">The class is no model.</exception>
    public static List<DeclaredAttribute> Of(Type model)
    {
        List<DeclaredAttribute> attributes =
            [.. model.GetCustomAttributesData().Where(a => a.AttributeType.Namespace == "RnnGen").Select(a => new DeclaredAttribute(a))];
        return attributes.Exists(a => a.Kind == "RnnModel")
            ? attributes
            : throw new ArgumentException($"{model} has no [RnnModel].", nameof(model));
    }

    private object? Find(string name) => data.NamedArguments.FirstOrDefault(a => a.MemberName == name).TypedValue.Value;
}
