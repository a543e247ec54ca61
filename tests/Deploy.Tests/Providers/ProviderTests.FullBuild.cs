using KMeans.Deploy.Tests.Support;
using Orleans.Storage;

namespace KMeans.Deploy.Tests.Providers;

/// <summary>Orleans' own providers on our schema.</summary>
[Collection(PostgresTests.Name)]
public sealed class ProviderTests(PostgresServer server)
{
    private static readonly GrainId Grain = GrainId.Create("coordinator", "job-1");

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Silos_ThatStartAndStop_AreActiveAndThenDead()
    {
        await using var database = server.CreateDatabase();
        await using var first = await OrleansSilo.StartAsync(database);
        var second = await OrleansSilo.StartAsync(database);
        var leaving = second.Get<ILocalSiloDetails>().SiloAddress;
        var table = first.Get<IMembershipTable>();

        Assert.All((await table.ReadAllAsync()).Members, member => Assert.Equal(SiloStatus.Active, member.Item1.Status));
        Assert.Equal(2, (await table.ReadAllAsync()).Members.Count);

        await second.DisposeAsync();
        Assert.Equal(SiloStatus.Dead, Assert.Single((await table.ReadRowAsync(leaving)).Members).Item1.Status);

        // What a silo does every hour with rows that are a week old.
        await table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UtcNow.AddDays(1));
        Assert.Equal(first.Get<ILocalSiloDetails>().SiloAddress, Assert.Single((await table.ReadAllAsync()).Members).Item1.SiloAddress);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Membership_WithAStaleVersion_IsRefused()
    {
        await using var database = server.CreateDatabase();
        await using var silo = await OrleansSilo.StartAsync(database);
        var table = silo.Get<IMembershipTable>();
        var seen = await table.ReadAllAsync();
        var (member, etag) = Assert.Single(seen.Members);

        var other = new MembershipEntry
        {
            SiloAddress = SiloAddress.New(member.SiloAddress.Endpoint.Address, 1, member.SiloAddress.Generation),
            SiloName = "other",
            HostName = member.HostName,
            Status = SiloStatus.Dead,
            StartTime = member.StartTime,
            IAmAliveTime = member.IAmAliveTime,
        };

        // A version's ETag, and that of every row read with it, is the version that the database has to be at.
        Assert.True(await table.InsertRowAsync(other, seen.Version.Next()));
        Assert.False(await table.InsertRowAsync(other, seen.Version.Next()));
        Assert.False(await table.UpdateRowAsync(member, etag, seen.Version.Next()));
        var now = await table.ReadAllAsync();
        Assert.True(await table.UpdateRowAsync(member, now.Version.VersionEtag, now.Version.Next()));
        Assert.Equal(seen.Version.Version + 2, (await table.ReadAllAsync()).Version.Version);
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Storage_WithAStaleETag_IsRefusedAndTheStateIsKept()
    {
        await using var database = server.CreateDatabase();
        await using var silo = await OrleansSilo.StartAsync(database);
        var storage = silo.Get<IGrainStorage>(OrleansSilo.StorageName);
        var state = new GrainState<List<string>>(["first"]);
        await storage.ReadStateAsync("job", Grain, new GrainState<List<string>>());

        await storage.WriteStateAsync("job", Grain, state);
        var stale = new GrainState<List<string>>(["stale"]) { ETag = state.ETag, RecordExists = true };
        state.State = ["second"];
        await storage.WriteStateAsync("job", Grain, state);

        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("job", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.WriteStateAsync("job", Grain, new GrainState<List<string>>(["another first"])));
        await Assert.ThrowsAsync<InconsistentStateException>(() => storage.ClearStateAsync("job", Grain, stale));
        Assert.Equal(["second"], (await Read()).State);

        await storage.ClearStateAsync("job", Grain, state);
        Assert.False((await Read()).RecordExists);
        state.State = ["third"];
        await storage.WriteStateAsync("job", Grain, state);
        Assert.Equal(["third"], (await Read()).State);

        async Task<GrainState<List<string>>> Read()
        {
            var read = new GrainState<List<string>>();
            await storage.ReadStateAsync("job", Grain, read);
            return read;
        }
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public async Task Reminders_AreReadByGrainAndRangeAndRemovedByETag()
    {
        await using var database = server.CreateDatabase();
        await using var silo = await OrleansSilo.StartAsync(database);
        var table = silo.Get<IReminderTable>();
        var entry = new ReminderEntry { GrainId = Grain, ReminderName = "resume", StartAt = new DateTime(2026, 3, 1, 0, 0, 0, DateTimeKind.Utc), Period = TimeSpan.FromMinutes(1) };
        var hash = Grain.GetUniformHashCode();

        var old = await table.UpsertRow(entry);
        var etag = await table.UpsertRow(entry);

        var read = await table.ReadRow(Grain, "resume");
        Assert.Equal((etag, entry.StartAt, entry.Period), (read!.ETag, read!.StartAt, read!.Period));
        Assert.Single((await table.ReadRows(Grain)).Reminders);
        Assert.Single((await table.ReadRows(hash - 1, hash)).Reminders);
        Assert.Empty((await table.ReadRows(hash, hash + 1)).Reminders);
        Assert.Single((await table.ReadRows(7, 7)).Reminders);
        Assert.False(await table.RemoveRow(Grain, "resume", old!));
        Assert.True(await table.RemoveRow(Grain, "resume", etag!));
        Assert.Null(await table.ReadRow(Grain, "resume"));
    }
}
