using System.Reflection;
using System.Text;

namespace RnnGen.Generator.Diagnostics;

/// <summary>Addresses of the explanations of diagnostics.</summary>
internal static class HelpLink
{
    /// <summary>The project's public address, from the property ProjectUrl of the build; null if it has none.</summary>
    public static string? ProjectUrl { get; } =
        typeof(HelpLink).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == nameof(ProjectUrl))?.Value;

    /// <summary>
    /// The address of a diagnostic's section in docs/diagnostics.md, whose heading is "ID: title"; null without a public address.
    /// </summary>
    public static string? To(string? projectUrl, string id, string title)
    {
        if (projectUrl is null)
            return null;
        var anchor = new StringBuilder();
        foreach (char c in $"{id} {title}".ToLowerInvariant())
        {
            if (char.IsLetterOrDigit(c) || c == '-')
                anchor.Append(c);
            else if (c == ' ')
                anchor.Append('-');
        }

        return $"{projectUrl}/blob/main/docs/diagnostics.md#{anchor}";
    }
}
