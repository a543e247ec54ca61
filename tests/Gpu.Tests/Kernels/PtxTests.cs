using System.Globalization;
using System.Text.RegularExpressions;
using KMeans.Gpu.Kernels;
using KMeans.Gpu.Tests.Support;

namespace KMeans.Gpu.Tests.Kernels;

/// <summary>What the fused kernel becomes for a CUDA device: the compiler needs no card for it. Set KMEANS_PTX to a file to have a look at it.</summary>
public partial class PtxTests
{
    private static readonly string Ptx = Compile();

    [Fact]
    public void InnerLoop_OfTheFusedKernel_IsFusedMultiplyAddsOnVectorLoads()
    {
        var loop = InnerLoop();
        var fused = loop.Count(line => line.StartsWith("fma.rn.f32", StringComparison.Ordinal));
        var loads = loop.Where(line => line.StartsWith("ld.", StringComparison.Ordinal)).ToArray();

        // 8 x 8 products of a feature for 8 + 8 values, four to a load.
        Assert.Equal(64, fused);
        Assert.Equal(4, loads.Length);
        Assert.All(loads, load => Assert.StartsWith("ld.shared.v4.f32", load, StringComparison.Ordinal));
        Assert.DoesNotContain(loop, line => line.StartsWith("mul.f32", StringComparison.Ordinal) || line.StartsWith("add.f32", StringComparison.Ordinal));
        Assert.DoesNotContain(loop, line => line.StartsWith("st.", StringComparison.Ordinal) || line.StartsWith("bar.", StringComparison.Ordinal) || line.StartsWith("call", StringComparison.Ordinal));
    }

    [Fact]
    public void Products_OfTheInnerLoop_AreThoseOfEightByEight()
    {
        // Each of 8 values of rows meets each of 8 of centers once.
        var pairs = InnerLoop().Select(line => Product().Match(line)).Where(match => match.Success).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).ToArray();
        Assert.Equal(64, pairs.Distinct().Count());
        Assert.Equal(8, pairs.Select(pair => pair.Item1).Distinct().Count());
        Assert.Equal(8, pairs.Select(pair => pair.Item2).Distinct().Count());
    }

    [Fact]
    public void Kernel_UsesNoLocalMemory() => Assert.DoesNotContain(".local", Ptx, StringComparison.Ordinal);

    [Fact]
    public void Kernel_NeedsNoMoreRegistersThanAThreadHas()
    {
        // 65,536 registers a multiprocessor for two groups. The 64 sums and 16 operands are live at once, so a count below is an error of the counting.
        Assert.InRange(PtxRegisters.MostLive(Ptx), 64 + 16 + 8, 65_536 / (2 * DeviceTile.ThreadCount));
    }

    [Fact]
    public void Kernel_UsesTheSharedMemoryThatDevicesAreChosenBy()
    {
        var bytes = SharedMemory().Matches(Ptx).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.Equal(ProposalKernel.SharedBytes<DeviceTile>(), bytes);

        // What every CUDA device gives a group without being asked.
        Assert.InRange(bytes, 1, 48 << 10);
    }

    [Fact]
    public void Kernel_IsCompiledForTwoGroupsAMultiprocessor()
    {
        Assert.Contains($".maxntid {DeviceTile.ThreadCount}", Ptx, StringComparison.Ordinal);
        Assert.Contains(".minnctapersm 2", Ptx, StringComparison.Ordinal);
    }

    [Fact]
    public void Kernel_HasOneBarrierAStep()
    {
        // After the first features, in the loop over steps, and before the threads of a row are joined.
        Assert.Equal(3, Barriers().Count(Ptx));
    }

    [Fact]
    public void Kernel_RoundsAsIeee()
    {
        Assert.DoesNotContain(".ftz", Ptx, StringComparison.Ordinal);
        Assert.DoesNotContain(".approx", Ptx, StringComparison.Ordinal);
    }

    /// <summary>The block with the multiply-adds, from its label to its branch.</summary>
    private static string[] InnerLoop()
    {
        string[] lines = [.. Ptx.Split('\n').Select(line => Spaces().Replace(line.Trim(), " "))];
        var first = Array.FindIndex(lines, line => line.StartsWith("ld.shared.v4", StringComparison.Ordinal));
        var from = Array.FindLastIndex(lines, first, line => line.EndsWith(':'));
        var to = Array.FindIndex(lines, first, line => line.StartsWith("bra", StringComparison.Ordinal));
        return lines[from..to];
    }

    private static string Compile()
    {
        var ptx = KernelCompiler.Ptx(KernelCompiler.Kernel(typeof(ProposalKernel), nameof(ProposalKernel.Propose)), groups: 2);
        if (Environment.GetEnvironmentVariable("KMEANS_PTX") is { Length: > 0 } path)
        {
            File.WriteAllText(path, ptx);
        }

        return ptx;
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();

    [GeneratedRegex(@"^fma\.rn\.f32 \S+ (\S+), (\S+), ")]
    private static partial Regex Product();

    [GeneratedRegex(@"\bbar(rier)?\.sync\b")]
    private static partial Regex Barriers();

    [GeneratedRegex(@"\.shared \.align \d+ \.b8 \w+\[(\d+)\]")]
    private static partial Regex SharedMemory();
}
