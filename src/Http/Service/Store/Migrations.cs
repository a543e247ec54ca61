using System.Globalization;
using System.Reflection;
using Dapper;

namespace KMeans.Http.Service.Store;

/// <summary>Brings a database to the schema of this program: the scripts beside this file, in order, each once.</summary>
internal static class Migrations
{
    private const string Prefix = "service-schema/";

    /// <summary>Applies what is missing, in one transaction; two services that start at once apply it once.</summary>
    /// <param name="database">The database.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>When it is done.</returns>
    /// <exception cref="InputException">A later release has been here.</exception>
    public static async Task ApplyAsync(Database database, CancellationToken cancellation)
    {
        var scripts = Scripts();
        await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        await using var transaction = database.BeginWrite(connection);
        if (database.MigrationLock.Length > 0)
        {
            await connection.ExecuteAsync(database.MigrationLock, transaction: transaction).ConfigureAwait(false);
        }

        await connection.ExecuteAsync("CREATE TABLE IF NOT EXISTS service_schema (version BIGINT NOT NULL PRIMARY KEY)", transaction: transaction).ConfigureAwait(false);
        var applied = await connection.ExecuteScalarAsync<long?>("SELECT MAX(version) FROM service_schema", transaction: transaction).ConfigureAwait(false) ?? 0;
        if (applied > scripts.Count)
        {
            throw new InputException($"--store: has version {applied} of the schema, and this release knows {scripts.Count}; use the release that was here last, or a later one.");
        }

        for (var version = applied + 1; version <= scripts.Count; version++)
        {
            await connection.ExecuteAsync(scripts[(int)version - 1].Replace("{text}", database.TextType, StringComparison.Ordinal), transaction: transaction).ConfigureAwait(false);
            await connection.ExecuteAsync("INSERT INTO service_schema (version) VALUES (@version)", new { version }, transaction).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The scripts in the order of their numbers, which begin with 1 and leave none out.</summary>
    private static List<string> Scripts()
    {
        var assembly = Assembly.GetExecutingAssembly();
        var names = assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        return [.. names.Select((name, i) =>
        {
            if (int.Parse(name.AsSpan(Prefix.Length, 3), NumberStyles.None, CultureInfo.InvariantCulture) != i + 1)
            {
                throw new InvalidOperationException($"{name} is not script {i + 1}.");
            }

            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            return reader.ReadToEnd();
        })];
    }
}
