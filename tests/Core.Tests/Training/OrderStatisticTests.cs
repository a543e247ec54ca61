using KMeans.Training;

namespace KMeans.Tests.Training;

public class OrderStatisticTests
{
    public static TheoryData<string, int> Shapes
    {
        get
        {
            var shapes = new TheoryData<string, int>();
            foreach (var shape in new[] { "random", "sorted", "reversed", "same", "two values", "mostly zero", "organ pipe", "wild" })
            {
                foreach (var count in new[] { 1, 2, 31, 33, 1_000, 2_048, 9_001 })
                {
                    shapes.Add(shape, count);
                }
            }

            return shapes;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Select_OfAnyShape_IsWhatSortingPutsThere(string shape, int count)
    {
        var random = new Random(count);
        var values = Enumerable.Range(0, count).Select(i => shape switch
        {
            "random" => random.NextDouble(),
            "sorted" => i,
            "reversed" => -i,
            "same" => 4,
            "two values" => i % 2,
            "mostly zero" => random.Next(10) == 0 ? random.NextDouble() - 0.5 : 0,
            "organ pipe" => Math.Min(i, count - i),
            _ => Math.Pow(10, (600 * random.NextDouble()) - 300) * (random.Next(2) - 0.5),
        }).ToArray();
        var sorted = values.Order().ToArray();
        foreach (var place in new[] { 0, (count - 1) / 4, (count - 1) / 2, (count - 1) * 3 / 4, count - 1 })
        {
            Assert.Equal(sorted[place], OrderStatistic.Select(values, place));
        }

        Assert.Equal(sorted, values.Order());
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(2, 1)]
    [InlineData(2.5, 3)]
    [InlineData(5, 3)]
    [InlineData(5.5, -1)]
    public void Reaching_AWeight_IsTheFirstPlaceWhereSoMuchLies(double least, int place) => Assert.Equal(place, OrderStatistic.Reaching([0, 2, 0, 3], least));
}
