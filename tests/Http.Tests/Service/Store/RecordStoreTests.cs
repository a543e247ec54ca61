using System.Reflection;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;
using KMeans.Http.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KMeans.Http.Tests.Service.Store;

/// <summary>The same tests for both databases.</summary>
public abstract class RecordStoreTests : IAsyncLifetime
{
    private const string Kind = RecordKinds.TrainingJob;
    private RecordStore store = null!;

    public async Task InitializeAsync() => store = await RecordStore.OpenAsync(NewDatabase(), CancellationToken.None);

    public async Task DisposeAsync() => await store.DisposeAsync();

    [Fact]
    public async Task Add_OfANameThatIsTaken_ChangesNothing()
    {
        Assert.True(await store.AddAsync(Record("a") with { Document = "first" }));
        Assert.False(await store.AddAsync(Record("a") with { Document = "second" }, new Dictionary<string, string> { ["t"] = "x" }, "arn"));

        Assert.Equal("first", (await store.FindAsync(Kind, "a"))!.Document);
        Assert.Empty(await store.TagsAsync("arn"));
        Assert.Null(await store.FindAsync(RecordKinds.Model, "a"));
    }

    [Fact]
    public async Task Change_ByManyAtOnce_LosesNone()
    {
        await store.AddAsync(Record("a") with { Document = "0" });

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => store.ChangeAsync(Kind, "a", now => now with { Document = $"{int.Parse(now.Document, null) + 1}" }))));

        var record = await store.FindAsync(Kind, "a");
        Assert.Equal(("8", 9L), (record!.Document, record.Version));
    }

    [Fact]
    public async Task Claim_TakesByPriorityThenAge_EachOnce()
    {
        await store.AddAsync(Record("old", created: 1));
        await store.AddAsync(Record("urgent", created: 3) with { Priority = 5 });
        await store.AddAsync(Record("new", created: 2));
        await store.AddAsync(Record("ended", created: 0) with { Ended = 4 });

        var claimed = new List<string?>();
        for (var i = 0; i < 4; i++)
        {
            claimed.Add((await store.ClaimAsync(Kind, "me", now: 10, lease: 20))?.Name);
        }

        Assert.Equal(["urgent", "old", "new", null], claimed);
    }

    [Fact]
    public async Task Claim_ByManyAtOnce_GivesEachToOne()
    {
        for (var i = 0; i < 20; i++)
        {
            await store.AddAsync(Record($"job-{i}", created: i));
        }

        var claimed = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => store.ClaimAsync(Kind, $"owner-{i}", now: 10, lease: 20))));

        Assert.Equal(20, claimed.Select(record => record!.Name).Distinct().Count());
        Assert.All(claimed, record => Assert.Equal(20, record!.Lease));
    }

    [Fact]
    public async Task Claim_OfALeaseThatIsOver_TakesTheWork_AndItsOldOwnerHearsOfIt()
    {
        await store.AddAsync(Record("a"));
        await store.ClaimAsync(Kind, "one", now: 10, lease: 20);

        Assert.Null(await store.ClaimAsync(Kind, "two", now: 20, lease: 30));
        Assert.Equal(["a"], (await store.RenewAsync("one", Kind, lease: 25)).Keys);
        Assert.Null(await store.ClaimAsync(Kind, "two", now: 25, lease: 30));
        Assert.Equal("two", (await store.ClaimAsync(Kind, "two", now: 26, lease: 30))!.Owner);
        Assert.Empty(await store.RenewAsync("one", Kind, lease: 40));
    }

    [Theory]
    [InlineData(RecordOrder.Created, false, "c a B b d")]
    [InlineData(RecordOrder.Created, true, "d b B a c")]
    [InlineData(RecordOrder.Name, false, "B a b c d")]
    [InlineData(RecordOrder.Status, false, "d B a b c")]
    internal async Task List_ByPages_GivesEachOnceInOrder(RecordOrder order, bool descending, string expected)
    {
        // Two were made at the same moment, so that the name decides; capital letters come first, byte by byte.
        await store.AddAsync(Record("c", created: 1));
        await store.AddAsync(Record("a", created: 2));
        await store.AddAsync(Record("b", created: 3));
        await store.AddAsync(Record("B", created: 3));
        await store.AddAsync(Record("d", created: 4) with { Status = "Completed" });

        var names = new List<string>();
        string? after = null;
        do
        {
            var page = await store.ListAsync(new RecordQuery(Kind) { Order = order, Descending = descending, Count = 2, After = after });
            names.AddRange(page.Records.Select(record => record.Name));
            after = page.Next;
        }
        while (after is not null);

        Assert.Equal(expected, string.Join(' ', names));
    }

    [Fact]
    public async Task List_WithFilters_GivesWhatFitsAll()
    {
        await store.AddAsync(Record("train-one", created: 10));
        await store.AddAsync(Record("train-two", created: 20) with { Status = "Failed", Modified = 25 });
        await store.AddAsync(Record("TRAIN-three", created: 30) with { Parent = "p" });

        async Task<string> Names(RecordQuery query) => string.Join(' ', (await store.ListAsync(query)).Records.Select(record => record.Name));
        Assert.Equal("train-one train-two", await Names(new RecordQuery(Kind) { NameContains = "train-" }));
        Assert.Equal("", await Names(new RecordQuery(Kind) { NameContains = "%" }));
        Assert.Equal("train-two", await Names(new RecordQuery(Kind) { Status = "Failed" }));
        Assert.Equal("TRAIN-three", await Names(new RecordQuery(Kind) { Parent = "p" }));
        Assert.Equal("train-two", await Names(new RecordQuery(Kind) { CreatedAfter = 10, CreatedBefore = 30 }));
        Assert.Equal("train-two", await Names(new RecordQuery(Kind) { ModifiedAfter = 20, ModifiedBefore = 26 }));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("W10")]
    [InlineData("bm8gSlNPTg")]
    public async Task List_WithAMarkOfSomebodyElse_RefusesIt(string mark) =>
        Assert.Equal("ValidationException", (await Assert.ThrowsAsync<ApiException>(() => store.ListAsync(new RecordQuery(Kind) { After = mark }))).Code);

    [Fact]
    public async Task Tag_BeyondTheMost_ChangesNothing()
    {
        await store.TagAsync("arn", new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, most: 2);

        Assert.Null(await store.TagAsync("arn", new Dictionary<string, string> { ["a"] = "9", ["c"] = "3" }, most: 2));
        Assert.Equal([("a", "1"), ("b", "2")], await store.TagsAsync("arn"));
        Assert.Equal([("a", "9"), ("b", "2")], await store.TagAsync("arn", new Dictionary<string, string> { ["a"] = "9" }, most: 2));
    }

    [Fact]
    public async Task UseSignature_OfOneThatWasUsed_SaysSoUntilItExpires()
    {
        Assert.True(await store.UseSignatureAsync("s", now: 0, expires: 10));
        Assert.False(await store.UseSignatureAsync("s", now: 10, expires: 20));
        Assert.True(await store.UseSignatureAsync("s", now: 11, expires: 20));
    }

    private protected abstract Database NewDatabase();

    private static StoredRecord Record(string name, long created = 1) => new() { Kind = Kind, Name = name, Status = "InProgress", Created = created, Modified = created, Document = "{}" };
}

