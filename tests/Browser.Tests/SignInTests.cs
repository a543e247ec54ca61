using KMeans.Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace KMeans.Browser.Tests;

/// <summary>Where the service wants to know who asks.</summary>
[Collection(UsesBrowser.Name)]
public class SignInTests(Chromium chromium)
{
    private const string KeyId = "AKIDEXAMPLE";
    private const string Secret = "of-the-page/tests+0123456789";
    private const string Token = "TheTokenOfThePageTests";

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Page_OfAServiceWithKeys_SignsItsRequestsAndKeepsTheSecretInMemory()
    {
        await using var service = await ServedJobs.StartAsync(keys: $"{KeyId} {Secret}\n", token: Token);
        service.WriteCsv("rows.csv", 3000);
        await service.SubmitAsync("mine", "rows.csv", 2);
        await using var page = await chromium.OpenAsync(service.Url, "#/jobs/mine");
        await Expect(page.Heading).ToHaveTextAsync("Sign in");
        await Expect(page.Heading).ToBeFocusedAsync();

        await page.Page.GetByLabel("Access key", new PageGetByLabelOptions { Exact = true }).Last.FillAsync(KeyId);
        await page.Page.GetByLabel("Secret").FillAsync(Secret + "x");
        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign in" }).ClickAsync();
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("signature");

        await page.Page.GetByLabel("Secret").FillAsync(Secret);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.Locator(".now .state")).ToHaveTextAsync("✓ Finished");
        await Expect(page.Card("Cluster sizes").Locator("tbody tr")).ToHaveCountAsync(2);

        // The list has a query, which is signed too.
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "All jobs" }).ClickAsync();
        await page.Page.GetByLabel("Name").FillAsync("mi");
        await Expect(page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "mine" })).ToBeVisibleAsync();
        Assert.Equal(0, await page.Page.EvaluateAsync<int>("() => localStorage.length + sessionStorage.length + document.cookie.length"));
        page.RequireOneHost();

        await page.Page.ReloadAsync();
        await Expect(page.Heading).ToHaveTextAsync("Sign in");
    }

    [PrerequisiteFact(Prerequisite.Chromium)]
    public async Task Page_WithTheToken_ShowsJobsUntilTheUserSignsOut()
    {
        await using var service = await ServedJobs.StartAsync(token: Token);
        await using var page = await chromium.OpenAsync(service.Url);
        await page.Page.GetByRole(AriaRole.Radio, new PageGetByRoleOptions { Name = "Token" }).CheckAsync();
        await page.Page.GetByLabel("Token").Last.FillAsync("ATokenOfSomebodyElse");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("token");

        await page.Page.GetByLabel("Token").Last.FillAsync(Token);
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.Page.GetByText("No jobs yet")).ToBeVisibleAsync();

        await page.Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Sign out" }).ClickAsync();
        await Expect(page.Heading).ToHaveTextAsync("Sign in");
        await Expect(page.Page.GetByText("No jobs yet")).ToBeHiddenAsync();
    }

    [PrerequisiteFact(Prerequisite.Chromium, Prerequisite.Axe)]
    public async Task SignIn_HasNothingThatAxeFinds()
    {
        await using var service = await ServedJobs.StartAsync(token: Token);
        await using var page = await chromium.OpenAsync(service.Url);
        await Expect(page.Heading).ToHaveTextAsync("Sign in");
        await page.RequireAccessibleAsync();
    }
}
