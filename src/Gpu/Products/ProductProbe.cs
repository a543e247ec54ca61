using System.Globalization;
using ILGPU.Runtime;

namespace KMeans.Gpu.Products;

/// <summary>Multiplies known numbers before a library is trusted with rows: are its products what the error bound takes them for?</summary>
/// <remarks>
/// The significands are 1 + 2^-11 less a little, and all products are positive: TF32 and shorter formats round every factor down by nearly 2^-11, so that a sum is off by nearly 2^-10, where float32 over
/// 515 features may be off by 2^-15. A wrong layout shows too, because the powers of two differ from place to place.
/// </remarks>
internal static class ProductProbe
{
    private const double UnitRoundoff = 1.0 / (1 << 24);

    /// <summary>Of a tile's products every so many-th is compared; a prime, so that all columns have their turn.</summary>
    private const int Stride = 1009;

    /// <summary>A whole tile with features by fours, and a ragged one; up to 515 features.</summary>
    /// <param name="tile">The device's tile.</param>
    /// <returns>The shapes.</returns>
    private static ProductShape[] Shapes(ProductTile tile) => [new(tile.Rows, tile.Centers, tile.Centers / 2), new(tile.Rows - 3, tile.Centers / 2, (tile.Centers / 2) + 3)];

    /// <summary>Compares some products with those of doubles.</summary>
    /// <param name="device">The device.</param>
    /// <param name="product">What multiplies there.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? Fault(GpuDevice device, IMatrixProduct product)
    {
        foreach (var shape in Shapes(device.ProductTile))
        {
            var (samples, weights) = (Values(1, shape.SampleCount * shape.FeatureCount), Values(2, shape.CenterCount * shape.FeatureCount));
            var products = Multiply(device, product, shape, samples, weights);
            for (var i = 0; i < products.Length; i += Stride)
            {
                var exact = Exact(samples, i / shape.CenterCount, weights, i % shape.CenterCount, shape.FeatureCount);
                var allowed = shape.FeatureCount * UnitRoundoff / (1 - (shape.FeatureCount * UnitRoundoff)) * exact;

                // Not so for what is no number.
                if (!(Math.Abs(products[i] - exact) <= allowed))
                {
                    return string.Create(
                        CultureInfo.InvariantCulture, $"of {shape.SampleCount} x {shape.CenterCount} products over {shape.FeatureCount} features one is {products[i]:G9} where float32 gives {exact:G9}");
                }
            }
        }

        return null;
    }

    private static float[] Multiply(GpuDevice device, IMatrixProduct product, ProductShape shape, float[] samples, float[] weights)
    {
        using var deviceSamples = device.Accelerator.Allocate1D(samples);
        using var deviceWeights = device.Accelerator.Allocate1D(weights);
        using var deviceProducts = device.Accelerator.Allocate1D<float>((long)shape.SampleCount * shape.CenterCount);
        using var stream = device.Accelerator.CreateStream();
        device.Accelerator.Synchronize();
        product.Multiply(stream, shape, deviceSamples.View.BaseView, deviceWeights.View.BaseView, deviceProducts.View.BaseView);
        stream.Synchronize();
        return deviceProducts.GetAsArray1D();
    }

    private static float[] Values(int seed, int count)
    {
        var random = new CounterRandom(1, RandomPurpose.Generation, seed);
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            // 24 bits: 10 decide how much is taken off, 2 the power of two.
            var bits = (int)(random.Unit(i) * (1 << 24));
            var significand = 1 + (1.0 / (1 << 11)) - (((bits & 1023) + 1) * 2 * UnitRoundoff);
            values[i] = (float)(significand * (1 << ((bits >> 10) & 3)));
        }

        return values;
    }

    private static double Exact(float[] samples, int row, float[] weights, int center, int featureCount)
    {
        var sum = 0.0;
        for (var i = 0; i < featureCount; i++)
        {
            sum += (double)samples[(row * featureCount) + i] * weights[(center * featureCount) + i];
        }

        return sum;
    }
}
