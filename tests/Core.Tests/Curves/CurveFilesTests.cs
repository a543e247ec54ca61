using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using KMeans.Curves;
using KMeans.Input;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Curves;

public sealed class CurveFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Save_OfACurve_WritesTheSameNumbersAsJsonCsvAndSvg()
    {
        using var input = InputSet.Create([new MemoryInputFile(Blobs.Make(2_000, 3, 4), 3)], new ColumnChoice());
        var curve = Curve.Train(input, new CurveRange(1, 8), new TrainingOptions { ClusterCount = 8 });

        CurveFolder.Save(folder.File("curve"), curve, 4, allModels: false, overwrite: false);

        using var json = JsonDocument.Parse(File.ReadAllText(folder.File("curve/curve.json")));
        var csv = File.ReadAllLines(folder.File("curve/curve.csv"));
        Assert.Equal(4, json.RootElement.GetProperty("k").GetInt32());
        Assert.Equal("clear", json.RootElement.GetProperty("sureness").GetString());
        Assert.Equal("k,msd,msd_low,msd_high,msd_bound,mean_distance,silhouette,gap,gap_error", csv[0]);
        foreach (var (point, i) in json.RootElement.GetProperty("points").EnumerateArray().Select((point, i) => (point, i)))
        {
            var cells = csv[i + 1].Split(',');
            Assert.Equal((i + 1).ToString(CultureInfo.InvariantCulture), cells[0]);
            Assert.Equal(curve.Points[i].Cost.Msd, point.GetProperty("msd").GetDouble());
            Assert.Equal(curve.Points[i].Cost.Msd, double.Parse(cells[1], CultureInfo.InvariantCulture));
            Assert.Equal(i == 0, cells[6].Length == 0);
        }

        var svg = XDocument.Parse(File.ReadAllText(folder.File("curve/curve.svg")));
        Assert.Equal("{http://www.w3.org/2000/svg}svg", svg.Root!.Name.ToString());
        Assert.Equal((8 * 3) + 7, svg.Descendants("{http://www.w3.org/2000/svg}circle").Count());
        Assert.Equal(4, svg.Descendants("{http://www.w3.org/2000/svg}circle").Count(circle => (string?)circle.Attribute("class") == "chosen"));
        Assert.DoesNotContain("NaN", svg.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("http", svg.Root.Elements().First().Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Save_OfASingleK_DrawsItToo()
    {
        using var input = InputSet.Create([new MemoryInputFile(Blobs.Make(200, 3, 4), 3)], new ColumnChoice());
        var curve = Curve.Train(input, new CurveRange(1, 1), new TrainingOptions { ClusterCount = 1 });

        CurveFolder.Save(folder.File("curve"), curve, 1, allModels: false, overwrite: false);

        Assert.Equal(2, XDocument.Parse(File.ReadAllText(folder.File("curve/curve.svg"))).Descendants("{http://www.w3.org/2000/svg}circle").Count());
    }
}
