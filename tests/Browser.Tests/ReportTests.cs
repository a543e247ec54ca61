using System.Diagnostics;
using System.Reflection;
using KMeans.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KMeans.Browser.Tests;

/// <summary>The page that <c>kmeans describe --report</c> writes, opened as a file.</summary>
[Collection(BrowserCollection.Name)]
public sealed class ReportTests(Chromium chromium) : IDisposable
{
    private const string Curve = """
        {"rows":1797,"features":64,"k":10,"sureness":"weak","points":[
        {"k":2,"msd":1060,"msdInterval":[1046,1074]},{"k":4,"msd":885,"msdInterval":[874,897]},{"k":6,"msd":778,"msdInterval":[768,788]},{"k":8,"msd":702,"msdInterval":[693,711]},
        {"k":10,"msd":648.4,"msdInterval":[640,657]},{"k":12,"msd":621,"msdInterval":[613,629]},{"k":14,"msd":596,"msdInterval":[588,604]},{"k":16,"msd":576,"msdInterval":[569,583]}]}
        """;

    private static readonly string ClientPath = Path.GetFullPath(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ClientPath").Value!);

    private readonly string folder = Directory.CreateTempSubdirectory("kmeans-report-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [PrerequisiteTheory(Prerequisite.Chromium, Prerequisite.Axe)]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Report_AsAFile_OpensQuietlyAndIsUsable(ColorScheme scheme)
    {
        await WriteReportAsync(withCurve: true);
        await using var page = await OpenAsync(scheme);

        await Expect(page.Heading).ToHaveTextAsync("10 clusters of 1,797 rows");
        await Expect(page.Page.Locator(".card")).ToHaveCountAsync(10);
        await Expect(page.Page.Locator(".sizes tbody tr")).ToHaveCountAsync(10);
        await Expect(page.Page.Locator("svg.curve circle")).ToHaveCountAsync(8);
        await Expect(page.Page.Locator(".card").First).ToContainTextAsync("digits.parquet: row ");
        Assert.True(await ColoursAsync(page) > 10, "the map is empty");
        await page.RequireAccessibleAsync();
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Report_ByTheKeyboard_ShowsTheOtherMapAndPicksClustersOut()
    {
        await WriteReportAsync(withCurve: false);
        await using var page = await OpenAsync(ColorScheme.Light);
        await Expect(page.Page.Locator("svg.curve")).ToHaveCountAsync(0);
        var before = await PictureAsync(page);

        await page.Page.Locator("input[value=neighbours]").FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Page.Locator("input[value=components]")).ToBeCheckedAsync();
        var components = await PictureAsync(page);
        Assert.NotEqual(before, components);

        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Space");
        await Expect(page.Page.Locator(".key").First).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(page.Page.Locator(".card.on h3")).ToHaveTextAsync(["Cluster 0"]);
        Assert.NotEqual(components, await PictureAsync(page));

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator(".card.on")).ToHaveCountAsync(0);
        Assert.Equal(components, await PictureAsync(page));
        page.RequireQuiet();
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Report_OnANarrowScreen_DoesNotScrollSideways()
    {
        await WriteReportAsync(withCurve: true);
        await using var page = await OpenAsync(ColorScheme.Light, width: 360, height: 700);

        Assert.True(await page.Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
    }

    [PrerequisiteFact(Prerequisite.Chromium, Prerequisite.Screenshots)]
    public async Task Report_IsPictured()
    {
        await WriteReportAsync(withCurve: false);
        await using var page = await OpenAsync(ColorScheme.Light, width: 1180, height: 1330);
        await SettleAsync(page);
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Prerequisite.Get(Prerequisite.Screenshots), "report.png") });
        await page.Page.Locator("#clusters").ScrollIntoViewIfNeededAsync();
        await page.Page.EvaluateAsync("() => document.getElementById('clusters').scrollIntoView({ behavior: 'instant' })");
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Prerequisite.Get(Prerequisite.Screenshots), "report-cards.png") });
    }

    private async Task<OpenPage> OpenAsync(ColorScheme scheme, int width = 1280, int height = 900) => await chromium.OpenAsync(new Uri(folder).AbsoluteUri, "report.html", scheme, width, height, ReducedMotion.Reduce);

    /// <summary>How many colours the map has, when it is drawn.</summary>
    private static async Task<int> ColoursAsync(OpenPage page)
    {
        await SettleAsync(page);
        return await page.Page.EvaluateAsync<int>("""
            () => {
              const canvas = document.getElementById('canvas');
              return new Set(new Uint32Array(canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size;
            }
            """);
    }

    private static async Task<string> PictureAsync(OpenPage page)
    {
        await SettleAsync(page);
        return await page.Page.EvaluateAsync<string>("() => document.getElementById('canvas').toDataURL()");
    }

    /// <summary>Waits until what was asked for is drawn: the frame after the next one begins.</summary>
    private static async Task SettleAsync(OpenPage page) => await page.Page.EvaluateAsync("() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))");

    private async Task WriteReportAsync(bool withCurve)
    {
        await RunAsync("demo");
        if (withCurve)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "kmeans-demo", "curve.json"), Curve);
        }

        await RunAsync("describe", "--model", "kmeans-demo", "--input", Sample(), "--report", "report.html", "--quiet");
    }

    private async Task RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(ClientPath);
        Array.ForEach(arguments, start.ArgumentList.Add);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token);
        Assert.True(process.ExitCode == 0, await output + await error);
    }

    /// <summary>The sample of the repository, beside whose copy the page can be made anywhere: its name alone is in the page.</summary>
    private string Sample()
    {
        var place = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(place.FullName, "KMeans.sln")))
        {
            place = place.Parent!;
        }

        File.Copy(Path.Combine(place.FullName, "samples", "digits.parquet"), Path.Combine(folder, "digits.parquet"), overwrite: true);
        return "digits.parquet";
    }
}
