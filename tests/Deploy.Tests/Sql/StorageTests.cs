using System.Data;
using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Sql;

[Collection(PostgresTests.Name)]
public sealed class StorageTests(PostgresServer server)
{
    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Read_OfAStateThatIsNotThere_GivesNoRow()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        Assert.Empty(queries.Query("ReadFromStorageKey", Identity("job")));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Write_WithEachNewVersion_AdvancesAndIsReadBack()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        Assert.Equal(1, Write(queries, "job", null, [1, 2, 3]));
        Assert.Equal(2, Write(queries, "job", 1, [4, 5]));

        var row = Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")));
        Assert.Equal(new byte[] { 4, 5 }, row["PayloadBinary"]);
        Assert.Equal(2, row["Version"]);
    }

    [PrerequisiteTheory(Prerequisite.Postgres)]
    [InlineData(null)]
    [InlineData(1)]
    [InlineData(3)]
    public void Write_WithAnotherVersion_IsAnsweredWithNullAndChangesNothing(int? version)
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        Write(queries, "job", null, [1]);
        Write(queries, "job", 1, [2]);

        Assert.Null(Write(queries, "job", version, [9]));

        var row = Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")));
        Assert.Equal(new byte[] { 2 }, row["PayloadBinary"]);
        Assert.Equal(2, row["Version"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Write_WithAVersionOfAStateThatIsNotThere_IsAnsweredWithNull()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        Assert.Null(Write(queries, "job", 1, [1]));
        Assert.Empty(queries.Query("ReadFromStorageKey", Identity("job")));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Write_OfEveryKindOfKey_KeepsThemApart()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        (string Name, object? Value, DbType Type)[][] identities =
        [
            Identity("a"), Identity("b"), Identity(null), Identity(null, low: 1), Identity(null, high: 1), Identity("a", low: 1), Identity("a", type: "model"), Identity("a", service: "other"),
        ];

        for (var i = 0; i < identities.Length; i++)
        {
            Assert.Equal(1, Write(queries, identities[i], null, [(byte)i]));
        }

        for (var i = 0; i < identities.Length; i++)
        {
            Assert.Equal(new[] { (byte)i }, Assert.Single(queries.Query("ReadFromStorageKey", identities[i]))["PayloadBinary"]);
        }
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Write_OfManyMegabytes_IsReadBack()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        var payload = new byte[40_000_000];
        new Random(1).NextBytes(payload);

        Assert.Equal(1, Write(queries, "job", null, payload));

        Assert.True(payload.AsSpan().SequenceEqual((byte[])Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")))["PayloadBinary"]!));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Clear_OfAState_LeavesItsVersionSoThatOldWritersAreRefused()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        Write(queries, "job", null, [1]);

        Assert.Null(Change(queries, "ClearStorageKey", 2));
        Assert.Equal(2, Change(queries, "ClearStorageKey", 1));

        var row = Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")));
        Assert.Null(row["PayloadBinary"]);
        Assert.Equal(2, row["Version"]);
        Assert.Null(Write(queries, "job", null, [9]));
        Assert.Null(Write(queries, "job", 1, [9]));
        Assert.Equal(3, Write(queries, "job", 2, [3]));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Delete_OfAState_RemovesItOnlyWithItsVersion()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        Write(queries, "job", null, [1]);

        Assert.Null(Change(queries, "DeleteStorageKey", 2));
        Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")));
        Assert.Equal(2, Change(queries, "DeleteStorageKey", 1));
        Assert.Empty(queries.Query("ReadFromStorageKey", Identity("job")));
    }

    [PrerequisiteTheory(Prerequisite.Postgres)]
    [InlineData(null)]
    [InlineData(1)]
    public async Task Writes_AtTheSameTime_SucceedOnce(int? version)
    {
        const int writers = 8;
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        if (version is not null)
        {
            Write(queries, "job", null, [0]);
        }

        using var barrier = new Barrier(writers);
        var answers = await Task.WhenAll(Enumerable.Range(0, writers).Select(writer => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                return (Writer: writer, Answer: Write(queries, "job", version, [(byte)writer]));
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        var winner = Assert.Single(answers, answer => answer.Answer is not null);
        Assert.Equal((version ?? 0) + 1, winner.Answer);
        Assert.Equal(new[] { (byte)winner.Writer }, Assert.Single(queries.Query("ReadFromStorageKey", Identity("job")))["PayloadBinary"]);
    }

    private static int? Write(OrleansQueries queries, string key, int? version, byte[] payload) => Write(queries, Identity(key), version, payload);

    private static int? Write(OrleansQueries queries, (string Name, object? Value, DbType Type)[] identity, int? version, byte[] payload) => (int?)Assert.Single(
        queries.Query("WriteToStorageKey", [.. identity, ("GrainStateVersion", version, DbType.Int32), ("PayloadBinary", payload, DbType.Binary)]))["NewGrainStateVersion"];

    // Orleans takes the first column, whatever its name.
    private static int? Change(OrleansQueries queries, string query, int version) =>
        (int?)Assert.Single(queries.Query(query, [.. Identity("job"), ("GrainStateVersion", version, DbType.Int32)])).Columns.First().Value;

    private static (string Name, object? Value, DbType Type)[] Identity(string? key, long high = 0, long low = 0, string type = "job", string service = "kmeans") =>
    [
        ("GrainIdHash", 17, DbType.Int32), ("GrainIdN0", high, DbType.Int64), ("GrainIdN1", low, DbType.Int64), ("GrainTypeHash", -5, DbType.Int32), ("GrainTypeString", type, DbType.String),
        ("GrainIdExtensionString", key, DbType.String), ("ServiceId", service, DbType.String),
    ];
}
