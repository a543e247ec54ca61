using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Server = KMeans.Http.Tests.Support.Inference;

namespace KMeans.Http.Tests.Inference;

/// <summary>Requests that are wrong in every way that was thought of, over real connections: each has its documented error, none a 500, and the server goes on.</summary>
public class MalformedRequestTests
{
    private const string Unable = "unable to evaluate payload provided: ";
    private const string Records = "application/x-recordio-protobuf";

    private static readonly string[] WrongNumbers =
        ["abc", "1.2.3", "1e", "--1", "0x10", "\"1,000\"", "1 2", "1e5x", "+-1", "e5", "1..2", "1_000", "$5", "5%", "1/2", "\u0661", "1;2", "true", "\0", "", "NaN", "inf", "-Infinity", "1e39", "-1e400", "NA", "null"];

    private static readonly string[] WrongJsonNumbers = ["\"1\"", "null", "true", "[1]", "{}", "NaN", "1e39", "-1e400", "Infinity", "01", "+1", ".5", "1.", "0x1", "'1'", ""];

    private static readonly string[] WrongRows =
    [
        "", "{", "}", "[]", "{}", "null", "3", "\"x\"", "[1,2]", "{\"features\":}", "{\"features\":null}", "{\"features\":{}}", "{\"features\":[]}", "{\"features\":[1]}", "{\"features\":[1,2,3]}",
        "{\"features\":[1,2}", "{\"features\":[1,2]", "{'features':[1,2]}", "{\"Features\":[1,2]}", "{\"data\":null}", "{\"data\":[]}", "{\"data\":{}}", "{\"data\":{\"features\":7}}",
        "{\"data\":{\"features\":{\"values\":7}}}", "{\"data\":{\"features\":{\"values\":[1,2],\"shape\":[3]}}}", "{\"data\":{\"features\":{\"values\":[1],\"keys\":[0]}}}",
        "{\"data\":{\"features\":{\"values\":[1],\"keys\":[2],\"shape\":[2]}}}", "{\"data\":{\"features\":{\"values\":[1],\"keys\":[-1],\"shape\":[2]}}}",
        "{\"data\":{\"features\":{\"values\":[1,1],\"keys\":[1,1],\"shape\":[2]}}}", "{\"data\":{\"features\":{\"values\":[1],\"keys\":[0],\"shape\":[4294967296,4294967296,4294967296]}}}",
        "{\"features\":[1,2],\"features\":[1,2]}", new string('[', 100_000), string.Concat(Enumerable.Repeat("{\"data\":", 1000)), "\u0007{\"features\":[1,2]}", "{\"features\":[1,2],}",
    ];

    private static readonly string[] WrongRecords =
    [
        "0a", "0a23d7", "0a23d7ce", "0a23d7ce00", "0a23d7ce00000000", "0a23d7ce04000000", "0a23d7ceffffff1f", "0a23d7ceffffffff", "0a23d7ce1800002000", "cED7230a18000000",
        "0a23d7ce01000000ff000000", "0a23d7ce020000000aff0000", "0a23d7ce0200000000000000", "0a23d7ce020000000b000000", "0a23d7ce040000000a020a00", "0a23d7ce0c0000000a0a0a0676616c7565731200",
        "0a23d7ce0e0000000a0c0a0676616c7565731202120000000000", "0a23d7ce120000000a100a0676616c756573120612040a0200000000",
        "0a23d7ce140000000a120a0676616c756573120812060a040000803f", "0a23d7ce180000000a160a0676616c756573120c120a0a080000c07f000000c0", "0a23d7ce180000000a160a0676616c756573120c120a0a080000807f000000c0",
        "0a23d7ce210000000a1f0a0676616c756573121512130a080000803f0000804012031aac021a02d00f000000", "0a23d7ce180000000a160a0676616c756573120c120a0a080000c03f", "3,4",
    ];

