using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Gpu.Tests.Support;

/// <summary>Instances in this process that each compute with a kernel of their own, as machines with and without a GPU do.</summary>
internal sealed class MixedFleet : IFleet
{
    private readonly Member[] members;

    /// <summary>Starts the instances, one thread each. Nobody begins a second block before everybody has done one, so that each has its share however slow it is.</summary>
    /// <param name="kernels">One an instance.</param>
    public MixedFleet(params IAssignmentKernel[] kernels)
    {
        members = [.. kernels.Select((kernel, i) => new Member($"{kernel.Name}-{i}", kernel))];
        var all = Task.WhenAll(members.Select(member => member.First));
        Array.ForEach(members, member => member.Others = all);
    }

    public int InstanceCount => members.Length;

    public int ThreadCount => members.Length;

    public void Watch(Action<IInstance> joined, Action<IInstance> left) => Array.ForEach(members, joined);

    public void Dispose() => Array.ForEach(members, member => member.Dispose());

    private sealed class Member(string name, IAssignmentKernel kernel) : IInstance, IDisposable
    {
        private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly LocalInstance inner = new(name, 1);
        private readonly Lock gate = new();
        private Pass? given;
        private Pass? own;

        /// <summary>Done when it has done a block.</summary>
        public Task First => first.Task;

        /// <summary>Done when each has.</summary>
        public Task Others { get; set; } = Task.CompletedTask;

        public string Name => inner.Name;

        public int Threads => inner.Threads;

        public async Task<BlockResult> RunAsync(Pass pass, BlockRange block, long attempt, Action<int, double>? advanced, CancellationToken cancellation)
        {
            if (first.Task.IsCompleted)
            {
                await Others.WaitAsync(cancellation);
            }

            var result = await inner.RunAsync(Own(pass), block, attempt, advanced, cancellation);
            first.TrySetResult();
            return result;
        }

        public void Dispose() => inner.Dispose();

        /// <summary>The same pass with this instance's kernel.</summary>
        private Pass Own(Pass pass)
        {
            lock (gate)
            {
                if (!ReferenceEquals(given, pass))
                {
                    (given, own) = (pass, new Pass(pass.Id, pass.Context with { Kernel = kernel }, pass.Partitions));
                }

                return own!;
            }
        }
    }
}
