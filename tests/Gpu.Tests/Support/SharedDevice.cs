namespace KMeans.Gpu.Tests.Support;

/// <summary>One simulator for the tests of a class that only need a device: opening one compiles the fused kernel.</summary>
public sealed class SharedDevice : IDisposable
{
    /// <summary>The device.</summary>
    internal GpuDevice Device { get; } = GpuDevices.OpenSimulator(assertions: true);

    /// <inheritdoc/>
    public void Dispose() => Device.Dispose();
}
