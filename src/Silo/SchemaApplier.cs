using System.Reflection;
using KMeans.Http.Service.Store;
using Npgsql;

namespace KMeans.Silo;

/// <summary>Applies the scripts of deploy/sql, which this program carries.</summary>
internal static class SchemaApplier
{
    private const string Prefix = "schema/";

    /// <summary>As 90-grants.sql does for the tables of silos.</summary>
    private const string ServiceGrants = """
        DO $grants$
        BEGIN
            IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'kmeans_silo') THEN
                GRANT SELECT ON service_schema TO kmeans_silo;
                GRANT SELECT, INSERT, UPDATE, DELETE ON service_records, service_tags, service_signatures TO kmeans_silo;
            END IF;
        END
        $grants$
        """;

    /// <summary>Applies them in one transaction; applying them again changes nothing.</summary>
    /// <param name="connectionString">Of the tables' owner to be.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="InputException">The database refuses.</exception>
    public static async Task ApplyAsync(string connectionString, CancellationToken cancellation)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connectionString);
            await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
            await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
            foreach (var script in Scripts())
            {
                await using var command = new NpgsqlCommand(script, connection, transaction) { CommandTimeout = 300 };

                // The scripts name Orleans' parameters inside texts only; nothing is to be replaced in them.
                await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancellation).ConfigureAwait(false);

            // The service's tables are its own matter, and its release's; silos have a role that may not make tables.
            await using var database = Database.Open(connectionString, "", SiloSettings.NameOf(nameof(SiloSettings.PostgreSql)));
            await Migrations.ApplyAsync(database, cancellation).ConfigureAwait(false);
            await using var grants = new NpgsqlCommand(ServiceGrants, connection);
            await grants.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException)
        {
            var hint = (e as PostgresException)?.Hint is { Length: > 0 } text ? $" {text}" : "";
            throw new InputException($"Silo:PostgreSql: the schema cannot be applied: {e.Message.TrimEnd('.')}.{hint}", e);
        }
    }

    private static IEnumerable<string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
