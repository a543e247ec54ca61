using System.Text.RegularExpressions;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu.Tests.Kernels;

/// <summary>What the fused kernel becomes for an OpenCL device: the compiler to OpenCL C needs none.</summary>
public class OpenClTests
{
    [Fact]
    public void Kernel_CompilesToOpenClC()
    {
        using var context = GpuDevices.Create(_ => { });

        // A device that can do everything that ILGPU may ask of one.
        var constructor = Array.Find(typeof(CLCapabilityContext).GetConstructors(), each => Array.TrueForAll(each.GetParameters(), parameter => parameter.ParameterType == typeof(bool)))!;
        var capabilities = (CLCapabilityContext)constructor.Invoke([.. constructor.GetParameters().Select(_ => (object)true)]);
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.AMD, new CLCVersion(3, 0));
        var method = typeof(ProposalKernel).GetMethod(nameof(ProposalKernel.Propose))!.MakeGenericMethod(typeof(DeviceTile));
        var source = ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(method), new KernelSpecialization(DeviceTile.ThreadCount, 2))).Source;
        Assert.Contains("kernel void", source, StringComparison.Ordinal);

        // Shared memory is what the threads of a group pass on to each other.
        var barriers = Regex.Matches(source, @"barrier *\( *(\w+) *\)");
        Assert.InRange(barriers.Count, 3, 4);
        Assert.All(barriers, barrier => Assert.Equal("CLK_LOCAL_MEM_FENCE", barrier.Groups[1].Value));
    }
}
