using System.Diagnostics;
using Npgsql;

namespace KMeans.Http.Tests.Support;

/// <summary>A private PostgreSQL in a folder of its own.</summary>
internal sealed class PostgresFolder : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("kmeans-pg-").FullName;
    private readonly string connection;
    private int databases;

    public PostgresFolder() => connection = Run("start").Trim();

    /// <summary>Makes a database with nothing in it.</summary>
    public string NewDatabase()
    {
        var name = $"test_{++databases}";
        using var source = NpgsqlDataSource.Create(connection);
        using var command = source.CreateCommand($"CREATE DATABASE {name}");
        command.ExecuteNonQuery();
        return new NpgsqlConnectionStringBuilder(connection) { Database = name, MaxPoolSize = 30 }.ToString();
    }

    public void Dispose()
    {
        Run("kill");
        Directory.Delete(folder, recursive: true);
    }

    private string Run(string action)
    {
        using var process = Process.Start(new ProcessStartInfo(Repository.PathOf("deploy/local/postgres.sh"), [action, folder]) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
