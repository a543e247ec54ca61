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

    [Theory]
    [InlineData(0, 10_000)]
    [InlineData(150, 300)]
    [InlineData(5_000, 5_000)]
    [InlineData(9_000, 9_010)]
    public void Union_OfTwoSamples_IsTheMergedSampleAndLeavesThemAsTheyAre(int first, int end)
    {
        RowSample[] Both() => [Fill(Enumerable.Range(0, first)), Fill(Enumerable.Range(first, end - first))];
        var (merged, parts) = (Both(), Both());
        merged[0].Merge(merged[1]);
        merged[0].Seal();
        parts[0].Seal();
        var rows = parts[0].Rows().ToArray();

        var union = parts[0].Union(parts[1]);

        Assert.Equal(merged[0].Threshold, union.Threshold);
        Assert.Equal(merged[0].Rows().ToArray(), union.Rows().ToArray());
        Assert.Equal(Enumerable.Range(0, merged[0].Count).Select(merged[0].Details), Enumerable.Range(0, union.Count).Select(union.Details));
        Assert.Equal(rows, parts[0].Rows().ToArray());
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

    [Fact]
    public void Relabel_BeforeAndAfterAMerge_FollowsEachRowsCenter()
    {
        var earlier = Fill(Enumerable.Range(0, 5_000), label: row => row % 5);
        var later = Fill(Enumerable.Range(5_000, 5_000), label: row => row % 3);
        later.Relabel([0, 7, 8]);
        earlier.Merge(later);
        earlier.Relabel([4, 3, 2, 1, 0, -1, -1, 20, 30]);
        earlier.Seal();

        int[] later3 = [4, 20, 30];
        Assert.Equal(200, earlier.Count);
        Assert.Contains(Enumerable.Range(0, 200), i => earlier.Key(i) >= 5_000);
        for (var i = 0; i < earlier.Count; i++)
        {
            var row = (int)earlier.Row(i)[0];
            Assert.Equal(row, earlier.Key(i));
            Assert.Equal(row < 5_000 ? 4 - (row % 5) : later3[row % 3], earlier.Label(i));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(199)]
    [InlineData(200)]
    [InlineData(1_000)]
    public void Thin_ToFewerRows_IsTheSampleThatTheLowerLimitKeeps(int count)
    {
        var sample = Fill(Enumerable.Range(0, 10_000), label: row => row % 9);
        sample.Seal();
        var low = Fill(Enumerable.Range(0, 10_000), label: row => row % 9, limit: Math.Min(count, 200));
        low.Seal();

        var thin = sample.Thin(count);

        Assert.Equal(Math.Min(count, 200), thin.Count);
        Assert.Equal(low.Threshold, thin.Threshold);
        Assert.Equal(low.Rows().ToArray(), thin.Rows().ToArray());
        Assert.Equal(Contents(low), Contents(thin));
        Assert.Equal(200, sample.Count);

        static (long, double, double, int, bool)[] Contents(RowSample sample) =>
            [.. Enumerable.Range(0, sample.Count).Select(i => (sample.Key(i), sample.Weight(i), sample.ExpandedWeight(i), sample.Label(i), sample.IsCertain(i)))];
    }

    [Fact]
    public void IsCertain_OfARow_IsWhetherItsSensitivityReachesOneOverTheThreshold()
    {
        // From a hundredth to a thousand.
        static double Sensitivity(int row) => Math.Pow(10, (row % 101 / 20.0) - 2);
        var sample = Fill(Enumerable.Range(0, 1_010), sensitivity: Sensitivity);
        sample.Seal();

        var kept = Enumerable.Range(0, sample.Count).ToArray();
        Assert.All(kept, i =>
        {
            var certain = Sensitivity((int)sample.Row(i)[0]) * sample.Threshold >= 1;
            Assert.Equal(certain, sample.IsCertain(i));
            Assert.Equal(certain, sample.ExpandedWeight(i) == sample.Weight(i));
        });
        Assert.Equal(
            Enumerable.Range(0, 1_010).Where(row => Sensitivity(row) * sample.Threshold >= 1),
            kept.Where(sample.IsCertain).Select(i => (int)sample.Row(i)[0]));
        Assert.InRange(kept.Count(sample.IsCertain), 50, 150);
    }

    [Fact]
    public void IsCertain_AtTheEdge_IncludesASensitivityOfExactlyOneOverTheThreshold()
    {
        var sample = new RowSample(1, 10, 0.5);
        sample.Offer(1, 0.25, 2, 3, 0, [1]);
        sample.Offer(2, 0.25, Math.BitDecrement(2.0), 3, 0, [2]);
        sample.Seal();

        Assert.True(sample.IsCertain(0));
        Assert.Equal(3, sample.ExpandedWeight(0));
        Assert.False(sample.IsCertain(1));
        Assert.True(sample.ExpandedWeight(1) > 3);
    }

    private static RowSample Fill(IEnumerable<int> rows, int seed = 1, Func<int, double>? sensitivity = null, Func<int, int>? label = null, int limit = 200)
    {
        var random = new CounterRandom(seed, RandomPurpose.KeptRows);
        var sample = new RowSample(1, limit, 1e9);
        foreach (var row in rows)
        {
            sample.Offer(row, random.Unit(row), sensitivity?.Invoke(row) ?? 1 + (row % 7), 1, label?.Invoke(row) ?? 0, [row]);
        }

        return sample;
    }
}
