using System.Text.RegularExpressions;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Kernels;

/// <summary>What the kernels become for an OpenCL device.</summary>
public class OpenClTests
{
    [Theory]
    [InlineData(typeof(ProposalKernel), nameof(ProposalKernel.Propose), 3)]
    [InlineData(typeof(LeastScoresKernel), nameof(LeastScoresKernel.Scan), 1)]
    [InlineData(typeof(ProductKernel), nameof(ProductKernel.Multiply), 0)]
    public void Kernel_CompilesToOpenClC(Type kernel, string method, int barrierCount)
    {
        var source = KernelCompiler.OpenCl(KernelCompiler.Kernel(kernel, method));
        Assert.Contains("kernel void", source, StringComparison.Ordinal);

        // Shared memory is what the threads of a group pass on to each other.
        var barriers = Regex.Matches(source, @"barrier *\( *(\w+) *\)");
        Assert.InRange(barriers.Count, barrierCount, barrierCount + 1);
        Assert.All(barriers, barrier => Assert.Equal("CLK_LOCAL_MEM_FENCE", barrier.Groups[1].Value));
    }
}
