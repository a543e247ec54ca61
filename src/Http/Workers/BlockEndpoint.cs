using System.Globalization;
using KMeans.Coordination;
using KMeans.Http.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Workers;

/// <summary>Runs blocks of passes and sends their summaries.</summary>
/// <param name="passes">The passes held.</param>
/// <param name="instance">Who computes.</param>
/// <param name="clock">The time.</param>
internal sealed class BlockEndpoint(HeldPasses passes, IInstance instance, TimeProvider clock)
{
    /// <summary>A coordinator sends two blocks at a time; more wait in its own queue.</summary>
    private const int MostBlocks = 16;

    /// <summary>So often the coordinator hears of a running block, whether it advanced or not.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromMilliseconds(250);

    private int running;

    /// <summary>Blocks that run now.</summary>
    public int RunningCount => Volatile.Read(ref running);

    /// <summary>Answers a request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="stopping">The worker ends.</param>
    /// <returns>When the answer is sent.</returns>
    public async Task RunAsync(HttpContext http, CancellationToken stopping)
    {
        var name = http.Request.RouteValues["pass"] as string ?? "";
        var block = new BlockRange(RouteNumber(http, "first"), RouteNumber(http, "end"));
        if (!long.TryParse(http.Request.Query["attempt"], NumberStyles.None, CultureInfo.InvariantCulture, out var attempt))
        {
            throw Refusal.BadRequest("attempt: give a whole number.");
        }

        var held = passes.TryTake(name) ?? throw Refusal.Unknown(ProblemTypes.UnknownPass, "The pass is not known here; upload it again.");
        try
        {
            if (!block.IsAligned(held.Pass.Partitions.Count))
            {
                throw Refusal.BadRequest($"block {block.First}-{block.End}: is no node of the merge tree over {held.Pass.Partitions.Count} partitions.");
            }

            held.RequireHere(block);
            if (Interlocked.Increment(ref running) > MostBlocks)
            {
                Interlocked.Decrement(ref running);
                throw Refusal.Busy($"{MostBlocks} blocks run here at once; try again when one has ended.");
            }

            try
            {
                await RunAsync(http, held, block, attempt, stopping).ConfigureAwait(false);
            }
            finally
            {
                Interlocked.Decrement(ref running);
            }
        }
        finally
        {
            held.EndUse();
        }
    }

    private static int RouteNumber(HttpContext http, string name) =>
        int.TryParse(http.Request.RouteValues[name] as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Refusal.BadRequest($"{name}: give a whole number.");

    private async Task RunAsync(HttpContext http, HeldPass held, BlockRange block, long attempt, CancellationToken stopping)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, stopping, held.Cancelled);
        var meter = new BlockMeter();
        var run = instance.RunAsync(held.Pass, block, attempt, meter.Advance, stop.Token);
        try
        {
            http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
            http.Response.ContentType = Routes.Binary;
            var frames = new FrameWriter(http.Response.Body);
            await Accompany(run, meter, frames, stop.Token).ConfigureAwait(false);
            try
            {
                var result = await run.ConfigureAwait(false);
                SummaryCodec.Write(frames, result.Summary, held.Pass.Context, held.Pass.Id);
                LedgerCodec.Write(frames, result.Entries);
                held.Pass.Context.Pool.Return(result.Summary);
                frames.End();
            }
#pragma warning disable CA1031 // The status is on its way already; what happened goes into the last frame.
            catch (Exception e) when (!http.RequestAborted.IsCancellationRequested)
#pragma warning restore CA1031
            {
                frames.Fail(Explain(e, stopping));
            }
        }
        finally
        {
            // Nobody listens any more, or it is over: the threads must be free of this block before its files may be closed.
            await stop.CancelAsync().ConfigureAwait(false);
            await Settled(run).ConfigureAwait(false);
        }
    }

    private static Problem Explain(Exception e, CancellationToken stopping) => e switch
    {
        OperationCanceledException when stopping.IsCancellationRequested => Refusal.Stopping().Problem,
        OperationCanceledException => new Problem(ProblemTypes.Fault, "Cancelled", StatusCodes.Status409Conflict, "The pass was cancelled.", false),
        _ => Refusal.Of(e),
    };

    private static async Task Settled(Task run)
    {
        await run.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>Tells of progress until the block is done or nobody listens.</summary>
    private async Task Accompany(Task run, BlockMeter meter, FrameWriter frames, CancellationToken stop)
    {
        while (!run.IsCompleted && !stop.IsCancellationRequested)
        {
            var (rows, squaredDistances) = meter.Take();
            try
            {
                await frames.ProgressAsync(rows, squaredDistances, stop).ConfigureAwait(false);
                await Task.WhenAny(run, Task.Delay(Heartbeat, clock, stop)).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }

        // A block may be done before the next heartbeat: what it did since the last is told too.
        if (run.IsCompletedSuccessfully && meter.Take() is { Rows: > 0 } rest)
        {
            await frames.ProgressAsync(rest.Rows, rest.SquaredDistances, stop).ConfigureAwait(false);
        }
    }
}
