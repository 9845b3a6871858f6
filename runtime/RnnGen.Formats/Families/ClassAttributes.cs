using System.Globalization;
using System.Reflection;
using RnnGen.Onnx;

namespace RnnGen.Formats;

/// <summary>
/// The declaration of a class that was compiled at build, as its assembly has it: attributes are data, which trimming and NativeAOT keep.
/// </summary>
internal static class ClassAttributes
{
    /// <summary>The attributes behind <c>[RnnModel]</c>, in the order in which they were written, as an import writes them.</summary>
    public static List<AttributeText> Of(Type model) =>
    [
        .. model.GetCustomAttributesData()
            .Where(a => a.AttributeType.Namespace == "RnnGen" && a.AttributeType != typeof(RnnModelAttribute)
                && a.AttributeType != typeof(CompressedAttribute))
            .Select(Text),
    ];

    private static AttributeText Text(CustomAttributeData data)
    {
        string kind = data.AttributeType.Name.Split('`')[0];
        if (kind.EndsWith(nameof(Attribute), StringComparison.Ordinal))
            kind = kind[..^nameof(Attribute).Length];
        if (data.AttributeType.IsGenericType)
        {
            IEnumerable<string?> types =
                data.AttributeType.GetGenericArguments().Select(t => t.Namespace == "RnnGen" ? t.Name : t.FullName);
            kind += $"<{string.Join(", ", types)}>";
        }

        return new(
            kind,
            [
                .. data.ConstructorArguments.Select(Value),
                .. data.NamedArguments.Select(a => $"{a.MemberName} = {Value(a.TypedValue)}"),
            ]);
    }

    private static string Value(CustomAttributeTypedArgument argument) => argument switch
    {
        { ArgumentType.IsEnum: true } =>
            $"{argument.ArgumentType.Name}.{Enum.ToObject(argument.ArgumentType, argument.Value!)}",
        { Value: string text } => $"\"{text}\"",
        { Value: bool flag } => flag ? "true" : "false",
        { Value: double number } => Layers.Number(number),
        _ => Convert.ToString(argument.Value, CultureInfo.InvariantCulture) ?? "",
    };
}
