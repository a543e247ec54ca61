using Npgsql;

namespace KMeans.Deploy.Tests.Support;

/// <summary>The scripts of deploy/sql/postgres, applied as the silo and psql -1 do: in the order of their names, in one transaction.</summary>
internal static class Schema
{
    public static IReadOnlyList<string> Scripts { get; } =
        [.. Directory.GetFiles(Repository.PathOf("deploy/sql/postgres"), "*.sql").Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    public static void Apply(NpgsqlDataSource database)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        foreach (var script in Scripts)
        {
            using var command = new NpgsqlCommand(script, connection, transaction);
            command.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
