using KMeans.Gpu.Products;
using KMeans.Gpu.Tests.Support;
using KMeans.Tests.Kernels;
using KMeans.Tests.Support;

namespace KMeans.Gpu.Tests.Products;

/// <summary>What can be said of the call of cuBLAS without a card: a BLAS of the CPU, called with the same arguments, stands in for it.</summary>
public class CuBlasProductTests
{
    [Fact]
    public void ColumnMajor_AsBlasDefinesIt_IsTheProductOfTheRows()
    {
        var shape = new ProductShape(5, 7, 3);
        var random = new Random(1);
        var (samples, weights) = (AssignmentContract.Uniform(random, 5 * 3), AssignmentContract.Uniform(random, 7 * 3));
        var (m, n, k, leadingA, leadingB, leadingC) = CuBlasProduct.ColumnMajor.Of(shape);

        // C(i, j) = sum over l of A(l, i) B(l, j), and column j of a matrix begins at j times its leading dimension.
        var products = new float[leadingC * n];
        for (var j = 0; j < n; j++)
        {
            for (var i = 0; i < m; i++)
            {
                for (var l = 0; l < k; l++)
                {
                    products[i + (j * leadingC)] += weights[l + (i * leadingA)] * samples[l + (j * leadingB)];
                }
            }
        }

        Assert.Equal(HostProduct.Exact(shape, samples, weights), products);
    }

    [PrerequisiteFact(Prerequisite.Blas)]
    public void Probe_OfARealLibrary_FindsNoFault()
    {
        using var device = GpuDevices.OpenSimulator(assertions: true);
        using var product = Blas.Product();
        Assert.Null(ProductProbe.Fault(device, product));
    }

    [PrerequisiteTheory(Prerequisite.Blas)]
    [InlineData(300, 200, 257, 0)]
    [InlineData(30, 2048, 256, 0)]
    [InlineData(100, 70, 50, 1e6)]
    public void Assign_WithARealLibrary_MatchesScalar(int rows, int centers, int features, double offset)
    {
        using var simulator = new Simulator();
        simulator.Kernel.Device.Products.Library = Blas.Product;
        simulator.Kernel.Device.Products.Path = ScorePath.Product;
        var random = new Random(2);
        var samples = AssignmentContract.Uniform(random, rows * features, offset - 1, offset + 1);
        var centerValues = AssignmentContract.UniformCenters(random, centers * features, offset - 1, offset + 1);

        // Some centers that no float can tell apart.
        centerValues.AsSpan(0, 3 * features).CopyTo(centerValues.AsSpan((centers - 3) * features));
        AssignmentContract.Check(simulator.Kernel, samples, centerValues, centers, features);
        Assert.Equal(rows, simulator.Kernel.Report().ProductRows);
        Assert.Empty(simulator.Log);
    }
}