    public static IEnumerable<(string Type, byte[] Body, int Status, string Begin)> Corpus() =>
    [
        .. WrongNumbers.Select(text => ("text/csv", Encoding.UTF8.GetBytes($"1,2\n3,{text}\n"), 400, Unable + "row 2")),
        .. WrongNumbers.Where(text => text.Length > 0).Select(text => ("text/csv", Encoding.UTF8.GetBytes($"{text},4"), 400, Unable + "row 1")),
        .. new[] { "1\n", "1,2,3\n", "1,2,\n", ",,\n", "x,y\n1,2\n", "\"1,2\"\n", "<html></html>", "1;2\n", "1\t2\n" }.Select(text => ("text/csv", Encoding.UTF8.GetBytes(text), 400, Unable + "row 1")),
        .. new[] { "", "\n", "\r\n\r\n", "\uFEFF" }.Select(text => ("text/csv", Encoding.UTF8.GetBytes(text), 400, Unable + "there are no rows")),
        ("text/csv", Encoding.Unicode.GetBytes("1,2\n3,4\n"), 400, Unable + "row 1"),
        ("text/csv", [.. Enumerable.Range(0, 256).Select(i => (byte)(i * 37))], 400, Unable + "row 1"),
        ("text/csv", Encoding.ASCII.GetBytes(new string('"', 1 << 20)), 400, Unable + "row 1"),
        ("text/csv", Encoding.ASCII.GetBytes(new string(',', 1 << 20)), 400, Unable + "row 1"),
        .. WrongJsonNumbers.Select(text => ("application/jsonlines", Encoding.UTF8.GetBytes($"{{\"features\":[1,2]}}\n{{\"features\":[3,{text}]}}"), 400, Unable + "row 2")),
        .. WrongJsonNumbers.Select(text => ("application/json", Encoding.UTF8.GetBytes($"{{\"instances\":[{{\"features\":[3,{text}]}}]}}"), 400, Unable)),
        .. WrongRows.Where(row => row.Length > 0).Select(row => ("application/jsonlines", Encoding.UTF8.GetBytes($"{{\"features\":[1,2]}}\n{row}\n"), 400, Unable + "row 2")),
        .. WrongRows.Where(row => row.Length > 0).Select(row => ("application/json", Encoding.UTF8.GetBytes($"{{\"instances\":[{row}]}}"), 400, Unable)),
        .. WrongRows.Select(row => ("application/json", Encoding.UTF8.GetBytes(row), 400, Unable)),
        .. WrongRecords.Select(hex => (Records, hex[0] == '3' ? Encoding.UTF8.GetBytes(hex) : Convert.FromHexString(hex), 400, Unable + "row 1")),
        (Records, [], 400, Unable + "there are no rows"),
        .. new[] { "", "text", "text/", "text/plain", "application/xml", "application/x-parquet", "application/octet-stream", "text/csv2", ";", "text/csv;label_size=1", "text/csv;label_size=-1", "text/csv;charset=utf-16" }
            .Select(type => (type, "1,2"u8.ToArray(), 415, "")),
    ];

    [Fact]
    public async Task Bodies_OfEveryWrongKind_AreRefusedWithTheReason()
    {
        await using var server = await Server.StartAsync();
        var corpus = Corpus().ToList();
        Assert.InRange(corpus.Count, 240, 500);
        foreach (var (type, body, status, begin) in corpus)
        {
            using var response = await server.Invoke(body, type);
            var text = await response.Content.ReadAsStringAsync();
            var what = $"{type}: {Encoding.UTF8.GetString(body, 0, Math.Min(body.Length, 80))}: {text}";
            Assert.True((int)response.StatusCode == status, what);
            Assert.True(text.StartsWith(begin, StringComparison.Ordinal), what);
            Assert.True(text.Length is > 10 and < 600 && !text.Contains('\n', StringComparison.Ordinal), what);
            Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        }

        await RequireAlive(server);
    }

