using ILGPU.Runtime.OpenCL;
using KMeans.Gpu.Products;
using KMeans.Kernels;

namespace KMeans.Gpu.Tests.Support;

/// <summary>A device kernel on ILGPU's simulator, whose calls fail where a test wants, and which remembers what it logged.</summary>
internal sealed class Simulator : IDisposable
{
    private readonly Lock gate = new();
    private readonly List<string> log = [];

    public Simulator(int threads = 1, IAssignmentKernel? host = null, ScorePath path = ScorePath.Auto)
    {
        Kernel = new GpuKernel(GpuDevices.OpenSimulator(assertions: true), host ?? AssignmentKernels.Best, threads, message =>
        {
            lock (gate)
            {
                log.Add(message);
            }
        });
        Kernel.Device.Products.Path = path;
        Kernel.Device.Products.Setting = _ => null;
    }

    public GpuKernel Kernel { get; }

    public IReadOnlyList<string> Log => log;

    /// <summary>Calls so far, over all threads.</summary>
    public int Calls { get; private set; }

    public static Exception OutOfMemory => new CLException(CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE);

    public static Exception Gone => new CLException(CLError.CL_DEVICE_NOT_AVAILABLE);

    /// <summary>Has calls fail.</summary>
    /// <param name="failure">Given the call and how many came before; null where it succeeds.</param>
    public void Fail(Func<DeviceCall, int, Exception?> failure) => Kernel.Device.Before = call =>
    {
        int before;
        lock (gate)
        {
            before = Calls++;
        }

        if (failure(call, before) is { } exception)
        {
            throw exception;
        }
    };

    public void Dispose() => Kernel.Dispose();
}
