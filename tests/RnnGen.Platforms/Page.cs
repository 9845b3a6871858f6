using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Playwright;

namespace RnnGen.Platforms;

/// <summary>Uses samples/Browser as a person would: pronounces words, trains until the loss falls, stops, saves, loads.</summary>
internal static class Page
{
    private const float Seconds = 1000;
    private const int Updates = 60;

    /// <summary>Goes through the page on a desktop's screen and looks at it on a phone's, and keeps pictures of both.</summary>
    /// <returns>A line for each thing that was seen.</returns>
    /// <exception cref="InvalidOperationException">The page did something else.</exception>
    public static async Task<IReadOnlyList<string>> Run(Workspace workspace)
    {
        string pictures = workspace.Folder("page-pictures");
        string published = await workspace.Publish("samples/Browser", "page");
        await using WebApplication server = await Browser.Serve(Path.Combine(published, "wwwroot"));
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await Browser.Launch(workspace, playwright);
        List<string> seen = [];
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        List<string> errors = [];
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync(server.Urls.First());

        await page.Locator("#phones").WaitForAsync(new() { Timeout = 120 * Seconds });
        await page.FillAsync("#word", "lighthouse");
        await page.ClickAsync("#say");
        await Expect(page, "#phones", text => text.StartsWith("L AY T HH AW S ", StringComparison.Ordinal));
        seen.Add("lighthouse is pronounced " + await page.InnerTextAsync("#phones"));
        if (await page.Locator("#pronounce svg rect").CountAsync() < 6 * "lighthouse".Length)
            throw new InvalidOperationException("The attention's grid has too few cells.");
        await page.FillAsync("#word", "2 words");
        await page.ClickAsync("#say");
        await Expect(page, "#pronounce .problem", text => text.Contains("only the letters a to z", StringComparison.Ordinal));
        await page.FillAsync("#word", "recurrent");
        await page.ClickAsync("#say");

        await page.ClickAsync("#start");
        await page.Locator("#progress").WaitForAsync(new() { Timeout = 60 * Seconds });
        double first = await Loss(page);
        await page.WaitForFunctionAsync(
            $"Number(document.querySelector('#progress').dataset.updates) >= {Updates}", null, new() { Timeout = 300 * Seconds });
        await page.ClickAsync("#stop");
        await page.Locator("#start").WaitForAsync();
        double last = await Loss(page);
        if (!(last < 0.8 * first))
            throw new InvalidOperationException($"The loss was {first}, and after {Updates} updates {last}.");
        seen.Add($"the loss falls from {first:F2} to {last:F2}: {(await page.InnerTextAsync("#progress")).Trim()}");
        await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, "desktop.png"), FullPage = true });

        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.ClickAsync("#save"));
        string weights = Path.Combine(pictures, "text.safetensors"), text = await page.InnerTextAsync("#written");
        await download.SaveAsAsync(weights);
        await page.ClickAsync("#reset");
        await page.SetInputFilesAsync("#train input[type=file]", weights);
        await Expect(page, "#written", read => read.Length == text.Length && read != text);
        seen.Add($"{new FileInfo(weights).Length:N0} bytes of weights are saved and loaded");
        await File.WriteAllTextAsync(Path.Combine(pictures, "broken.safetensors"), "no weights");
        await page.SetInputFilesAsync("#train input[type=file]", Path.Combine(pictures, "broken.safetensors"));
        await Expect(page, "#train .problem", problem => problem.Length > 0);
        seen.Add("a broken file is refused: " + await page.InnerTextAsync("#train .problem"));

        await page.SetViewportSizeAsync(390, 844);
        int width = await page.EvaluateAsync<int>("document.documentElement.scrollWidth");
        if (width > 390)
            throw new InvalidOperationException($"On a phone of 390 pixels the page is {width} wide.");
        await page.ScreenshotAsync(new() { Path = Path.Combine(pictures, "phone.png"), FullPage = true });
        seen.Add($"pictures are in {Path.GetRelativePath(workspace.Repository, pictures)}");
        return errors.Count == 0 ? seen : throw new InvalidOperationException(string.Join('\n', errors));
    }

    private static async Task<double> Loss(IPage page) =>
        double.Parse((await page.Locator("#progress").GetAttributeAsync("data-loss"))!, CultureInfo.InvariantCulture);

    private static async Task Expect(IPage page, string selector, Predicate<string> condition)
    {
        string text = "";
        for (int attempt = 0; attempt < 300; attempt++)
        {
            ILocator place = page.Locator(selector);
            text = await place.CountAsync() > 0 ? await place.InnerTextAsync() : "";
            if (condition(text))
                return;
            await Task.Delay(100);
        }

        throw new InvalidOperationException($"{selector} says: {text}");
    }
}
