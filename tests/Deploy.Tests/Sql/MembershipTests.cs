using System.Data;
using KMeans.Deploy.Tests.Support;
using Npgsql;

namespace KMeans.Deploy.Tests.Sql;

[Collection(PostgresTests.Name)]
public sealed class MembershipTests(PostgresServer server)
{
    private const string Cluster = "blue";
    private const int Joining = 2;
    private const int Active = 3;
    private const int Stopping = 5;
    private const int Dead = 6;
    private static readonly DateTime Start = new(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc);
    private static readonly DateTime Alive = Start.AddSeconds(5);

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void InsertVersion_Twice_InsertsOnce()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        Assert.True(queries.Succeeds("InsertMembershipVersionKey", Text("DeploymentId", Cluster)));
        Assert.False(queries.Succeeds("InsertMembershipVersionKey", Text("DeploymentId", Cluster)));
        Assert.True(queries.Succeeds("InsertMembershipVersionKey", Text("DeploymentId", "green")));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void ReadAll_WithoutMembers_GivesTheVersionAndNoMember()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);

        var row = Assert.Single(queries.Query("MembershipReadAllKey", Text("DeploymentId", Cluster)));

        Assert.Equal(0, row["Version"]);
        Assert.Null(row["StartTime"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Insert_WithTheVersionThatIsThere_AdvancesItAndIsReadBack()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);

        Assert.True(Insert(queries, 11111, 0));

        foreach (var row in (Row[])[Assert.Single(ReadAll(queries)), ReadRow(queries, 11111)])
        {
            Assert.Equal(Cluster, row["DeploymentId"]);
            Assert.Equal("10.0.0.7", row["Address"]);
            Assert.Equal(11111, row["Port"]);
            Assert.Equal(77, row["Generation"]);
            Assert.Equal("silo-11111", row["SiloName"]);
            Assert.Equal("host", row["HostName"]);
            Assert.Equal(Joining, row["Status"]);
            Assert.Equal(30000, row["ProxyPort"]);
            Assert.Null(row["SuspectTimes"]);
            Assert.Equal(Start, row["StartTime"]);
            Assert.Equal(Start, row["IAmAliveTime"]);
            Assert.Equal(1, row["Version"]);
        }
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Insert_WithAnOlderVersion_ChangesNothing()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        Assert.False(Insert(queries, 11112, 0));

        Assert.Equal(1, Assert.Single(ReadAll(queries))["Version"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Insert_OfASiloThatIsThere_DoesNotAdvanceTheVersion()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        Assert.False(Insert(queries, 11111, 1));

        Assert.Equal(1, Assert.Single(ReadAll(queries))["Version"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Insert_IntoAClusterWithoutAVersion_ChangesNothing()
    {
        using var database = server.CreateDatabase();
        var queries = new OrleansQueries(database);

        Assert.False(Insert(queries, 11111, 0));
        Assert.Empty(ReadAll(queries));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void ReadRow_OfASiloThatIsNotThere_GivesTheVersionAndNoMember()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        var row = ReadRow(queries, 11112);

        Assert.Equal(1, row["Version"]);
        Assert.Null(row["StartTime"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Update_WithTheVersionThatIsThere_AdvancesItAndChangesTheSilo()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        Assert.True(Update(queries, 11111, Active, 1, "10.0.0.8:11112@3,2026-03-01 12:00:05.000 GMT", Start.AddSeconds(9)));

        var row = ReadRow(queries, 11111);
        Assert.Equal(Active, row["Status"]);
        Assert.Equal("10.0.0.8:11112@3,2026-03-01 12:00:05.000 GMT", row["SuspectTimes"]);
        Assert.Equal(Start.AddSeconds(9), row["IAmAliveTime"]);
        Assert.Equal(2, row["Version"]);
    }

    [PrerequisiteTheory(Prerequisite.Postgres)]
    [InlineData(11111, 0)]
    [InlineData(11111, 2)]
    [InlineData(11119, 1)]
    public void Update_WithAnotherVersionOrOfASiloThatIsNotThere_ChangesNothing(int port, int version)
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        Assert.False(Update(queries, port, Dead, version));

        var row = ReadRow(queries, 11111);
        Assert.Equal(Joining, row["Status"]);
        Assert.Equal(1, row["Version"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Heartbeat_OfASilo_KeepsTheVersion()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));

        queries.Query("UpdateIAmAlivetimeKey", [.. Key(11111), Time("IAmAliveTime", Start.AddSeconds(30))]);

        var row = ReadRow(queries, 11111);
        Assert.Equal(Start.AddSeconds(30), row["IAmAliveTime"]);
        Assert.Equal(1, row["Version"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Gateways_OfACluster_AreItsActiveSilosThatTakeClients()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));
        Assert.True(Insert(queries, 11112, 1));
        Assert.True(Insert(queries, 11113, 2, gatewayPort: 0));
        Assert.True(Update(queries, 11111, Active, 3));
        Assert.True(Update(queries, 11113, Active, 4));

        var row = Assert.Single(queries.Query("GatewaysQueryKey", Text("DeploymentId", Cluster), Number("Status", Active)));

        Assert.Equal("10.0.0.7", row["Address"]);
        Assert.Equal(30000, row["ProxyPort"]);
        Assert.Equal(77, row["Generation"]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void CleanupOfAll_DeletesOnlyDeadSilosWithOldHeartbeats()
    {
        using var database = server.CreateDatabase();
        var queries = BeginWithOneSiloOfEachStatus(database);

        queries.Query("CleanupDefunctSiloEntriesKey", Text("DeploymentId", Cluster), Time("IAmAliveTime", Alive));
        Assert.Equal(4, ReadAll(queries).Count);

        queries.Query("CleanupDefunctSiloEntriesKey", Text("DeploymentId", Cluster), Time("IAmAliveTime", Alive.AddSeconds(1)));
        Assert.Equal([Joining, Active, Stopping], ReadAll(queries).Select(row => (int)row["Status"]!).Order());
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void CleanupOfOne_WhoseHeartbeatHasMoved_DeletesNothing()
    {
        using var database = server.CreateDatabase();
        var queries = BeginWithOneSiloOfEachStatus(database);

        CleanUp(11111 + Dead, Alive.AddSeconds(-1));
        CleanUp(11111 + Active, Alive);
        Assert.Equal(4, ReadAll(queries).Count);

        CleanUp(11111 + Dead, Alive);
        Assert.DoesNotContain(ReadAll(queries), row => (int)row["Status"]! == Dead);

        void CleanUp(int port, DateTime alive) => queries.Query(
            "CleanupDefunctSiloEntryKey", [.. Key(port), Time("StartTime", Start), Time("IAmAliveTime", alive), ("SuspectTimes", null, DbType.String)]);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void DeleteEntries_OfACluster_LeavesOtherClusters()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));
        Assert.True(queries.Succeeds("InsertMembershipVersionKey", Text("DeploymentId", "green")));

        queries.Query("DeleteMembershipTableEntriesKey", Text("DeploymentId", Cluster));

        Assert.Empty(ReadAll(queries));
        Assert.Single(queries.Query("MembershipReadAllKey", Text("DeploymentId", "green")));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Inserts_AtTheSameTime_TakeEveryVersionOnce()
    {
        const int silos = 8;
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        using var barrier = new Barrier(silos);

        var attempts = await Task.WhenAll(Enumerable.Range(0, silos).Select(silo => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait();
                var attempt = 1;
                while (!Insert(queries, 11111 + silo, (int)ReadAll(queries)[0]["Version"]!))
                {
                    attempt++;
                }

                return attempt;
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(silos, ReadAll(queries).Count);
        Assert.All(ReadAll(queries), row => Assert.Equal(silos, row["Version"]));
        Assert.All(attempts, attempt => Assert.InRange(attempt, 1, silos));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Update_OfASiloThatIsBeingDeleted_DoesNotAdvanceTheVersion()
    {
        using var database = server.CreateDatabase();
        var queries = Begin(database);
        Assert.True(Insert(queries, 11111, 0));
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var delete = new NpgsqlCommand("DELETE FROM kmeans_silo", connection, transaction))
        {
            await delete.ExecuteNonQueryAsync();
        }

        var update = Task.Run(() => Update(queries, 11111, Dead, 1));
        await WaitsForALock(database);
        await transaction.CommitAsync();

        Assert.False(await update);
        Assert.Equal(1, Assert.Single(ReadAll(queries))["Version"]);
    }

    // Returns when another session waits for a lock.
    private static async Task WaitsForALock(NpgsqlDataSource database)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'");
        while ((long)(await command.ExecuteScalarAsync())! == 0)
        {
            await Task.Yield();
        }
    }

    private static OrleansQueries Begin(NpgsqlDataSource database)
    {
        var queries = new OrleansQueries(database);
        Assert.True(queries.Succeeds("InsertMembershipVersionKey", Text("DeploymentId", Cluster)));
        return queries;
    }

    private static OrleansQueries BeginWithOneSiloOfEachStatus(NpgsqlDataSource database)
    {
        var queries = Begin(database);
        var version = 0;
        foreach (var status in (int[])[Joining, Active, Stopping, Dead])
        {
            Assert.True(Insert(queries, 11111 + status, version++));
            Assert.True(Update(queries, 11111 + status, status, version++, alive: Alive));
        }

        return queries;
    }

    private static bool Insert(OrleansQueries queries, int port, int version, int gatewayPort = 30000) => queries.Succeeds(
        "InsertMembershipKey",
        [
            .. Key(port), Time("IAmAliveTime", Start), Text("SiloName", $"silo-{port}"), Text("HostName", "host"), Time("StartTime", Start),
            Number("Status", Joining), Number("ProxyPort", gatewayPort), Number("Version", version),
        ]);

    private static bool Update(OrleansQueries queries, int port, int status, int version, string? suspicions = null, DateTime? alive = null) => queries.Succeeds(
        "UpdateMembershipKey", [.. Key(port), Time("IAmAliveTime", alive ?? Start), Number("Status", status), ("SuspectTimes", suspicions, DbType.String), Number("Version", version)]);

    private static List<Row> ReadAll(OrleansQueries queries) => queries.Query("MembershipReadAllKey", Text("DeploymentId", Cluster));

    private static Row ReadRow(OrleansQueries queries, int port) => Assert.Single(queries.Query("MembershipReadRowKey", Key(port)));

    private static (string Name, object? Value, DbType Type)[] Key(int port) =>
        [Text("DeploymentId", Cluster), ("Address", "10.0.0.7", DbType.AnsiString), Number("Port", port), Number("Generation", 77)];

    private static (string Name, object? Value, DbType Type) Text(string name, string value) => (name, value, DbType.String);

    private static (string Name, object? Value, DbType Type) Number(string name, int value) => (name, value, DbType.Int32);

    private static (string Name, object? Value, DbType Type) Time(string name, DateTime value) => (name, value, DbType.DateTime);
}
