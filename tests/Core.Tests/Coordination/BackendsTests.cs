using KMeans.Coordination;
using KMeans.Kernels;

namespace KMeans.Tests.Coordination;

public class BackendsTests
{
    [Theory]
    [InlineData("auto", true)]
    [InlineData("scalar", true)]
    [InlineData("simd", true)]
    [InlineData("gpu", true)]
    [InlineData("gpu:3", true)]
    [InlineData("tpu", false)]
    [InlineData("simd:1", false)]
    [InlineData("", false)]
    public void IsKnown_OfAName_TellsBackends(string name, bool expected) => Assert.Equal(expected, Backends.IsKnown(name));

    [Fact]
    public void Open_OfTheCpu_HasNoDevice()
    {
        using var kernels = Backends.Open("scalar", 1, _ => { });
        Assert.Null(kernels.Device);
        Assert.Equal("scalar", kernels.Streaming.Name);
        Assert.Same(kernels.Host, kernels.Streaming);
    }

    [Fact]
    public void Open_OfADeviceWithoutItsBackend_SaysThatItWasNotBuilt()
    {
        var error = Assert.Throws<InputException>(() => Backends.Open("gpu", 1, _ => { }));
        Assert.Contains("--backend gpu: this program was built without its packages", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Host_OfAnUnknownName_NamesThoseThatThereAre()
    {
        var error = Assert.Throws<InputException>(() => Backends.Host("tpu"));
        Assert.Equal("--backend 'tpu': use auto, scalar, simd or gpu.", error.Message);
    }

    [Fact]
    public void Host_OfADevice_IsTheFastestKernelOfTheCpu() => Assert.Same(AssignmentKernels.Best, Backends.Host("gpu:cpu"));
}
