using System.Text.RegularExpressions;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Kernels;

/// <summary>What the scan of the products becomes for a CUDA device. What it computes is the contract's matter.</summary>
public class LeastScoresKernelTests
{
    private static readonly string Ptx = KernelCompiler.Ptx(KernelCompiler.Kernel(typeof(LeastScoresKernel), nameof(LeastScoresKernel.Scan)), groups: null);

    [Fact]
    public void Kernel_UsesNoLocalMemory() => Assert.DoesNotContain(".local", Ptx, StringComparison.Ordinal);

    [Fact]
    public void Loop_OverTheCenters_ReadsEightProductsBeforeItBranches()
    {
        // Eight products and their starts; the other reads of global memory are a row's values and an earlier proposal.
        var blocks = Ptx.Split("bra");
        Assert.Single(blocks, block => Regex.Count(block, @"ld\.global\.f32") == 16);
    }

    [Fact]
    public void Kernel_HasOneBarrier() => Assert.Single(Regex.Matches(Ptx, @"\bbar(rier)?\.sync\b"));

    [Fact]
    public void Kernel_RoundsAsIeee()
    {
        Assert.DoesNotContain(".ftz", Ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".approx", Ptx, StringComparison.Ordinal);
    }
}
