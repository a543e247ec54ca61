using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Http.Service.Store;

namespace KMeans.Http.Service.Hosting;

/// <summary>Loads what endpoints are to answer with. The store hands each out to one process, and to another where that one is gone.</summary>
/// <param name="store">The endpoints.</param>
/// <param name="host">Serves them.</param>
/// <param name="board">Wakes those who wait.</param>
/// <param name="clock">The time.</param>
/// <param name="log">Told of faults.</param>
internal sealed class EndpointDeployment(RecordStore store, EndpointHost host, JobBoard board, TimeProvider clock, Action<string> log)
{
    private const int MostReason = 1024;

    /// <summary>Brings an endpoint to the configuration that it is to have.</summary>
    /// <param name="record">The endpoint, claimed.</param>
    /// <param name="cancellation">This process ends, or has lost it.</param>
    /// <returns>When the endpoint is in service, or has failed.</returns>
    public async Task RunAsync(StoredRecord record, CancellationToken cancellation)
    {
        var wanted = EndpointDocument.Of(record).Config;
        try
        {
            var deployment = new Deployment(wanted, clock.GetUtcNow().ToUnixTimeMilliseconds() + record.Version, await VariantsAsync(wanted).ConfigureAwait(false));
            await host.DeployAsync(record.Name, deployment, () => EndAsync(record, wanted, document => document with { Live = deployment, FailureReason = null })).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InputException or ApiException)
        {
            await FailAsync(record, wanted, e.Message).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log($"endpoint {record.Name}: {e}");
            await FailAsync(record, wanted, MachineFault.Describe(e)).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<Variant>> VariantsAsync(string config)
    {
        var record = await store.FindAsync(RecordKinds.EndpointConfig, config).ConfigureAwait(false)
            ?? throw ApiErrors.Validation($"Could not find endpoint configuration \"{config}\".");
        var variants = new List<Variant>();
        foreach (var planned in EndpointConfigPlan.Parse(EndpointConfigPlan.Stored(record)).Variants)
        {
            var model = await store.FindAsync(RecordKinds.Model, planned.Model).ConfigureAwait(false) ?? throw ApiErrors.Validation($"Could not find model \"{planned.Model}\".");
            variants.Add(new Variant(planned.Name, planned.Weight, planned.Instances, ModelDocument.SourceOf(model)));
        }

        return variants;
    }

    private Task<bool> FailAsync(StoredRecord record, string wanted, string message) =>
        EndAsync(record, wanted, document => document with { FailureReason = message.Length <= MostReason ? message : message[..MostReason] });

    /// <summary>Ends the work, unless the endpoint is to have yet another configuration meanwhile. Where it answered with something before it goes on doing so.</summary>
    /// <returns>Whether it was stored.</returns>
    private async Task<bool> EndAsync(StoredRecord record, string wanted, Func<EndpointDocument, EndpointDocument> change)
    {
        var time = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isWanted = false;
        var after = await store.ChangeAsync(record.Kind, record.Name, now =>
        {
            var document = EndpointDocument.Of(now);
            isWanted = now.Owner == record.Owner && now.Created == record.Created && document.Config == wanted;
            if (!isWanted)
            {
                return null;
            }

            document = change(document);
            return now with
            {
                Status = document.Live is null ? EndpointStatuses.Failed : EndpointStatuses.InService,
                Document = (document.Live is { } live ? document with { Config = live.Config } : document).Write(),
                Modified = time,
                Ended = time,
                Owner = null,
                Lease = null,
            };
        }).ConfigureAwait(false);
        board.Signal(record.Name);
        return after is not null && isWanted;
    }
}
