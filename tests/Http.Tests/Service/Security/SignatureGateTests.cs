using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Security;
using KMeans.Http.Service.Store;
using KMeans.Http.Tests.Support;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Tests.Service.Security;

public sealed class SignatureGateTests : IAsyncLifetime, IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly Folder folder = new();
    private readonly ManualClock clock = new(Now);
    private RecordStore store = null!;
    private SignatureGate gate = null!;

    public async Task InitializeAsync()
    {
        store = await RecordStore.OpenAsync(Database.Open(null, folder.Path), CancellationToken.None);
        gate = NewGate();
    }

    public async Task DisposeAsync() => await store.DisposeAsync();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Require_OfASignedRequest_GivesItsKey() => Assert.Equal(Support.Service.KeyId, await gate.RequireAsync(Signed("{}"), "{}"u8.ToArray(), changes: true));

    [Fact]
    public async Task Require_OfAnUnsignedRequest_RefusesIt() =>
        Assert.Equal("MissingAuthenticationTokenException", (await Refused(Request("{}"), "{}")).Code);

    [Theory]
    [InlineData(-5, true)]
    [InlineData(-6, false)]
    [InlineData(5, true)]
    [InlineData(6, false)]
    public async Task Require_OfAnotherClock_TakesFiveMinutes(int minutes, bool isTaken)
    {
        var request = Signed("{}", Now.AddMinutes(minutes));
        if (isTaken)
        {
            await gate.RequireAsync(request, "{}"u8.ToArray(), changes: false);
        }
        else
        {
            Assert.Equal("InvalidSignatureException", (await Refused(request, "{}")).Code);
        }
    }

    [Fact]
    public async Task Require_OfAnotherSecret_RefusesIt() => Assert.Equal("InvalidSignatureException", (await Refused(Signed("{}", secret: "another secret of length"), "{}")).Code);

    [Fact]
    public async Task Require_OfAnUnknownKey_RefusesIt() => Assert.Equal("UnrecognizedClientException", (await Refused(Signed("{}", id: "AKIDOTHER"), "{}")).Code);

    [Fact]
    public async Task Require_OfAnotherBody_RefusesIt() => Assert.Equal("InvalidSignatureException", (await Refused(Signed("{}"), "{ }")).Code);

    [Fact]
    public async Task Require_OfAnotherTarget_RefusesIt()
    {
        var request = Signed("{}");
        request.Headers["X-Amz-Target"] = "SageMaker.StopTrainingJob";

        Assert.Equal("InvalidSignatureException", (await Refused(request, "{}")).Code);
    }

    [Fact]
    public async Task Require_OfATargetThatIsNotSigned_RefusesIt()
    {
        var request = Signed("{}");
        request.Headers["X-Amz-Other"] = "added on the way";

        Assert.Contains("x-amz-other", (await Refused(request, "{}")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/sagemaker/aws4_request, SignedHeaders=host;x-amz-date")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/sagemaker, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260228/us-east-1/sagemaker/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/sagemaker/aws4_request, SignedHeaders=x-amz-date;host, Signature=0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/us-east-1/sagemaker/aws4_request, SignedHeaders=host;x-amz-date, Signature=zz")]
    public async Task Require_OfHalfASignature_RefusesIt(string header)
    {
        var request = Request("{}");
        request.Headers["X-Amz-Date"] = "20260301T120000Z";
        request.Headers.Authorization = header;

        Assert.Equal("IncompleteSignatureException", (await Refused(request, "{}")).Code);
    }

    [Fact]
    public async Task Require_OfAChangeThatComesAgain_RefusesItAlsoAfterARestart()
    {
        await gate.RequireAsync(Signed("{}"), "{}"u8.ToArray(), changes: true);

        Assert.Contains("used before", (await Refused(Signed("{}"), "{}")).Message, StringComparison.Ordinal);
        gate = NewGate();
        Assert.Contains("used before", (await Refused(Signed("{}"), "{}")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Require_OfALookThatComesAgain_TakesItForAWhile()
    {
        await gate.RequireAsync(Signed("{}"), "{}"u8.ToArray(), changes: false);
        clock.Advance(SignatureGate.Together);
        await gate.RequireAsync(Signed("{}"), "{}"u8.ToArray(), changes: false);
        clock.Advance(TimeSpan.FromSeconds(1));

        var refused = await Assert.ThrowsAsync<ApiException>(() => gate.RequireAsync(Signed("{}"), "{}"u8.ToArray(), changes: false));
        Assert.Contains("used before", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Require_OfASignedLink_TakesItUntilItsEnd()
    {
        var query = "/v1/jobs?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + Uri.EscapeDataString($"{Support.Service.KeyId}/20260301/us-east-1/sagemaker/aws4_request")
            + "&X-Amz-Date=20260301T120000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host";
        var headers = new Dictionary<string, string> { ["host"] = "localhost" };
        var signed = SignedRequest.Read(Signing.Context("GET", query + "&X-Amz-Signature=" + new string('0', 64), headers).Request)!;
        var signature = SignatureVersion4.Compute(Signing.Context("GET", query, headers).Request, signed, Encoding.UTF8.GetBytes("AWS4" + Support.Service.Secret), Convert.ToHexStringLower(SHA256.HashData([])));
        HttpRequest Link(string end) => Signing.Context("GET", $"{query}&X-Amz-Signature={Convert.ToHexStringLower(signature)}{end}", headers).Request;

        await gate.RequireAsync(Link(""), Array.Empty<byte>(), changes: false);
        clock.Advance(TimeSpan.FromSeconds(60));
        await gate.RequireAsync(Link(""), Array.Empty<byte>(), changes: false);
        Assert.Equal("InvalidSignatureException", (await Assert.ThrowsAsync<ApiException>(() => gate.RequireAsync(Link("&count=5"), Array.Empty<byte>(), changes: false))).Code);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Contains("expired", (await Assert.ThrowsAsync<ApiException>(() => gate.RequireAsync(Link(""), Array.Empty<byte>(), changes: false))).Message, StringComparison.Ordinal);
    }

    private SignatureGate NewGate() => new(AccessKeys.Parse($"{Support.Service.KeyId} {Support.Service.Secret}", "keys"), store, clock);

    private async Task<ApiException> Refused(HttpRequest request, string body) =>
        await Assert.ThrowsAsync<ApiException>(() => gate.RequireAsync(request, Encoding.UTF8.GetBytes(body), changes: true));

    private static HttpRequest Request(string body)
    {
        var request = Signing.Context("POST", "/", new Dictionary<string, string> { ["host"] = "localhost", ["x-amz-target"] = "SageMaker.CreateTrainingJob" }).Request;
        request.ContentLength = body.Length;
        return request;
    }

    private static HttpRequest Signed(string body, DateTimeOffset? time = null, string id = Support.Service.KeyId, string secret = Support.Service.Secret)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri("http://localhost/"));
        message.Headers.TryAddWithoutValidation("X-Amz-Target", "SageMaker.CreateTrainingJob");
        Signing.Sign(message, Encoding.UTF8.GetBytes(body), time ?? Now, id, secret);
        var request = Request(body);
        foreach (var (name, values) in message.Headers)
        {
            request.Headers[name] = string.Join(',', values);
        }

        // A header with commas in it comes as one value.
        request.Headers.Authorization = message.Headers.GetValues("Authorization").Single().ToString(CultureInfo.InvariantCulture);
        return request;
    }
}
