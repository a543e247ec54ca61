using KMeans.Deploy.Tests.Support;
using Npgsql;

namespace KMeans.Deploy.Tests.Sql;

[Collection(PostgresTests.Name)]
public sealed class SchemaTests(PostgresServer server)
{
    // What Orleans 10.4.2 asks for when it starts (the last two of the first line only where they are there).
    private static readonly string[] Required =
    [
        "CleanupDefunctSiloEntriesKey", "DeleteMembershipTableEntriesKey", "GatewaysQueryKey", "InsertMembershipKey", "InsertMembershipVersionKey", "MembershipReadAllKey",
        "MembershipReadRowKey", "UpdateIAmAlivetimeKey", "UpdateMembershipKey", "ClearStorageKey", "ReadFromStorageKey", "WriteToStorageKey", "DeleteReminderRowKey",
        "DeleteReminderRowsKey", "ReadRangeRows1Key", "ReadRangeRows2Key", "ReadReminderRowKey", "ReadReminderRowsKey", "UpsertReminderRowKey",
    ];

    private static readonly string[] Optional = ["CleanupDefunctSiloEntryKey", "DeleteStorageKey"];

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_ToAnEmptyDatabase_BringsEveryQueryOfOrleans()
    {
        using var database = server.CreateEmptyDatabase();

        Schema.Apply(database);

        Assert.Equal(Required.Concat(Optional).Order(StringComparer.Ordinal), new OrleansQueries(database).Keys.Order(StringComparer.Ordinal));
        // Orleans' own table holds no longer texts.
        Assert.True((int)Scalar(database, "SELECT max(length(querytext)) FROM orleansquery")! <= 8000);
        Assert.Equal(1, Scalar(database, "SELECT max(version) FROM kmeans_schema"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_Again_ChangesNothingAndKeepsTheData()
    {
        using var database = server.CreateEmptyDatabase();
        Schema.Apply(database);
        Scalar(database, "INSERT INTO kmeans_cluster VALUES ('blue', 4)");
        var before = Description(database);

        Schema.Apply(database);

        Assert.Equal(before, Description(database));
        Assert.Equal(4, Scalar(database, "SELECT version FROM kmeans_cluster"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Apply_ByManyAtTheSameTime_Succeeds()
    {
        using var database = server.CreateEmptyDatabase();

        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(() => Schema.Apply(database), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        Assert.Equal(1L, Scalar(database, "SELECT count(*) FROM kmeans_schema"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_WhereAQueryIsOfAnOlderRelease_ReplacesIt()
    {
        using var database = server.CreateDatabase();
        Scalar(database, "UPDATE orleansquery SET querytext = 'SELECT 1' WHERE querykey = 'GatewaysQueryKey'");
        Scalar(database, "DELETE FROM orleansquery WHERE querykey = 'CleanupDefunctSiloEntriesKey'");

        Schema.Apply(database);

        Assert.Contains("gateway_port", (string)Scalar(database, "SELECT querytext FROM orleansquery WHERE querykey = 'GatewaysQueryKey'")!, StringComparison.Ordinal);
        Assert.Contains("CleanupDefunctSiloEntriesKey", new OrleansQueries(database).Keys);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_ToANewerSchema_IsRefusedAndChangesNothing()
    {
        using var database = server.CreateDatabase();
        Scalar(database, "INSERT INTO kmeans_schema (version, description) VALUES (99, 'of a later release')");
        Scalar(database, "UPDATE orleansquery SET querytext = 'SELECT 1' WHERE querykey = 'GatewaysQueryKey'");

        var error = Assert.Throws<PostgresException>(() => Schema.Apply(database));

        Assert.Contains("version 99, which is newer than version 1", error.MessageText, StringComparison.Ordinal);
        Assert.Equal("SELECT 1", Scalar(database, "SELECT querytext FROM orleansquery WHERE querykey = 'GatewaysQueryKey'"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_ToTheCatalogueOfAnotherApplication_IsRefused()
    {
        using var database = server.CreateEmptyDatabase();
        Scalar(database, "CREATE TABLE OrleansQuery (QueryKey varchar(64) PRIMARY KEY, QueryText varchar(8000) NOT NULL)");

        var error = Assert.Throws<PostgresException>(() => Schema.Apply(database));

        Assert.Contains("another application", error.MessageText, StringComparison.Ordinal);
        Assert.Null(Scalar(database, "SELECT to_regclass('kmeans_schema')::text"));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Apply_WithARoleForSilos_GivesItTheDataButNotTheTables()
    {
        using var database = server.CreateEmptyDatabase();
        // Roles belong to the server, not to a database.
        Scalar(database, "DO $$ BEGIN CREATE ROLE kmeans_silo LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        Schema.Apply(database);
        using var silo = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "kmeans_silo" });
        var queries = new OrleansQueries(silo);

        Assert.True(queries.Succeeds("InsertMembershipVersionKey", ("DeploymentId", "blue", System.Data.DbType.String)));
        Scalar(silo, "INSERT INTO kmeans_reminder VALUES ('s', 'g', 'r', now(), 1, 1)");
        Scalar(silo, "INSERT INTO kmeans_grain_state VALUES ('s', 't', 0, 0, '', 1)");
        Assert.Equal(1, Scalar(silo, "SELECT max(version) FROM kmeans_schema"));
        foreach (var forbidden in (string[])["DELETE FROM orleansquery", "DROP TABLE kmeans_silo", "INSERT INTO kmeans_schema VALUES (2, '')", "TRUNCATE kmeans_grain_state"])
        {
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, Assert.Throws<PostgresException>(() => Scalar(silo, forbidden)).SqlState);
        }
    }

    [Fact]
    public void Scripts_HoldNothingThatOnlyPsqlUnderstands()
    {
        Assert.NotEmpty(Schema.Scripts);
        Assert.All(Schema.Scripts, script => Assert.DoesNotContain(script.Split('\n'), line => line.StartsWith('\\') || line.StartsWith("COMMIT", StringComparison.OrdinalIgnoreCase)));
    }

    private static object? Scalar(NpgsqlDataSource database, string text)
    {
        using var command = database.CreateCommand(text);
        return command.ExecuteScalar() is var value && value is DBNull ? null : value;
    }

    // Every column, index, query and version, with the time that the version came.
    private static string Description(NpgsqlDataSource database) => (string)Scalar(
        database,
        """
        SELECT string_agg(line, E'\n' ORDER BY line) FROM (
            SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable AS line FROM information_schema.columns WHERE table_schema = 'public'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
            UNION ALL SELECT querykey || ' ' || querytext || ' ' || xmin FROM orleansquery
            UNION ALL SELECT version || ' ' || applied_at FROM kmeans_schema) AS lines
        """)!;
}
