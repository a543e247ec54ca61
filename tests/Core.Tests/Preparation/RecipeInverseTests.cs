using KMeans.Preparation;
using KMeans.Tests.Support;

namespace KMeans.Tests.Preparation;

public sealed class RecipeInverseTests
{
    [Theory]
    [InlineData(ColumnSpread.None)]
    [InlineData(ColumnSpread.Standard)]
    [InlineData(ColumnSpread.Robust)]
    public void Invert_OfPreparedRows_GivesTheRawOnesBack(ColumnSpread scale)
    {
        using var folder = new TemporaryFolder();
        double[][] raw = [[-5, -2000, 7], [0, 0, 7], [3.5, 12, 7], [1e6, 3e8, 7]];
        var csv = "x,pay,flat,kind\n" + string.Concat(raw.Select((row, i) => $"{string.Join(',', row)},{"ab"[i % 2]}\n"));
        var recipe = Prepared.Run(folder, csv, new PreparationOptions { Scale = scale, Log = ["pay"], OneHot = [("kind", null)] }).Recipe;
        var (names, rows) = Prepared.Read(folder.File("out.parquet"));

        var inverse = new RecipeInverse(recipe, names);

        Assert.False(inverse.IsIdentity);
        Assert.Equal([false, true, false, false, false], Enumerable.Range(0, 5).Select(inverse.IsLogarithm));
        for (var i = 0; i < raw.Length; i++)
        {
            Assert.Equal([.. raw[i], 1 - (i % 2), i % 2], rows[i].Select(inverse.Invert), (a, b) => Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(a)));
        }

        Assert.Equal(inverse.Invert(3, 0) - inverse.Invert(1, 0), inverse.InvertDeviation(2, 0)!.Value, 1e-6);
        Assert.Null(inverse.InvertDeviation(2, 1));
        Assert.Equal(2, inverse.InvertDeviation(2, 4));
    }

    [Fact]
    public void Invert_OfSomeFeaturesInAnotherOrder_GoesByTheirNames()
    {
        var recipe = new Recipe { Columns = [new RecipeColumn { Name = "a", Subtract = 10, DivideBy = 2 }, new RecipeColumn { Name = "b", Subtract = 1 }, new RecipeColumn { Name = "c", Subtract = 100 }] };

        var inverse = new RecipeInverse(recipe, ["c", "copied", "a"]);

        Assert.Equal([101.0, 1.0, 12.0], Enumerable.Range(0, 3).Select(f => inverse.Invert(1, f)));
        Assert.True(new RecipeInverse(recipe, ["copied"]).IsIdentity);
        Assert.True(new RecipeInverse(null, ["a"]).IsIdentity);
    }

    [Fact]
    public void Invert_BeyondDoublesRange_StaysFinite()
    {
        var recipe = new Recipe { Columns = [new RecipeColumn { Name = "a", Log = true, DivideBy = 100 }, new RecipeColumn { Name = "b", DivideBy = 1e300 }] };

        var inverse = new RecipeInverse(recipe, ["a", "b"]);

        Assert.Equal([-double.MaxValue, double.MaxValue], [inverse.Invert(-8, 0), inverse.Invert(1e30, 1)]);
        Assert.Equal(double.MaxValue, inverse.InvertDeviation(1e30, 1));
    }
}
