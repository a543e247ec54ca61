using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Gpu.Tests;

public class GpuDevicesTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("-1")]
    [InlineData("")]
    public void Open_OfNoDevicesName_SaysWhatToUse(string choice)
    {
        var error = Assert.Throws<InputException>(() => GpuDevices.Open(choice));
        Assert.Contains("use auto, an index from 0, or cpu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfADeviceThatIsNotThere_SaysWhatThereIs()
    {
        var error = Assert.Throws<InputException>(() => GpuDevices.Open("99"));
        Assert.Matches("no CUDA or OpenCL GPU|--gpu 99: this machine has 0", error.Message);
    }

    [Fact]
    public void Open_ThroughTheRegisteredBackend_GivesTheSimulator()
    {
        Backends.Register(new GpuBackend());
        using var kernels = Backends.Open("gpu:cpu", 1, _ => { });
        Assert.Equal("gpu", kernels.Streaming.Name);
        Assert.Equal("ILGPU's simulator (CPU)", kernels.Device!.Report().Device);
        Assert.Same(AssignmentKernels.Best, kernels.Host);
    }

    [Fact]
    public void Simulator_OnAReadBeyondAView_Asserts()
    {
        // What shows that the contract's tests would notice: on the simulator every index is asserted.
        using var listener = new Failures();
        Trace.Listeners.Clear();
        Trace.Listeners.Add(listener);
        try
        {
            using var device = GpuDevices.OpenSimulator(assertions: true);
            using var memory = device.Accelerator.Allocate1D<float>(8);
            var kernel = device.Accelerator.LoadStreamKernel<ArrayView<float>, int>(Write);
            kernel(new KernelConfig(1, 1), memory.View.BaseView.SubView(0, 4), 3);
            device.Accelerator.Synchronize();
            Assert.Equal(0, listener.Count);
            kernel(new KernelConfig(1, 1), memory.View.BaseView.SubView(0, 4), 4);
            device.Accelerator.Synchronize();
            Assert.Equal(1, listener.Count);
        }
        finally
        {
            Trace.Listeners.Clear();
            Trace.Listeners.Add(new DefaultTraceListener());
        }
    }

    private static void Write(ArrayView<float> view, int index) => view[index] = 1;

    private sealed class Failures : TraceListener
    {
        private int count;

        public int Count => count;

        public override void Fail(string? message, string? detailMessage) => Interlocked.Increment(ref count);

        public override void Write(string? message)
        {
        }

        public override void WriteLine(string? message)
        {
        }
    }
}
