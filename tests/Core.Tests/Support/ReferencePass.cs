namespace KMeans.Tests.Support;

/// <summary>The reference algorithm's pass in thirty lines of double arithmetic: assign a mini-batch, then c &lt;- (1 - p) c + p m with p = n / (N + n).</summary>
internal static class ReferencePass
{
    public static (double[][] Centers, double[] Counts) Run(float[] samples, int d, double[][] start, double[] startCounts, int miniBatchSize, long halfLife)
    {
        var centers = start.Select(center => center.ToArray()).ToArray();
        var counts = startCounts.ToArray();
        var rows = samples.Length / d;
        for (var first = 0; first < rows; first += miniBatchSize)
        {
            var size = Math.Min(miniBatchSize, rows - first);
            var sums = centers.Select(_ => new double[d]).ToArray();
            var taken = new double[centers.Length];
            for (var i = first; i < first + size; i++)
            {
                var row = samples.AsSpan(i * d, d).ToArray();
                var nearest = Enumerable.Range(0, centers.Length).MinBy(j => Enumerable.Range(0, d).Sum(f => Math.Pow(row[f] - centers[j][f], 2)));
                taken[nearest]++;
                for (var f = 0; f < d; f++)
                {
                    sums[nearest][f] += row[f];
                }
            }

            for (var j = 0; j < centers.Length; j++)
            {
                counts[j] = (halfLife == 0 ? 1 : Math.Pow(2, -(double)size / halfLife)) * counts[j];
                var p = taken[j] == 0 ? 0 : taken[j] / (counts[j] + taken[j]);
                for (var f = 0; f < d && taken[j] > 0; f++)
                {
                    centers[j][f] = ((1 - p) * centers[j][f]) + (p * sums[j][f] / taken[j]);
                }

                counts[j] += taken[j];
            }
        }

        return (centers, counts);
    }
}
