using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KMeans.Http.Service.Store;

/// <summary>A database that the store can be in. The statements are the same for all; what differs is here.</summary>
internal abstract class Database : IAsyncDisposable
{
    /// <summary>The type of texts that are compared byte by byte.</summary>
    public abstract string TextType { get; }

    /// <summary>The function that tells where a text has another in it, or 0.</summary>
    public abstract string PositionFunction { get; }

    /// <summary>A statement that lets one process alone go on until its transaction ends; empty where writing does so anyway.</summary>
    public abstract string MigrationLock { get; }

    /// <summary>Whether only this process uses it.</summary>
    public abstract bool IsExclusive { get; }

    /// <summary>Opens a connection.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>Open, to be disposed.</returns>
    public abstract Task<DbConnection> OpenAsync(CancellationToken cancellation);

    /// <summary>Begins a transaction that writes.</summary>
    /// <param name="connection">One of this database's.</param>
    /// <returns>To be committed.</returns>
    public abstract DbTransaction BeginWrite(DbConnection connection);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>Opens the database that a service is told of.</summary>
    /// <param name="connectionString">Of PostgreSQL; null for a file.</param>
    /// <param name="folder">The folder of the file.</param>
    /// <returns>The database.</returns>
    /// <exception cref="InputException">It is no connection string.</exception>
    public static Database Open(string? connectionString, string folder)
    {
        if (connectionString is null)
        {
            return new SqliteFile(Path.Combine(folder, "service.db"));
        }

        try
        {
            return new PostgresDatabase(NpgsqlDataSource.Create(connectionString));
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new InputException($"--store: is no PostgreSQL connection string such as Host=db;Database=kmeans ({e.Message.TrimEnd('.')}).", e);
        }
    }
}

/// <summary>A SQLite file: of one process, with readers beside the one writer, and on the disk when a statement returns.</summary>
internal sealed class SqliteFile : Database
{
    private readonly string connectionString;

    /// <summary>Names it; the file is made when it is opened.</summary>
    /// <param name="path">The file.</param>
    public SqliteFile(string path) =>
        connectionString = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 30 }.ToString();

    /// <inheritdoc/>
    public override string TextType => "TEXT";

    /// <inheritdoc/>
    public override string PositionFunction => "instr";

    /// <inheritdoc/>
    public override string MigrationLock => "";

    /// <inheritdoc/>
    public override bool IsExclusive => true;

    /// <inheritdoc/>
    public override async Task<DbConnection> OpenAsync(CancellationToken cancellation)
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            await using var command = connection.CreateCommand();

            // Write-ahead logging lets readers go on while one writes; FULL has what was said to be stored on the disk.
            command.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public override DbTransaction BeginWrite(DbConnection connection) => ((SqliteConnection)connection).BeginTransaction(deferred: false);

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        using var connection = new SqliteConnection(connectionString);
        SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
    }
}

/// <summary>A PostgreSQL database, which several services may share.</summary>
/// <param name="source">Its connections; disposed with this.</param>
internal sealed class PostgresDatabase(NpgsqlDataSource source) : Database
{
    /// <inheritdoc/>
    public override string TextType => "TEXT COLLATE \"C\"";

    /// <inheritdoc/>
    public override string PositionFunction => "strpos";

    /// <inheritdoc/>
    public override string MigrationLock => "SELECT pg_advisory_xact_lock(7237128888997146477)";

    /// <inheritdoc/>
    public override bool IsExclusive => false;

    /// <inheritdoc/>
    public override async Task<DbConnection> OpenAsync(CancellationToken cancellation) => await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);

    /// <inheritdoc/>
    public override DbTransaction BeginWrite(DbConnection connection) => ((NpgsqlConnection)connection).BeginTransaction();

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => source.DisposeAsync();
}
