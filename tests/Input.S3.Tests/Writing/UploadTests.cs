using System.Text;
using KMeans.Input.S3.Tests.Support;
using KMeans.Storage;
using Microsoft.AspNetCore.Http;

namespace KMeans.Input.S3.Tests.Writing;

/// <summary>Objects appear whole or not at all.</summary>
[Collection(S3Tests.Name)]
public sealed class UploadTests(S3Server server)
{
    private const int Part = 5 << 20;

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(2 << 20)]
    [InlineData(Part)]
    [InlineData((2 * Part) + 17)]
    public void Commit_OfAnySize_MakesWhatWasWrittenVisible(int size)
    {
        using var store = server.Store();
        var path = ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin");
        var content = new byte[size];
        new Random(size).NextBytes(content);
        using (var file = store.Create(path, overwrite: false))
        {
            foreach (var piece in content.Chunk(777_777))
            {
                file.Stream.Write(piece);
            }

            file.Stream.Dispose();
            Assert.Null(store.Find(path));
            file.Commit();
        }

        Assert.Equal(content, ReadAll(store, path));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public void Write_OverAHeader_ChangesTheFirstPart()
    {
        using var store = server.Store();
        var path = ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin");
        using (var file = store.Create(path, overwrite: false))
        {
            file.Stream.Write("0000"u8);
            file.Stream.Write(new byte[2 * Part]);
            var end = file.Stream.Position;
            file.Stream.Position = 0;
            file.Stream.Write("1234"u8);
            file.Stream.Position = end;
            file.Stream.Write("!"u8);
            file.Commit();
        }

        var all = ReadAll(store, path);
        Assert.Equal((2 * Part) + 5, all.Length);
        Assert.Equal("1234", Encoding.ASCII.GetString(all, 0, 4));
        Assert.Equal((byte)'!', all[^1]);
    }

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData(100, 0)]
    [InlineData((2 * Part) + 100, 1)]
    public async Task Dispose_WithoutCommit_LeavesNothingAndAbortsTheUpload(int size, int aborts)
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, _ => Fault.None);
        using var store = server.Store(proxy.Endpoint);
        var folder = S3Server.NewFolder();
        using (var file = store.Create(ObjectPath.Parse($"{folder}/a.bin"), overwrite: false))
        {
            file.Stream.Write(new byte[size]);
        }

        Assert.Empty(S3Server.Names(store, folder));
        Assert.Equal(aborts, proxy.Requests.Count(IsAbort));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Write_WhereAPartIsRefusedForGood_FailsAndLeavesTheOldObject()
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request => IsPart(request) ? Fault.Throttle : Fault.None);
        using var store = server.Store(proxy.Endpoint);
        var path = ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin");
        S3Server.Put(store, path.ToString(), [1, 2, 3]);
        using (var file = store.Create(path, overwrite: true))
        {
            var error = Assert.Throws<IOException>(() =>
            {
                file.Stream.Write(new byte[3 * Part]);
                file.Commit();
            });
            Assert.Contains("503", error.Message, StringComparison.Ordinal);
        }

        Assert.Equal([1, 2, 3], ReadAll(store, path));
        Assert.Single(proxy.Requests, request => IsAbort(request));
    }

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData("Throttle")]
    [InlineData("Reset")]
    public async Task Write_ThroughFaultsThatPass_SendsEveryByte(string fault)
    {
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, FaultyProxy.First(2, Enum.Parse<Fault>(fault), request => IsPart(request)));
        using var store = new S3ObjectStore(S3Server.Settings(proxy.Endpoint) with { Retries = 4 });
        var path = ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin");
        var content = new byte[(2 * Part) + 100];
        new Random(1).NextBytes(content);
        S3Server.Put(store, path.ToString(), content);

        Assert.Equal(content, ReadAll(store, path));
    }

    [PrerequisiteFact(Prerequisite.S3Server)]
    public async Task Commit_WithoutOverwrite_AsksTheStoreToRefuseANewcomer()
    {
        var conditions = new List<string>();
        await using var proxy = await FaultyProxy.StartAsync(server.Endpoint, request =>
        {
            conditions.Add($"{request.Method} {request.Headers.IfNoneMatch}");
            return Fault.None;
        });
        using var store = server.Store(proxy.Endpoint);
        using var file = store.Create(ObjectPath.Parse($"{S3Server.NewFolder()}/a.bin"), overwrite: false);
        file.Commit();

        Assert.Equal(["PUT *"], conditions);
    }

    /// <summary>The server has no such request and refuses it: that it was sent is what can be seen.</summary>
    private static bool IsAbort((string Method, string Path, string Range) request) => request.Method == "DELETE" && request.Path.Contains("uploadId=", StringComparison.Ordinal);

    private static bool IsPart(HttpRequest request) => request.Method == "PUT" && request.Query.ContainsKey("partNumber");

    private static byte[] ReadAll(S3ObjectStore store, ObjectPath path)
    {
        using var source = store.Open(store.Find(path)!);
        var bytes = new byte[source.Length];
        Assert.Equal(bytes.Length, source.Read(0, bytes));
        return bytes;
    }
}