public sealed class SqliteRecordStoreTests : RecordStoreTests, IDisposable
{
    private readonly Folder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Open_AfterALaterRelease_RefusesTheDatabase()
    {
        await using (var connection = new SqliteConnection($"Data Source={folder["service.db"]}"))
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = "INSERT INTO service_schema (version) VALUES (99)";
            await command.ExecuteNonQueryAsync();
        }

        var refused = await Assert.ThrowsAsync<InputException>(() => RecordStore.OpenAsync(Database.Open(null, folder.Path), CancellationToken.None));
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
    }

    private protected override Database NewDatabase() => Database.Open(null, folder.Path);
}

/// <summary>All of them again on PostgreSQL, where there is one.</summary>
public sealed class PostgresRecordStoreTests
{
    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Store_OnPostgres_DoesWhatItDoesOnAFile()
    {
        using var server = new PostgresFolder();
        var tests = typeof(RecordStoreTests).GetMethods(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(method => method.GetCustomAttribute<FactAttribute>() is not null).ToList();
        Assert.NotEmpty(tests);
        foreach (var test in tests)
        {
            foreach (var arguments in test.GetCustomAttributes<InlineDataAttribute>().SelectMany(data => data.GetData(test)).DefaultIfEmpty([]))
            {
                RecordStoreTests run = new OnPostgres(server.NewDatabase());
                await run.InitializeAsync();
                await (Task)test.Invoke(run, arguments)!;
                await run.DisposeAsync();
            }
        }
    }

    private sealed class OnPostgres(string connection) : RecordStoreTests
    {
        private protected override Database NewDatabase() => Database.Open(connection, "");
    }
}
