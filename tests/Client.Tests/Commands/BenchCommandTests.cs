using System.Text.Json;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public class BenchCommandTests
{
    [Fact]
    public void Bench_AsJson_GivesThePeakAndTheSharesOfIt()
    {
        using var folder = new TemporaryFolder();
        var ran = RunKMeans.In(folder, "bench", "--json", "--quiet", "--threads", "1");

        Assert.True(ran.ExitCode == 0, ran.Error);
        using var json = JsonDocument.Parse(ran.Output);
        var peak = json.RootElement.GetProperty("peakGflops").GetDouble();
        Assert.True(peak > 1);
        var kernels = json.RootElement.GetProperty("kernels").EnumerateArray().ToArray();
        Assert.Contains(kernels, kernel => kernel.GetProperty("features").GetInt32() == 400 && kernel.GetProperty("centers").GetInt32() == 512);
        Assert.All(kernels, kernel =>
        {
            Assert.Equal(1, kernel.GetProperty("threads").GetInt32());
            Assert.Equal(kernel.GetProperty("gflops").GetDouble() / peak, kernel.GetProperty("share").GetDouble(), 1e-9);
            Assert.InRange(kernel.GetProperty("share").GetDouble(), 0.001, 1.2);
        });
        var memory = json.RootElement.GetProperty("memory").GetProperty("oneThread").GetDouble();
        var few = Assert.Single(kernels, kernel => kernel.GetProperty("centers").GetInt32() == 10);
        Assert.Equal(few.GetProperty("gigabytesPerSecond").GetDouble() / memory, few.GetProperty("bandwidthShare").GetDouble(), 1e-9);
        Assert.All(json.RootElement.GetProperty("readers").EnumerateArray(), reader => Assert.True(reader.GetProperty("gigabytesPerSecond").GetDouble() > 0));
        Assert.Empty(folder.Entries);
    }
}
