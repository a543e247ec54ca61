using System.Globalization;
using System.Text;
using KMeans.Preparation;
using KMeans.Tests.Support;

namespace KMeans.Tests.Preparation;

public sealed class GdeltPresetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Names_OfThePreset_AreFiftySeven() => Assert.Equal(57, Presets.Gdelt.Names!.Distinct().Count());

    [PrerequisiteFact(Prerequisite.Python)]
    public void Gdelt_OnAFileInItsFormat_EqualsPandasValueForValue()
    {
        var result = Prepared.Run(folder, Events(3000), Presets.Gdelt);
        var (names, rows) = Prepared.Read(folder.File("out.parquet"));
        var script = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "gdelt.py"));
        var lines = PythonScript.Run(script, folder.File("raw.csv"), string.Join(',', Presets.Gdelt.Names!)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(26, names.Length);
        Assert.Equal(lines[0].TrimEnd('\r').Split(','), names);
        Assert.Equal(lines.Skip(1).Select(line => line.Split(',').Select(value => value == "nan" ? double.NaN : double.Parse(value, CultureInfo.InvariantCulture)).ToArray()), rows);

        // The file has what the preset is about: every reason to leave a row out, and rows that lack a value.
        Assert.True(result is { Read: 3000, Filtered: > 100, RareCategories: > 50, Incomplete: 0 }, result.ToString());
        Assert.Contains(rows, row => row.Any(double.IsNaN));
        Assert.Equal(rows.Length, result.Written);
    }

    /// <summary>Events as GDELT publishes them: 57 fields between tabs, empty ones where nothing is known, event codes with leading zeros.</summary>
    private static string Events(int count)
    {
        string[] codes =
        [
            "010", "011", "012", "013", "014", "015", "016", "017", "018", "019", "020", "0211", "036", "040", "042", "043", "046", "051", "057", "060", "071", "080", "090", "1011", "112", "120", "173", "190",
        ];
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            // A few codes are frequent, and the eight last ones rare. Some ties are left to the order of the codes.
            var code = codes[Draw(i, 1) % 3 == 0 ? Draw(i, 2) % codes.Length : Draw(i, 3) % 20];
            var fields = Enumerable.Repeat("", 57).ToArray();
            fields[0] = (100_000 + i).ToString(CultureInfo.InvariantCulture);
            fields[1] = "19790101";
            fields[2] = "197901";
            fields[3] = "1979";
            fields[4] = "1979.0027";
            fields[5] = i % 4 == 0 ? "" : "USAGOV";
            fields[6] = "UNITED STATES";
            (fields[25], fields[26], fields[27], fields[28], fields[29]) = ("1", code, code[..3], code[..2], "1");
            (fields[30], fields[31], fields[32], fields[33]) = ("2.8", "4", "1", (1 + (Draw(i, 4) % 60)).ToString(CultureInfo.InvariantCulture));
            fields[34] = ((Draw(i, 5) % 2_000_000 / 1e5) - 10).ToString("R", CultureInfo.InvariantCulture);
            (fields[39], fields[40]) = Place(i, 6);
            (fields[46], fields[47]) = Place(i, 7);
            fields[36] = "Chicago, Illinois, \"United States\"";
            fields[56] = "20130203";
            text.AppendJoin('\t', fields).Append('\n');
        }

        return text.ToString();
    }

    private static (string Latitude, string Longitude) Place(int row, int draw) => (Draw(row, draw) % 10) switch
    {
        0 => ("0", "0"),
        1 => ("", ""),
        2 => ("0", ((Draw(row, draw + 10) % 3600 / 10.0) - 180).ToString("R", CultureInfo.InvariantCulture)),
        _ => (((Draw(row, draw + 20) % 18_000 / 100.0) - 90).ToString("R", CultureInfo.InvariantCulture), ((Draw(row, draw + 30) % 360_000 / 1000.0) - 180).ToString("R", CultureInfo.InvariantCulture)),
    };

    private static int Draw(int row, int draw) => (int)(new CounterRandom(79, RandomPurpose.Generation, draw).Bits(row) >> 33);
}