    [Fact]
    public async Task Bodies_WithAnyByteChanged_AreAnsweredOrRefused()
    {
        await using var server = await Server.StartAsync();
        var random = new Random(1);
        (string Type, byte[] Body)[] good =
        [
            ("text/csv", "1.5,-2\n3e0,4\n"u8.ToArray()),
            ("application/json", "{\"instances\":[{\"features\":[1.5,2]},{\"data\":{\"features\":{\"keys\":[1],\"shape\":[2],\"values\":[4]}}}]}"u8.ToArray()),
            ("application/jsonlines", "{\"features\":[1.5,2]}\n{\"data\":{\"features\":{\"values\":[3,4]}}}"u8.ToArray()),
            (Records, Convert.FromHexString("0a23d7ce1f0000000a1d0a0676616c756573121312110a080000c03f000000c0120200011a010200" + "0a23d7ce180000000a160a0676616c756573120c120a0a080000c03f000000c0")),
        ];
        for (var i = 0; i < 600; i++)
        {
            var (type, body) = good[i % good.Length];
            var changed = body.ToArray();
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
            using var response = await server.Invoke(changed[..random.Next(changed.Length / 2, changed.Length + 1)], type);
            Assert.True((int)response.StatusCode is 200 or 400, $"{type} {Convert.ToHexString(changed)}: {response.StatusCode}");
        }

        await RequireAlive(server);
    }

    [Theory]
    [InlineData("gzip", null, 415, "the content encoding 'gzip' is not supported")]
    [InlineData(null, "text/html", 406, "none of the types in Accept is supported; accept text/csv,")]
    [InlineData(null, "text/csv;q=0", 406, "none of the types in Accept")]
    public async Task Headers_ThatAreNotSupported_AreRefused(string? encoding, string? accept, int status, string begin)
    {
        await using var server = await Server.StartAsync();
        using var content = new ByteArrayContent("1,2"u8.ToArray());
        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        using var response = await server.Invoke(content, "text/csv", accept);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.StartsWith(begin, await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("GET", "/invocations", 404)]
    [InlineData("POST", "/ping", 404)]
    [InlineData("POST", "/invocations/x.csv", 404)]
    [InlineData("GET", "/", 404)]
    [InlineData("GET", "/../../etc/passwd", 404)]
    public async Task Path_ThatThereIsNot_IsNotFound(string method, string path, int status)
    {
        await using var server = await Server.StartAsync();
        Assert.Equal(status, await Raw(server, $"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"));
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", 400)]
    [InlineData("POST /invocations\r\n\r\n", 400)]
    [InlineData("POST /invocations HTTP/9.9\r\nHost: x\r\n\r\n", 505)]
    [InlineData("POST /invocations HTTP/1.1\r\n\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n", 413)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Type: text/csv\r\nTransfer-Encoding: gzip\r\n\r\n", 400)]
    [InlineData("POST /invocations HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", 400)]
    public async Task Http_ThatIsMalformed_IsRefused(string request, int status)
    {
        await using var server = await Server.StartAsync();
        Assert.Equal(status, await Raw(server, request));
        await RequireAlive(server);
    }

    [Theory]
    [InlineData(5000, 1, 414)]
    [InlineData(1, 100, 431)]
    public async Task Http_ThatIsTooLong_IsRefused(int path, int headers, int status)
    {
        await using var server = await Server.StartAsync();
        var lines = string.Concat(Enumerable.Range(0, headers).Select(i => $"X-{i}: {i}\r\n"));
        Assert.Equal(status, await Raw(server, $"POST /{new string('x', path)} HTTP/1.1\r\nHost: x\r\n{lines}\r\n"));
    }

    private static async Task RequireAlive(Server server)
    {
        Assert.Empty(server.Faults);
        using var response = await server.Invoke("3,4"u8.ToArray(), "text/csv", "text/csv");
        Assert.Equal("1.0,0.0\n", await response.Content.ReadAsStringAsync());
    }

    /// <summary>Sends bytes and reads the status of what is answered.</summary>
    private static async Task<int> Raw(Server server, string request)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, server.Url.Port, patience.Token);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), patience.Token);
        var answer = new byte["HTTP/1.1 200".Length];
        await client.GetStream().ReadExactlyAsync(answer, patience.Token);
        return int.Parse(Encoding.ASCII.GetString(answer)[^3..], CultureInfo.InvariantCulture);
    }
}
