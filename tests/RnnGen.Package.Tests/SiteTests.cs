using System.Diagnostics;
using System.Net;
using System.Text.RegularExpressions;

namespace RnnGen.Package.Tests;

/// <summary>The site of the pages and the API reference, by the one command that builds it.</summary>
[Collection("packages")]
public partial class SiteTests(PackageFixture fixture)
{
    [Fact]
    public async Task ItsBuildWarnsOfNothingAndNoLinkInItIsDead()
    {
        if (OperatingSystem.IsWindows())
            return;
        ProcessStartInfo start = new("bash", ["docs/site/build.sh"])
        {
            WorkingDirectory = fixture.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await output + await errors);

        string site = Path.Combine(fixture.Repository, "artifacts", "site");
        string[] pages = Directory.GetFiles(site, "*.html", SearchOption.AllDirectories);
        Assert.True(pages.Length > 150, $"{pages.Length} pages");
        Assert.Contains(Path.Combine(site, "docs", "training.html"), pages);
        Assert.True(File.Exists(Path.Combine(site, "index.json")), "The search has no index.");
        List<string> dead = [];
        int links = 0;
        foreach (string page in pages)
        {
            foreach (Match match in Link().Matches(await File.ReadAllTextAsync(page)))
            {
                string link = WebUtility.UrlDecode(WebUtility.HtmlDecode(match.Groups[1].Value)).Split('#', '?')[0];
                // Addresses of other sites are the framework's documentation.
                if (link.Length == 0 || link.Contains(':', StringComparison.Ordinal))
                    continue;
                links++;
                string target = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, link));
                if (!File.Exists(target) && !File.Exists(Path.Combine(target, "index.html")))
                    dead.Add($"{Path.GetRelativePath(site, page)}: {link}");
            }
        }

        Assert.True(links > 2000, $"{links} links");
        Assert.Empty(dead);
    }

    [GeneratedRegex("(?:href|src)=\"([^\"]*)\"")]
    private static partial Regex Link();
}
