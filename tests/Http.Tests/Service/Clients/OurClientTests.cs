using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Clients;

public class OurClientTests
{
    [Theory]
    [InlineData(new[] { "list" }, "--url, --cluster")]
    [InlineData(new[] { "list", "--url", "http://127.0.0.1:1", "--cluster", "localhost" }, "--url, --cluster")]
    [InlineData(new[] { "list", "--url", "ftp://somewhere" }, "--url ftp://somewhere")]
    [InlineData(new[] { "list", "--url", "http://127.0.0.1:1", "--cluster-id", "x" }, "--cluster-id")]
    [InlineData(new[] { "serve", "--listen", "http://127.0.0.1:0", "--data-root", "/tmp", "--state", "/proc/none" }, "--state")]
    [InlineData(new[] { "serve", "--listen", "http://127.0.0.1:0", "--data-root", "/tmp", "--state", "/tmp", "--workers", "http://127.0.0.1:1", "--backend", "gpu" }, "--backend gpu")]
    [InlineData(new[] { "serve", "--listen", "http://127.0.0.1:0", "--data-root", "/tmp", "--state", "/tmp", "--worker-token-file", "/nowhere/at/all" }, "--worker-token-file /nowhere/at/all")]
    public async Task Command_ToldWrongly_SaysWhatToDo(string[] arguments, string expected)
    {
        await using var process = KMeansProcess.Start(arguments);

        Assert.Equal(2, await process.ExitAsync());
        Assert.Contains(expected, process.Error, StringComparison.Ordinal);
    }
}
