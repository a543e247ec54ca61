using KMeans.Coordination;
using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Workers;

public sealed class TlsTests : IDisposable
{
    private const string Token = "0123456789abcdef0123";

    private readonly Folder folder = new();
    private readonly Authority authority;

    public TlsTests() => authority = new Authority(folder);

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Info_OverTlsWithTheAuthorityAndTheToken_IsAnswered()
    {
        await using var worker = await Start();
        using var client = new WorkerClient(worker.Url, new WorkerClientOptions { Token = Token, AuthorityPath = authority.AuthorityPath });
        Assert.StartsWith("https://", worker.Url, StringComparison.Ordinal);
        Assert.Equal(1, (await client.InfoAsync(CancellationToken.None)).Threads);
    }

    [Fact]
    public async Task Info_FromAWorkerThatNobodyVouchesFor_IsNotAskedFor()
    {
        await using var worker = await Start();
        using var client = new WorkerClient(worker.Url, new WorkerClientOptions { Token = Token });
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => client.InfoAsync(CancellationToken.None));
        Assert.Contains("--tls-ca", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Info_WithoutTheToken_IsRefusedForGood()
    {
        await using var worker = await Start();
        using var client = new WorkerClient(worker.Url, new WorkerClientOptions { AuthorityPath = authority.AuthorityPath });
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => client.InfoAsync(CancellationToken.None));
        Assert.False(fault.IsTransient);
        Assert.Contains("--token-file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithFilesThatAreNoCertificate_NamesTheOptions()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => Worker.StartAsync(
            folder.Path, Token, options => options with { Listen = ["https://127.0.0.1:0"], CertificatePath = authority.KeyPath, CertificateKeyPath = authority.CertificatePath }));
        Assert.Contains("--tls-cert", error.Message, StringComparison.Ordinal);
    }

    private Task<Worker> Start() => Worker.StartAsync(
        folder.Path, Token, options => options with { Listen = ["https://127.0.0.1:0"], CertificatePath = authority.CertificatePath, CertificateKeyPath = authority.KeyPath });
}
