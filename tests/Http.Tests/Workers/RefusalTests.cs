using System.Net;
using System.Net.Http.Json;
using System.Text;
using KMeans.Http.Protocol;
using KMeans.Http.Tests.Support;
using KMeans.Http.Workers;

namespace KMeans.Http.Tests.Workers;

/// <summary>What a worker must not do, asked for over a real connection: every refusal is one line that says what to do.</summary>
public sealed class RefusalTests : IAsyncLifetime, IDisposable
{
    private const string Token = "0123456789abcdef0123";

    private readonly Folder folder = new();
    private Worker worker = null!;

    public async Task InitializeAsync()
    {
        folder.WriteCsv("data/a.csv", 100);
        folder.WriteCsv("secret.csv", 100);
        worker = await Worker.StartAsync(folder["data"], Token);
    }

    public async Task DisposeAsync() => await worker.DisposeAsync();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("GET", Routes.Info, null)]
    [InlineData("GET", Routes.Info, "0123456789abcdef0124")]
    [InlineData("GET", Routes.Info, "0123456789abcdef012")]
    [InlineData("POST", Routes.Inputs, null)]
    [InlineData("POST", "/v1/passes/x", null)]
    [InlineData("POST", "/v1/passes/x/blocks/0-1?attempt=1", null)]
    [InlineData("DELETE", "/v1/passes/x", null)]
    [InlineData("GET", "/anything", null)]
    public async Task Request_WithoutTheToken_IsUnauthorized(string method, string path, string? token)
    {
        var problem = await worker.Refused(new HttpMethod(method), path, token: token);
        Assert.Equal(ProblemTypes.Unauthorized, problem.Type);
        Assert.Contains("--token-file", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Health_WithoutTheToken_IsAnswered()
    {
        using var response = await worker.Send(HttpMethod.Get, Routes.Health);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"status":"ready","runningBlocks":0}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("../secret.csv")]
    [InlineData("/etc/passwd")]
    [InlineData("s3://bucket/a.csv")]
    public async Task Input_OutsideTheRoots_IsRefused(string path)
    {
        var problem = await worker.Refused(HttpMethod.Post, Routes.Inputs, JsonContent.Create(new InputRequest([path], "auto", null, null), ProtocolJson.Default.InputRequest), Token);
        Assert.Equal(ProblemTypes.Input, problem.Type);
        Assert.Contains("outside the worker's data roots", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"version":1,"text":[],"missing":"error","columns":[{"name":"nowhere"}]}""")]
    public async Task Input_ThroughARecipeThatDoesNotFit_IsRefused(string recipe)
    {
        var request = new InputRequest(["a.csv"], "auto", null, null, recipe);
        var problem = await worker.Refused(HttpMethod.Post, Routes.Inputs, JsonContent.Create(request, ProtocolJson.Default.InputRequest), Token);
        Assert.Equal(ProblemTypes.Input, problem.Type);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"paths":[null],"format":"auto"}""")]
    [InlineData("""{"paths":"a","format":"auto"}""")]
    public async Task Input_ThatIsNotWellFormed_IsABadRequest(string body)
    {
        var problem = await worker.Refused(HttpMethod.Post, Routes.Inputs, new StringContent(body, Encoding.UTF8, "application/json"), Token);
        Assert.Equal(ProblemTypes.BadRequest, problem.Type);
    }

    [Fact]
    public async Task Body_BeyondTheLimit_IsRefusedWithoutBeingRead()
    {
        using var large = new ByteArrayContent(new byte[2 << 20]);
        Assert.Equal(ProblemTypes.TooLarge, (await worker.Refused(HttpMethod.Post, Routes.Inputs, large, Token)).Type);
        using var small = new ByteArrayContent(new byte[1]);
        Assert.Equal(ProblemTypes.TooLarge, (await worker.Refused(HttpMethod.Post, "/v1/passes/x/blocks/0-1?attempt=1", small, Token)).Type);
    }

    [Fact]
    public async Task Body_BeyondTheLimitWithoutALength_IsRefused()
    {
        await using var strict = await Worker.StartAsync(folder["data"], change: options => options with { MostPassBytes = 1000 });
        using var endless = new StreamContent(new EndlessStream());
        try
        {
            var problem = await strict.Refused(HttpMethod.Post, "/v1/passes/x", endless);
            Assert.Contains(problem.Type, new[] { ProblemTypes.TooLarge, ProblemTypes.BadRequest });
        }
        catch (HttpRequestException)
        {
            // It may close the stream before this side reads the refusal.
        }

        using var health = await strict.Send(HttpMethod.Get, Routes.Health);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Fact]
    public async Task Pass_ThatIsNotOne_IsABadRequest()
    {
        var bytes = new byte[1000];
        new Random(1).NextBytes(bytes);
        using var random = new ByteArrayContent(bytes);
        var problem = await worker.Refused(HttpMethod.Post, "/v1/passes/x", random, Token);
        Assert.Equal(ProblemTypes.BadRequest, problem.Type);
        Assert.Contains("the pass", problem.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/passes/x/blocks/0-1?attempt=1", ProblemTypes.UnknownPass)]
    [InlineData("/v1/passes/x/blocks/0-1", ProblemTypes.BadRequest)]
    [InlineData("/v1/passes/x/blocks/0-1?attempt=-1", ProblemTypes.BadRequest)]
    [InlineData("/v1/passes/a%2e%2e/blocks/99999999999-1?attempt=1", ProblemTypes.NotFound)]
    [InlineData("/v1/passes/a.b", ProblemTypes.BadRequest)]
    [InlineData("/v1/nothing", ProblemTypes.NotFound)]
    public async Task Path_ThatMeansNothing_IsRefused(string path, string type) => Assert.Equal(type, (await worker.Refused(HttpMethod.Post, path, token: Token)).Type);

    [Fact]
    public async Task Headers_BeyondTheLimit_AreRefusedAndTheWorkerGoesOn()
    {
        using var http = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        http.DefaultRequestHeaders.Add("X-Large", new string('x', 30_000));
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () => (await http.GetAsync(new Uri(worker.Url + Routes.Health))).EnsureSuccessStatusCode());
        using var health = await worker.Send(HttpMethod.Get, Routes.Health);
        Assert.Equal(HttpStatusCode.OK, health.StatusCode);
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", null, false, "a token is required")]
    [InlineData("http://0.0.0.0:0", Token, false, "--insecure")]
    [InlineData("https://127.0.0.1:0", Token, false, "--tls-cert")]
    [InlineData("ftp://127.0.0.1:0", null, false, "no address")]
    [InlineData("http://127.0.0.1:0/path", null, false, "no address")]
    [InlineData("http://example.com:0", null, false, "no IP address")]
    public async Task Start_WithoutTheProtectionThatAnAddressNeeds_SaysWhatToGive(string listen, string? token, bool insecure, string reason)
    {
        var options = new WorkerOptions { Listen = [listen], DataRoots = [folder["data"]], Token = token, Insecure = insecure };
        var error = await Assert.ThrowsAsync<InputException>(() => WorkerHost.StartAsync(options, _ => { }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_OnAPortThatIsTaken_SaysSo()
    {
        var options = new WorkerOptions { Listen = [worker.Url], DataRoots = [folder["data"]] };
        var error = await Assert.ThrowsAsync<InputException>(() => WorkerHost.StartAsync(options, _ => { }));
        Assert.Contains("choose another port", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Zeros without an end.</summary>
    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Clear(buffer, offset, count);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
