using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KMeans.Coordination;
using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Workers;

public sealed class TlsTests : IDisposable
{
    private const string Token = "0123456789abcdef0123";

    private readonly Folder folder = new();
    private readonly string certificate;
    private readonly string key;

    public TlsTests()
    {
        using var secret = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=worker", secret, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        certificate = folder.Write("cert.pem", made.ExportCertificatePem());
        key = folder.Write("key.pem", secret.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Info_OverTlsWithTheAuthorityAndTheToken_IsAnswered()
    {
        await using var worker = await Start();
        using var client = new WorkerClient(worker.Url, new WorkerClientOptions { Token = Token, AuthorityPath = certificate });
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
        using var client = new WorkerClient(worker.Url, new WorkerClientOptions { AuthorityPath = certificate });
        var fault = await Assert.ThrowsAsync<InstanceFaultException>(() => client.InfoAsync(CancellationToken.None));
        Assert.False(fault.IsTransient);
        Assert.Contains("--token-file", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithFilesThatAreNoCertificate_NamesTheOptions()
    {
        var error = await Assert.ThrowsAsync<InputException>(() => Worker.StartAsync(
            folder.Path, Token, options => options with { Listen = ["https://127.0.0.1:0"], CertificatePath = key, CertificateKeyPath = certificate }));
        Assert.Contains("--tls-cert", error.Message, StringComparison.Ordinal);
    }

    private Task<Worker> Start() => Worker.StartAsync(
        folder.Path, Token, options => options with { Listen = ["https://127.0.0.1:0"], CertificatePath = certificate, CertificateKeyPath = key });
}
