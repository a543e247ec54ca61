using System.Data;
using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Sql;

[Collection(PostgresTests.Name)]
public sealed class ReminderTests(PostgresServer server)
{
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Upsert_OfANewReminder_IsReadBack()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        var version = Upsert(queries, "job/1", "resume", 5);

        foreach (var row in (Row[])[Read(queries, "job/1", "resume")!, Assert.Single(queries.Query("ReadReminderRowsKey", Grain("job/1")))])
        {
            Assert.Equal("job/1", row["GrainId"]);
            Assert.Equal("resume", row["ReminderName"]);
            Assert.Equal(Start, row["StartTime"]);
            Assert.Equal(60_000L, row["Period"]);
            Assert.Equal(version, row["Version"]);
        }
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Upsert_OfAReminderThatIsThere_ReplacesItUnderANewVersion()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        var first = Upsert(queries, "job/1", "resume", 5);

        // A period beyond 32 bits comes as a long.
        var second = Upsert(queries, "job/1", "resume", 5, 5_000_000_000L);

        Assert.NotEqual(first, second);
        Assert.Equal(5_000_000_000L, Read(queries, "job/1", "resume")!["Period"]);
        Assert.Single(queries.Query("ReadReminderRowsKey", Grain("job/1")));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Delete_WithAnotherVersion_LeavesTheReminder()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        var first = Upsert(queries, "job/1", "resume", 5);
        var second = Upsert(queries, "job/1", "resume", 5);

        Assert.False(Delete(queries, first));
        Assert.NotNull(Read(queries, "job/1", "resume"));
        Assert.True(Delete(queries, second));
        Assert.Null(Read(queries, "job/1", "resume"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Upsert_AfterADelete_HasAVersionThatNobodyHasSeen()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        var first = Upsert(queries, "job/1", "resume", 5);
        Assert.True(Delete(queries, first));

        Upsert(queries, "job/1", "resume", 5);

        Assert.False(Delete(queries, first));
    }

    [PrerequisiteTheory(Prerequisite.Postgres)]
    [InlineData(10u, 20u, "b c")]
    [InlineData(9u, 10u, "a")]
    [InlineData(20u, 10u, "a d e f")]
    [InlineData(7u, 7u, "a b c d e f")]
    [InlineData(20u, 0x8000_0000u, "d e")]
    [InlineData(0x8000_0000u, 0xFFFF_FFFFu, "f")]
    [InlineData(0xFFFF_FFFFu, 10u, "a")]
    [InlineData(0x7FFF_FFFFu, 0xFFFF_FFFFu, "e f")]
    public void ReadRange_OfTheRing_GivesHashesAfterItsBeginUpToItsEnd(uint begin, uint end, string expected)
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        foreach (var (grain, hash) in (ReadOnlySpan<(string, uint)>)[("a", 10), ("b", 15), ("c", 20), ("d", 0x7FFF_FFFF), ("e", 0x8000_0000), ("f", 0xFFFF_FFFF)])
        {
            Upsert(queries, grain, "resume", hash);
        }

        // The choice between the two statements is Orleans' own.
        var query = (int)begin < (int)end ? "ReadRangeRows1Key" : "ReadRangeRows2Key";
        var rows = queries.Query(query, ("ServiceId", "kmeans", DbType.String), ("BeginHash", (int)begin, DbType.Int32), ("EndHash", (int)end, DbType.Int32));

        Assert.Equal(expected, string.Join(' ', rows.Select(row => (string)row["GrainId"]!).Order(StringComparer.Ordinal)));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void DeleteAll_OfAService_LeavesOtherServices()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);
        Upsert(queries, "job/1", "resume", 5);
        Upsert(queries, "job/1", "resume", 5, service: "other");

        queries.Query("DeleteReminderRowsKey", ("ServiceId", "kmeans", DbType.String));

        Assert.Empty(queries.Query("ReadReminderRowsKey", Grain("job/1")));
        Assert.Single(queries.Query("ReadReminderRowsKey", Grain("job/1", "other")));
    }

    private static int Upsert(OrleansQueries queries, string grain, string name, uint hash, long period = 60_000, string service = "kmeans") => (int)Assert.Single(queries.Query(
        "UpsertReminderRowKey",
        [
            .. Grain(grain, service), ("GrainHash", (int)hash, DbType.Int32), ("ReminderName", name, DbType.String), ("StartTime", Start, DbType.DateTime),
            period <= int.MaxValue ? ("Period", (int)period, DbType.Int32) : ("Period", period, DbType.Int64),
        ]))["Version"]!;

    private static Row? Read(OrleansQueries queries, string grain, string name) =>
        queries.Query("ReadReminderRowKey", [.. Grain(grain), ("ReminderName", name, DbType.String)]).SingleOrDefault();

    private static bool Delete(OrleansQueries queries, int version) =>
        queries.Succeeds("DeleteReminderRowKey", [.. Grain("job/1"), ("ReminderName", "resume", DbType.String), ("Version", version, DbType.Int32)]);

    private static (string Name, object? Value, DbType Type)[] Grain(string grain, string service = "kmeans") =>
        [("ServiceId", service, DbType.String), ("GrainId", grain, DbType.AnsiString)];
}
