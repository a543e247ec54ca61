using System.Data.Common;
using System.Globalization;
using Dapper;
using KMeans.Http.Service.Api;

namespace KMeans.Http.Service.Store;

/// <summary>Everything that the service keeps. A call that returns is stored. Thread-safe.</summary>
/// <remarks>Changes are compared by version, so that two processes or threads never overwrite each other's; work is claimed by name for a time, so that one process at a time does it.</remarks>
internal sealed class RecordStore : IAsyncDisposable
{
    private const int MostTries = 50;
    private const string Head = "kind, name, status, detail, parent, priority, created, modified, ended, version, owner, lease";
    private readonly Database database;

    private RecordStore(Database database) => this.database = database;

    /// <summary>Whether only this process uses it.</summary>
    public bool IsExclusive => database.IsExclusive;

    /// <summary>Opens a store and brings its schema up to date.</summary>
    /// <param name="database">Where it is; disposed with the store.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The store.</returns>
    /// <exception cref="InputException">The database cannot be used.</exception>
    public static async Task<RecordStore> OpenAsync(Database database, CancellationToken cancellation)
    {
        try
        {
            await Migrations.ApplyAsync(database, cancellation).ConfigureAwait(false);
            return new RecordStore(database);
        }
        catch (DbException e)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw new InputException($"{database.Option}: cannot be used ({e.Message.TrimEnd('.')}); correct it, or give the service a database where it may make tables.", e);
        }
    }

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="tags">Its tags by name.</param>
    /// <param name="arn">What the tags belong to.</param>
    /// <returns>Whether it was added; not where there is one of its kind and name.</returns>
    public async Task<bool> AddAsync(StoredRecord record, IReadOnlyDictionary<string, string>? tags = null, string? arn = null)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var transaction = database.BeginWrite(connection);
        var added = await connection.ExecuteAsync(
            $"INSERT INTO service_records ({Head}, document) VALUES (@Kind, @Name, @Status, @Detail, @Parent, @Priority, @Created, @Modified, @Ended, @Version, @Owner, @Lease, @Document) ON CONFLICT (kind, name) DO NOTHING",
            record, transaction).ConfigureAwait(false);
        if (added == 1)
        {
            await SetTagsAsync(connection, transaction, arn, tags).ConfigureAwait(false);
        }

        await transaction.CommitAsync().ConfigureAwait(false);
        return added == 1;
    }

    /// <summary>Finds a record.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <returns>The record, or null.</returns>
    public async Task<StoredRecord?> FindAsync(string kind, string name)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return await connection.QueryFirstOrDefaultAsync<StoredRecord>($"SELECT {Head}, document FROM service_records WHERE kind = @kind AND name = @name", new { kind, name }).ConfigureAwait(false);
    }

    /// <summary>Changes a record, however often others change it meanwhile.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="change">Makes the new record from the one that is there; null for no change. May be called again.</param>
    /// <returns>The record as it is now, or null where there is none.</returns>
    public async Task<StoredRecord?> ChangeAsync(string kind, string name, Func<StoredRecord, StoredRecord?> change)
    {
        for (var i = 0; i < MostTries; i++)
        {
            if (await FindAsync(kind, name).ConfigureAwait(false) is not { } before)
            {
                return null;
            }

            if (change(before) is not { } after)
            {
                return before;
            }

            var next = after with { Version = before.Version + 1 };
            await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
            var changed = await connection.ExecuteAsync(
                "UPDATE service_records SET status = @Status, detail = @Detail, parent = @Parent, priority = @Priority, modified = @Modified, ended = @Ended, version = @Version, owner = @Owner, lease = @Lease, document = @Document "
                + "WHERE kind = @Kind AND name = @Name AND version = @Version - 1",
                next).ConfigureAwait(false);
            if (changed == 1)
            {
                return next;
            }
        }

        throw new IOException($"{kind} {name}: is changed by others all the time");
    }

    /// <summary>Removes a record and its tags.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name.</param>
    /// <param name="arn">What the tags belong to.</param>
    /// <returns>Whether it was there.</returns>
    public async Task<bool> DeleteAsync(string kind, string name, string arn)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var transaction = database.BeginWrite(connection);
        var deleted = await connection.ExecuteAsync("DELETE FROM service_records WHERE kind = @kind AND name = @name", new { kind, name }, transaction).ConfigureAwait(false);
        await connection.ExecuteAsync("DELETE FROM service_tags WHERE arn = @arn", new { arn }, transaction).ConfigureAwait(false);
        await transaction.CommitAsync().ConfigureAwait(false);
        return deleted == 1;
    }

    /// <summary>Lists records. O(page) by creation and by status, and O(n) where few names have the part that is asked for.</summary>
    /// <param name="query">Which.</param>
    /// <returns>A page, without documents.</returns>
    /// <exception cref="ApiException">The mark of the page before is none.</exception>
    public async Task<RecordPage> ListAsync(RecordQuery query)
    {
        var mark = query.After is { } after ? PageMark.Read(after) : null;
        var (column, key) = query.Order switch
        {
            RecordOrder.Name => ("name", (object?)mark?.Name),
            RecordOrder.Status => ("status", mark?.Key),
            _ => ("created", mark is null ? null : long.TryParse(mark.Key, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var time) ? time : throw ApiErrors.Validation("The NextToken is of a list in another order.")),
        };
        var direction = query.Descending ? "DESC" : "ASC";
        List<string> conditions = ["kind = @Kind"];
        void When(bool applies, string condition)
        {
            if (applies)
            {
                conditions.Add(condition);
            }
        }

        When(query.Status is not null, "status = @Status");
        When(query.Parent is not null, "parent = @Parent");
        When(query.CreatedAfter is not null, "created > @CreatedAfter");
        When(query.CreatedBefore is not null, "created < @CreatedBefore");
        When(query.ModifiedAfter is not null, "modified > @ModifiedAfter");
        When(query.ModifiedBefore is not null, "modified < @ModifiedBefore");
        When(query.NameContains is not null, $"{database.PositionFunction}(name, @NameContains) > 0");
        When(mark is not null, $"({column}, name) {(query.Descending ? "<" : ">")} (@Key, @MarkName)");
        var parameters = new DynamicParameters(query);
        parameters.Add("Key", key);
        parameters.Add("MarkName", mark?.Name);
        parameters.Add("Limit", query.Count + 1);
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        var found = (await connection.QueryAsync<StoredRecord>(
            $"SELECT {Head}, {(query.WithDocuments ? "document" : "'' AS document")} FROM service_records WHERE {string.Join(" AND ", conditions)} ORDER BY {column} {direction}, name {direction} LIMIT @Limit", parameters).ConfigureAwait(false)).AsList();
        if (found.Count <= query.Count)
        {
            return new RecordPage(found, null);
        }

        var last = found[query.Count - 1];
        var lastKey = query.Order switch { RecordOrder.Name => last.Name, RecordOrder.Status => last.Status, _ => last.Created.ToString(CultureInfo.InvariantCulture) };
        return new RecordPage(found[..query.Count], new PageMark(lastKey, last.Name).Write());
    }

    /// <summary>Counts the records of a kind that are not at their end.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>How many there are, and how many of them somebody works on.</returns>
    public async Task<(long Open, long Owned)> CountOpenAsync(string kind)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return await connection.QuerySingleAsync<(long, long)>("SELECT COUNT(*), COUNT(owner) FROM service_records WHERE kind = @kind AND ended IS NULL", new { kind }).ConfigureAwait(false);
    }

    /// <summary>Counts the work that is taken before a record's.</summary>
    /// <param name="record">The record; not at its end.</param>
    /// <returns>How many records are not at their end and come before it.</returns>
    public async Task<long> CountAheadAsync(StoredRecord record)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return await connection.ExecuteScalarAsync<long>(
            "SELECT COUNT(*) FROM service_records WHERE kind = @Kind AND ended IS NULL AND (priority > @Priority OR (priority = @Priority AND (created, name) < (@Created, @Name)))", record).ConfigureAwait(false);
    }

    /// <summary>Takes the next work: of the highest priority, and of those the oldest.</summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="owner">Who takes it.</param>
    /// <param name="now">The time.</param>
    /// <param name="lease">Until when it is taken.</param>
    /// <returns>What was taken, or null where there is nothing to do.</returns>
    public async Task<StoredRecord?> ClaimAsync(string kind, string owner, long now, long lease)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        while (true)
        {
            const string free = "ended IS NULL AND (owner IS NULL OR lease < @now)";
            var name = await connection.QueryFirstOrDefaultAsync<string>(
                $"SELECT name FROM service_records WHERE kind = @kind AND {free} ORDER BY priority DESC, created, name LIMIT 1", new { kind, now }).ConfigureAwait(false);
            if (name is null)
            {
                return null;
            }

            // Whoever is first has it: the others find another owner, and look again.
            var taken = await connection.ExecuteAsync(
                $"UPDATE service_records SET owner = @owner, lease = @lease, version = version + 1 WHERE kind = @kind AND name = @name AND {free}", new { kind, name, owner, now, lease }).ConfigureAwait(false);
            if (taken == 1)
            {
                return await FindAsync(kind, name).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Says that a process still does its work.</summary>
    /// <param name="owner">Who says so.</param>
    /// <param name="kind">The kind of work.</param>
    /// <param name="lease">Until when it has it now.</param>
    /// <returns>Where the work is that it has, by name.</returns>
    public async Task<IReadOnlyDictionary<string, string>> RenewAsync(string owner, string kind, long lease)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        var held = await connection.QueryAsync<(string Name, string Status)>(
            "UPDATE service_records SET lease = @lease WHERE owner = @owner AND kind = @kind AND ended IS NULL RETURNING name, status", new { owner, kind, lease }).ConfigureAwait(false);
        return held.ToDictionary(work => work.Name, work => work.Status, StringComparer.Ordinal);
    }

    /// <summary>Takes all work from whoever had it: they are known to be gone.</summary>
    /// <returns>How many records that were.</returns>
    public async Task<int> ReleaseAllAsync()
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return await connection.ExecuteAsync("UPDATE service_records SET owner = NULL, lease = NULL, version = version + 1 WHERE owner IS NOT NULL AND ended IS NULL").ConfigureAwait(false);
    }

    /// <summary>Gives tags to a thing; those of the same name get the new content.</summary>
    /// <param name="arn">The thing.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="most">The most tags that a thing may have.</param>
    /// <returns>Its tags, or null where there would be too many: then nothing was changed.</returns>
    public async Task<IReadOnlyList<(string Tag, string Content)>?> TagAsync(string arn, IReadOnlyDictionary<string, string> tags, int most)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await using var transaction = database.BeginWrite(connection);
        await SetTagsAsync(connection, transaction, arn, tags).ConfigureAwait(false);
        var all = (await connection.QueryAsync<(string, string)>(SelectTags, new { arn }, transaction).ConfigureAwait(false)).AsList();
        if (all.Count > most)
        {
            return null;
        }

        await transaction.CommitAsync().ConfigureAwait(false);
        return all;
    }

    /// <summary>Lists the tags of a thing.</summary>
    /// <param name="arn">The thing.</param>
    /// <returns>By name.</returns>
    public async Task<IReadOnlyList<(string Tag, string Content)>> TagsAsync(string arn)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        return (await connection.QueryAsync<(string, string)>(SelectTags, new { arn }).ConfigureAwait(false)).AsList();
    }

    /// <summary>Notes that a signature was used.</summary>
    /// <param name="signature">The signature.</param>
    /// <param name="now">The time; those that expired before are forgotten.</param>
    /// <param name="expires">Until when it is remembered.</param>
    /// <returns>Whether it is the first time.</returns>
    public async Task<bool> UseSignatureAsync(string signature, long now, long expires)
    {
        await using var connection = await database.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        await connection.ExecuteAsync("DELETE FROM service_signatures WHERE expires < @now", new { now }).ConfigureAwait(false);
        return await connection.ExecuteAsync(
            "INSERT INTO service_signatures (signature, expires) VALUES (@signature, @expires) ON CONFLICT (signature) DO NOTHING", new { signature, expires }).ConfigureAwait(false) == 1;
    }

    /// <summary>Asks the database for nothing, to see whether it answers.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>When it answered.</returns>
    public async Task ProbeAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenAsync(cancellation).ConfigureAwait(false);
        await connection.ExecuteScalarAsync<long>("SELECT 1").ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => database.DisposeAsync();

    private const string SelectTags = "SELECT tag, content FROM service_tags WHERE arn = @arn ORDER BY tag";

    private static async Task SetTagsAsync(DbConnection connection, DbTransaction transaction, string? arn, IReadOnlyDictionary<string, string>? tags)
    {
        foreach (var (tag, content) in tags ?? new Dictionary<string, string>())
        {
            await connection.ExecuteAsync(
                "INSERT INTO service_tags (arn, tag, content) VALUES (@arn, @tag, @content) ON CONFLICT (arn, tag) DO UPDATE SET content = excluded.content", new { arn, tag, content }, transaction).ConfigureAwait(false);
        }
    }
}
