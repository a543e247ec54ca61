using KMeans.Coordination;
using KMeans.Http.Protocol;

namespace KMeans.Http.Remote;

/// <summary>A worker process as an instance of the coordinator. Uploads a pass before its first block, and again where the worker has lost it.</summary>
internal sealed class HttpInstance : IInstance
{
    private readonly WorkerClient client;
    private readonly InputSpec input;
    private readonly int[]? hereBefore;
    private readonly Action<HttpInstance, string> failed;
    private readonly Lock gate = new();
    private Pass? uploaded;
    private Task<string>? upload;

    /// <summary>Creates it.</summary>
    /// <param name="client">The worker.</param>
    /// <param name="info">What it said about itself.</param>
    /// <param name="input">The rows as workers open them.</param>
    /// <param name="hereBefore">Length partitions + 1: how many of the partitions before each are there whole; null where it has all files.</param>
    /// <param name="failed">Told before a task ends with a fault that may pass: the worker may be gone.</param>
    public HttpInstance(WorkerClient client, WorkerInfo info, InputSpec input, int[]? hereBefore, Action<HttpInstance, string> failed)
    {
        this.client = client;
        this.input = input;
        this.hereBefore = hereBefore;
        this.failed = failed;
        Info = info;
    }

    /// <summary>What the worker said about itself.</summary>
    public WorkerInfo Info { get; }

    /// <inheritdoc/>
    public string Name => client.Url;

    /// <inheritdoc/>
    public int Threads => Info.Threads;

    /// <inheritdoc/>
    public int CountHere(BlockRange block) => hereBefore is null ? block.Count : hereBefore[block.End] - hereBefore[block.First];

    /// <inheritdoc/>
    public async Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
    {
        try
        {
            return await RunOnce(pass, block, attempt, advanced, null, cancellation).ConfigureAwait(false);
        }
        catch (LostPassException lost)
        {
            // It was started again, or has had too many passes since.
            try
            {
                return await RunOnce(pass, block, attempt, advanced, lost.Name, cancellation).ConfigureAwait(false);
            }
            catch (LostPassException)
            {
                throw new InstanceFaultException("it lost the pass again as soon as it had it", transient: true);
            }
        }
        catch (InstanceFaultException e) when (e.IsTransient)
        {
            failed(this, e.Message);
            throw;
        }
    }

    /// <summary>Tells the worker that the last pass is over, so that it may close the files. Nothing depends on it.</summary>
    /// <returns>When it was told, or could not be.</returns>
    public async Task ForgetAsync()
    {
        Task<string>? last;
        lock (gate)
        {
            last = upload;
        }

        if (last is not { IsCompletedSuccessfully: true })
        {
            return;
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        try
        {
            await client.SendAsync(HttpMethod.Delete, Routes.PassOf(await last.ConfigureAwait(false)), null, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is InstanceFaultException or InputException or ProblemException or OperationCanceledException)
        {
            // A worker that is gone has forgotten it already.
        }
    }

    private async Task<BlockResult> RunOnce(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, string? lost, CancellationToken cancellation)
    {
        var name = await Upload(pass, lost).WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Run(name, pass, block, attempt, advanced, cancellation).ConfigureAwait(false);
        }
        catch (ProblemException)
        {
            throw new LostPassException(name);
        }
    }

    private Task<BlockResult> Run(string name, Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation) => client.ReadAsync(
        Routes.BlockOf(name, block, attempt),
        advanced is null ? null : (rows, squaredDistances) => advanced((int)Math.Clamp(rows, 0, int.MaxValue), squaredDistances),
        stream =>
        {
            var summary = SummaryCodec.Read(stream, pass.Context, pass.Id, block);
            try
            {
                return new BlockResult(summary, LedgerCodec.Read(stream, block, Name));
            }
            catch
            {
                pass.Context.Pool.Return(summary);
                throw;
            }
        },
        cancellation);

    /// <summary>Uploads a pass once, however many blocks wait for it.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="lost">The name of an upload that the worker does not know any more, or null.</param>
    /// <returns>The pass's name there.</returns>
    private Task<string> Upload(Pass pass, string? lost)
    {
        lock (gate)
        {
            var isUsable = ReferenceEquals(uploaded, pass) && upload is { IsFaulted: false, IsCanceled: false } && !(upload.IsCompletedSuccessfully && upload.Result == lost);
            if (!isUsable)
            {
                uploaded = pass;
                upload = Send(pass);
            }

            return upload!;
        }
    }

    private async Task<string> Send(Pass pass)
    {
        await Task.Yield();
        var spec = new PassSpec(pass.Id, pass.Context, input);
        var name = $"{pass.Id:x16}-{Guid.NewGuid():n}";

        // Not the block's token: other blocks wait for the same upload, whose time the client bounds.
        await client.SendAsync(HttpMethod.Post, Routes.PassOf(name), new PassContent(spec), CancellationToken.None).ConfigureAwait(false);
        return name;
    }

    /// <summary>The worker does not know the pass any more.</summary>
    private sealed class LostPassException(string name) : Exception
    {
        /// <summary>The upload's name.</summary>
        public string Name => name;
    }
}
