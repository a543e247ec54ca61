using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service;

/// <summary>Where a service listens. These are not for a silo: it listens at ports of its own, which its settings are checked for, and its metrics are its own too.</summary>
public sealed class ListeningTests : IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("http://0.0.0.0:0", false, "calls must be signed")]
    [InlineData("http://0.0.0.0:0", true, "without TLS")]
    [InlineData("https://127.0.0.1:0", true, "--tls-cert")]
    public async Task Service_ThatOthersReach_MustBeProtected(string listen, bool signs, string expected)
    {
        var refused = await Assert.ThrowsAsync<InputException>(() => Support.Service.StartAsync(folder, signs, options => options with { Listen = [listen] }));

        Assert.Contains(expected, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfAServiceWithKeys_AreForThoseWhoHaveOne()
    {
        await using var service = await Support.Service.StartAsync(folder, signs: true);
        using var http = new HttpClient();

        Assert.Equal(403, (int)(await http.GetAsync(new Uri(service.Url + "/metrics"))).StatusCode);
    }
}
