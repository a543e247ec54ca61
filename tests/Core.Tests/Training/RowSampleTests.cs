using KMeans.Training;

namespace KMeans.Tests.Training;

public class RowSampleTests
{
    [Fact]
    public void Merge_HoweverRowsAreGrouped_KeepsTheSameRows()
    {
        var whole = Fill(Enumerable.Range(0, 10_000));
        whole.Seal();
        foreach (var parts in new[] { 2, 3, 17 })
        {
            var merged = Enumerable.Range(0, parts).Select(part => Fill(Enumerable.Range(0, 10_000).Where(i => i % parts == part))).Aggregate((a, b) =>
            {
                a.Merge(b);
                return a;
            });
            merged.Seal();
            Assert.Equal(whole.Threshold, merged.Threshold);
            Assert.Equal(whole.Rows().ToArray(), merged.Rows().ToArray());
            Assert.Equal(Enumerable.Range(0, 200).Select(whole.ExpandedWeight), Enumerable.Range(0, 200).Select(merged.ExpandedWeight));
        }

        Assert.Equal(200, whole.Count);
    }

    [Fact]
    public void ExpandedWeight_SummedOverTheSample_EstimatesTheTotalWeight()
    {
        var estimates = Enumerable.Range(0, 40).Select(seed =>
        {
            var sample = Fill(Enumerable.Range(0, 10_000), seed);
            sample.Seal();
            return Enumerable.Range(0, sample.Count).Sum(sample.ExpandedWeight);
        }).ToArray();
        Assert.InRange(estimates.Average(), 9_700, 10_300);
    }

    [Fact]
    public void Offer_OfARowWithOverwhelmingSensitivity_IsAlwaysKeptWithItsOwnWeight()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var sample = Fill(Enumerable.Range(0, 5_000), seed, row => row == 4_321 ? 1e9 : 1);
            sample.Seal();
            var at = Enumerable.Range(0, sample.Count).Single(i => sample.Row(i)[0] == 4_321);
            Assert.Equal(1, sample.ExpandedWeight(at));
        }
    }

    private static RowSample Fill(IEnumerable<int> rows, int seed = 1, Func<int, double>? sensitivity = null)
    {
        var random = new CounterRandom(seed, RandomPurpose.KeptRows);
        var sample = new RowSample(1, 200, 1e9);
        foreach (var row in rows)
        {
            sample.Offer(row, random.Unit(row), sensitivity?.Invoke(row) ?? 1 + (row % 7), 1, 0, [row]);
        }

        return sample;
    }
}
