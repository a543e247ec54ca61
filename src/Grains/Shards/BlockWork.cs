using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>One block that a shard was asked for: it runs, or its outcome waits to be fetched.</summary>
internal sealed class BlockWork : IDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly BlockMeter meter = new();
    private readonly Task<Payload> run;

    /// <summary>Begins it.</summary>
    /// <param name="compute">The silo's threads.</param>
    /// <param name="request">The block.</param>
    /// <param name="pull">Gets a chunk of its pass.</param>
    public BlockWork(SiloCompute compute, BlockRequest request, Func<int, Task<PayloadChunk>> pull)
    {
        Pass = request.Pass.Name;
        var block = new BlockRange(request.First, request.End);
        run = Task.Run(() => compute.RunAsync(Pass, request.Pass.Length, pull, block, request.Attempt, meter, stop.Token));
    }

    /// <summary>The pass's name.</summary>
    public string Pass { get; }

    /// <summary>When somebody asked for it last: a timestamp of the silo's clock.</summary>
    public long AskedAt { get; set; }

    /// <summary>Completes, without an error, when it ends.</summary>
    public Task Ended => run.ContinueWith(static ended => _ = ended.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>What it gave, or null.</summary>
    public Payload? Summary => run.IsCompletedSuccessfully ? run.Result : null;

    /// <summary>Describes it.</summary>
    /// <param name="attempt">Its attempt.</param>
    /// <returns>How it is.</returns>
    public BlockAnswer Describe(long attempt)
    {
        var (rows, squaredDistances) = meter.Take();
        if (!run.IsCompleted)
        {
            return new BlockAnswer { State = BlockState.Running, Rows = rows, SquaredDistances = squaredDistances };
        }

        if (run.IsCompletedSuccessfully)
        {
            return new BlockAnswer { State = BlockState.Done, Rows = rows, SquaredDistances = squaredDistances, Summary = new Ticket { Name = $"{attempt}", Length = run.Result.Length } };
        }

        return run.Exception?.InnerException switch
        {
            InputException wrong => new BlockAnswer { State = BlockState.WrongInput, Message = wrong.Message },
            InstanceFaultException fault => Fault(fault.Message, fault.IsTransient),
            SummaryFormatException damaged => Fault(damaged.Message, isTransient: true),
            OutOfMemoryException => Fault("the silo has not enough memory for this", isTransient: false),
            null => Fault("it was cancelled there", isTransient: true),
            var other => Fault($"{other.Message.TrimEnd('.')} ({other.GetType().Name})", isTransient: true),
        };
    }

    /// <summary>Cancels it, if it still runs.</summary>
    public void Dispose()
    {
        stop.Cancel();
        Ended.ContinueWith(_ => stop.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private static BlockAnswer Fault(string message, bool isTransient) => new() { State = BlockState.Fault, Message = message, IsTransient = isTransient };
}
