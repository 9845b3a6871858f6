using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace RnnGen.Platforms;

/// <summary>The site of docs/ in Chromium: its first page, and its search.</summary>
internal static class Site
{
    private const float Seconds = 1000;

    /// <summary>Builds the site, looks at its first page, and searches it.</summary>
    /// <returns>A line for each thing that was seen.</returns>
    /// <exception cref="InvalidOperationException">The site showed something else.</exception>
    public static async Task<IReadOnlyList<string>> Run(Workspace workspace)
    {
        await Shell.Run(workspace.Repository, "bash", "docs/site/build.sh");
        string picture = Path.Combine(workspace.Folder("site"), "first-page.png");
        await using WebApplication server = await Browser.Serve(Path.Combine(workspace.Repository, "artifacts", "site"));
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Browser.Launch(workspace, playwright);
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 800 } });
        List<string> errors = [];
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(server.Urls.First());
        await page.Locator("article h1", new() { HasTextString = "RnnGen" }).WaitForAsync(new() { Timeout = 30 * Seconds });
        await page.Locator("#affix a").First.WaitForAsync(new() { Timeout = 30 * Seconds });
        await page.ScreenshotAsync(new() { Path = picture });

        await page.FillAsync("#search-query", "zoneout");
        ILocator results = page.Locator("#search-results .sr-item");
        await results.First.WaitForAsync(new() { Timeout = 60 * Seconds });
        string[] titles = [.. (await results.Locator(".item-title").AllInnerTextsAsync()).Select(title => title.Trim())];
        if (!titles.Any(title => title.Contains("Declaring models", StringComparison.Ordinal)))
            throw new InvalidOperationException($"A search for zoneout finds {string.Join(", ", titles)}.");
        return errors.Count > 0
            ? throw new InvalidOperationException(string.Join('\n', errors))
            :
            [
                $"a search for zoneout finds {titles.Length} pages",
                $"the first page is {Path.GetRelativePath(workspace.Repository, picture)}, {new FileInfo(picture).Length:N0} bytes",
            ];
    }
}
