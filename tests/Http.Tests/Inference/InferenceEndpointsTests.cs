using System.Net;
using System.Net.Sockets;
using System.Text;
using KMeans.Http.Inference;
using Server = KMeans.Http.Tests.Support.Inference;

namespace KMeans.Http.Tests.Inference;

public class InferenceEndpointsTests
{
    private const string Records = "application/x-recordio-protobuf";

    /// <summary>The row (3, 6) in every format.</summary>
    private static readonly (string Type, byte[] Body)[] Row =
    [
        ("text/csv", "3,6"u8.ToArray()),
        ("text/csv; label_size=0", "3,6\n"u8.ToArray()),
        ("application/json", "{\"instances\":[{\"features\":[3,6]}]}"u8.ToArray()),
        ("application/jsonlines", "{\"data\":{\"features\":{\"keys\":[0,1],\"shape\":[2],\"values\":[3,6]}}}"u8.ToArray()),
        (Records, Convert.FromHexString("0a23d7ce180000000a160a0676616c756573120c120a0a08000040400000c040")),
    ];

    [Theory]
    [InlineData(null, "application/json", """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":2.0}]}""")]
    [InlineData("*/*", "application/json", """{"predictions":[{"closest_cluster":1.0,"distance_to_cluster":2.0}]}""")]
    [InlineData("application/jsonlines", "application/jsonlines", "{\"distance_to_cluster\": 2.0, \"closest_cluster\": 1.0}\n")]
    [InlineData("text/csv", "text/csv", "1.0,2.0\n")]
    [InlineData(Records, Records, "\x0a\x23\xd7\xce\x3e\0\0\0\x12\x1b\x0a\x0f" + "closest_cluster\x12\x08\x12\x06\x0a\x04\0\0\x80\x3f\x12\x1f\x0a\x13" + "distance_to_cluster\x12\x08\x12\x06\x0a\x04\0\0\0\x40\0\0")]
    public async Task Invocation_OfEveryFormat_IsAnsweredInTheAccepted(string? accept, string type, string expected)
    {
        await using var server = await Server.StartAsync();
        foreach (var (contentType, body) in Row)
        {
            using var response = await server.Invoke(body, contentType, accept);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal(type, response.Content.Headers.ContentType?.ToString());
            Assert.Equal(expected, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
        }
    }

    [Fact]
    public async Task Ping_IsAnEmptySuccess()
    {
        await using var server = await Server.StartAsync();
        using var response = await server.Get("/ping");
        Assert.Equal((HttpStatusCode.OK, ""), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task ExecutionParameters_AreThoseOfTheOptions()
    {
        await using var server = await Server.StartAsync(options => options with { MaxConcurrentTransforms = 8, MultiRecord = false, MaxPayloadInMB = 20 });
        using var response = await server.Get("/execution-parameters");
        Assert.Equal("application/json", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("""{"MaxConcurrentTransforms":8,"BatchStrategy":"SINGLE_RECORD","MaxPayloadInMB":20}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Invocation_OfManyRows_IsStreamedWhole()
    {
        const int count = 300_000;
        await using var server = await Server.StartAsync();
        using var response = await server.Invoke(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "0,1\n" : "3,4\n"))), "text/csv", "text/csv");
        Assert.Equal(string.Concat(Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "0.0,1.0\n" : "1.0,0.0\n")), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(3 << 20, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Body_BeyondTheLimit_IsRefusedWhetherItsLengthIsSaidOrNot(int more, HttpStatusCode expected)
    {
        await using var server = await Server.StartAsync(options => options with { MaxPayloadInMB = 1 });
        var body = new byte[InferenceOptions.Megabyte + more];
        body.AsSpan().Fill((byte)'\n');
        "3,4"u8.CopyTo(body);
        using var said = await server.Invoke(body, "text/csv");
        Assert.Equal(expected, said.StatusCode);
        using var unsaid = await server.Invoke(new StreamContent(new Chunks(body)), "text/csv");
        Assert.Equal(expected, unsaid.StatusCode);
        if (expected != HttpStatusCode.OK)
        {
            Assert.Equal("the payload is larger than the 1 MB that are taken here; send fewer rows a request.", await said.Content.ReadAsStringAsync());
        }
    }

    [Fact]
    public async Task Requests_BeyondTheLimit_AreToldToTryAgain()
    {
        await using var server = await Server.StartAsync(options => options with { MostRequests = 1 });
        using (var first = await BeginAsync(server))
        {
            using var refused = await server.Invoke("3,4"u8.ToArray(), "text/csv");
            using var again = await server.Invoke(new byte[100_000], "text/csv");
            Assert.Equal((HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests), (refused.StatusCode, again.StatusCode));
            Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
            Assert.Equal("1 requests are being answered, as many as are taken; try again.", await refused.Content.ReadAsStringAsync());
            using var ping = await server.Get("/ping");
            Assert.Equal(HttpStatusCode.OK, ping.StatusCode);
        }

        // The first client went away in the middle of its body: its place becomes free.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        HttpStatusCode status;
        do
        {
            patience.Token.ThrowIfCancellationRequested();
            using var response = await server.Invoke("3,4"u8.ToArray(), "text/csv");
            status = response.StatusCode;
        }
        while (status == HttpStatusCode.TooManyRequests);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(server.Faults);
    }

    [Fact]
    public async Task Server_ThatStops_EndsWithinItsPatience()
    {
        await using var server = await Server.StartAsync();
        using var open = await BeginAsync(server);
        await server.StopAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => server.Get("/ping"));
    }

    [Fact]
    public async Task Model_ThatIsNone_IsNotServed()
    {
        using var folder = new Support.Folder();
        var failure = await Assert.ThrowsAsync<InputException>(() => InferenceHost.StartAsync(new InferenceOptions { Listen = "http://127.0.0.1:0", ModelPath = folder.Path }, _ => { }));
        Assert.StartsWith($"{folder.Path}: is not a model folder", failure.Message);
    }

    /// <summary>A request whose body is being read: the server says so, because it was asked to.</summary>
    private static async Task<TcpClient> BeginAsync(Server server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Url.Port);
        await client.GetStream().WriteAsync("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"u8.ToArray());
        var answer = new byte[64];
        var length = await client.GetStream().ReadAsync(answer);
        Assert.StartsWith("HTTP/1.1 100", Encoding.ASCII.GetString(answer, 0, length));
        return client;
    }

    /// <summary>Bytes whose length is not known before.</summary>
    private sealed class Chunks(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
