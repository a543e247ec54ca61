using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

public class AssignmentKernelsTests
{
    public static TheoryData<string> Kernels => new(AssignmentKernels.Available.Select(kernel => kernel.Name));

    [Fact]
    public void Available_OnAnyMachine_EndsWithScalarAndBeginsWithBest()
    {
        Assert.Equal("scalar", AssignmentKernels.Available[^1].Name);
        Assert.Same(AssignmentKernels.Available[0], AssignmentKernels.Best);
    }

    [Fact]
    public void ByName_UnknownName_ListsWhatThereIs()
    {
        var thrown = Assert.Throws<ArgumentException>(() => AssignmentKernels.ByName("vector4096"));
        Assert.Contains("vector4096", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("scalar", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Assign_OnceWarm_AllocatesNothing(string name)
    {
        var kernel = AssignmentKernels.ByName(name);
        var samples = AssignmentContract.Uniform(new Random(1), 100 * 20);
        var centers = AssignmentContract.UniformCenters(new Random(2), 30 * 20);
        var labels = new int[100];
        var squaredDistances = new double[100];
        var workspace = kernel.CreateWorkspace();
        var packed = kernel.Pack(centers, 30, 20);
        kernel.Assign(samples, 100, packed, labels, squaredDistances, workspace);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var repeat = 0; repeat < 3; repeat++)
        {
            kernel.Assign(samples, 100, kernel.Pack(centers, 30, 20, packed), labels, squaredDistances, workspace);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Assign_CentersOfAnotherKernel_IsRefused()
    {
        var scalar = new ScalarKernel().Pack([1, 2], 2, 1);
        foreach (var kernel in AssignmentKernels.Available.Where(kernel => kernel.Name != "scalar"))
        {
            Assert.Throws<ArgumentException>(() => kernel.Assign([1], 1, scalar, new int[1], new double[1], kernel.CreateWorkspace()));
        }
    }

    [Theory]
    [MemberData(nameof(Kernels))]
    public void Pack_ReusedForOtherShapes_GivesTheSameLabels(string name)
    {
        var kernel = AssignmentKernels.ByName(name);
        var random = new Random(3);
        PackedCenters? packed = null;
        foreach (var (centerCount, d) in ((int, int)[])[(100, 30), (3, 7), (33, 64), (257, 2)])
        {
            packed = kernel.Pack(AssignmentContract.UniformCenters(random, centerCount * d), centerCount, d, packed);
            AssignmentContract.Check(kernel, AssignmentContract.Uniform(random, 40 * d), packed.Centers.ToArray(), centerCount, d, packed);
        }
    }
}
