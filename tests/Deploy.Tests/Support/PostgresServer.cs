using System.Diagnostics;
using Npgsql;

namespace KMeans.Deploy.Tests.Support;

/// <summary>One private PostgreSQL for all tests that need one, started by the first of them; every test has a database of its own in it.</summary>
public sealed class PostgresServer : IDisposable
{
    private const string Template = "kmeans_template";
    private readonly Lazy<(string Folder, string ConnectionString)> server = new(Start);
    private readonly Lazy<string> template;
    private int databases;

    public PostgresServer()
    {
        template = new(() =>
        {
            CreateDatabase(Template, null);
            using var source = Open(Template);
            Schema.Apply(source);
            return Template;
        });
    }

    /// <summary>A new database with the schema.</summary>
    public NpgsqlDataSource CreateDatabase() => Create(template.Value);

    /// <summary>A new database with nothing in it.</summary>
    public NpgsqlDataSource CreateEmptyDatabase() => Create(null);

    public void Dispose()
    {
        if (server.IsValueCreated)
        {
            Run("kill", server.Value.Folder);
            Directory.Delete(server.Value.Folder, recursive: true);
        }
    }

    private NpgsqlDataSource Create(string? source)
    {
        var name = $"test_{Interlocked.Increment(ref databases)}";
        CreateDatabase(name, source);
        return Open(name);
    }

    private void CreateDatabase(string name, string? source)
    {
        using var postgres = Open("postgres");
        using var command = postgres.CreateCommand($"CREATE DATABASE {name}" + (source is null ? "" : $" TEMPLATE {source}"));
        command.ExecuteNonQuery();
    }

    // Without pooling, so that nothing holds the template open.
    private NpgsqlDataSource Open(string database) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.Value.ConnectionString) { Database = database, Pooling = false });

    private static (string Folder, string ConnectionString) Start()
    {
        var folder = Directory.CreateTempSubdirectory("kmeans-pg-").FullName;
        return (folder, Run("start", folder).Trim());
    }

    private static string Run(string action, string folder)
    {
        var start = new ProcessStartInfo(Repository.PathOf("deploy/local/postgres.sh"), [action, folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException(errors.Result);
    }
}

/// <summary>The tests that share the server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresTests : ICollectionFixture<PostgresServer>
{
    public const string Name = "PostgreSQL";
}
