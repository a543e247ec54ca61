using System.Globalization;
using System.Text;
using KMeans.Inference;
using KMeans.Input;
using KMeans.Models;
using KMeans.Preparation;
using KMeans.Tests.Preparation;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Inference;

public sealed class RawCsvRowsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Evaluate_OfRawRowsWithNames_GivesWhatTheFeaturesGive()
    {
        var rows = Enumerable.Range(0, 200).Select(i => $"{(i % 2 == 0 ? "red" : "blue")},{i % 7},\"x, {i}\",{i % 13}").ToArray();
        var options = new PreparationOptions { OneHot = [("kind", null)], Exclude = ["note"], Scale = ColumnSpread.Standard, Where = "y != 12" };
        using var serving = new InferenceModel(Train("kind,x,note,y\n" + string.Join('\n', rows) + "\n", options));
        var features = Prepared.Read(folder.File("out.parquet")).Rows;
        var kept = rows.Where((_, i) => i % 13 != 12).ToArray();

        using var fromRaw = serving.Evaluate(Encoding.UTF8.GetBytes("kind,x,note,y\n" + string.Join('\n', kept)), InferenceFormat.Csv);
        using var fromFeatures = serving.Evaluate(Csv(features), InferenceFormat.Csv);
        Assert.Equal(kept.Length, fromRaw.Count);
        Assert.Equal(fromFeatures.Labels.ToArray(), fromRaw.Labels.ToArray());
        Assert.Equal(fromFeatures.Distances.ToArray(), fromRaw.Distances.ToArray());

        // Other columns and another order are as good: names decide.
        using var reordered = serving.Evaluate("y,x,kind\n0,0,red\n"u8, InferenceFormat.Csv);
        Assert.Equal((fromRaw.Labels[0], fromRaw.Distances[0]), (reordered.Labels[0], reordered.Distances[0]));
        Refuses(serving, "kind,x,y\nred,1,2\nred,1,12\n", "row 2: the model's recipe leaves such rows out");
        Refuses(serving, "kind,x,y\nred,1,2\ngreen,1,2\n", "row 2: the model's recipe leaves such rows out");
        Refuses(serving, "kind,x,y\nred,,2\n", "row 1, value 1 (x): is missing");
        Refuses(serving, "kind,x,y\nred,1\n", "the request: line 2 has 2 fields");
        Refuses(serving, "1,2\n", "row 1 has 2 values");
    }

    [Fact]
    public void Evaluate_OfRawRowsThatTheRecipeNames_NeedsNoHeader()
    {
        var options = new PreparationOptions { Names = ["id", "kind", "x", "rest"], Header = false, Delimiter = '\t', Columns = ["x"], OneHot = [("kind", 2)] };
        var lines = Enumerable.Range(0, 60).Select(i => $"{i}\t0{i % 2}\t{i % 9}\t{(i % 3 == 0 ? "" : "text")}").ToArray();
        using var serving = new InferenceModel(Train(string.Join('\n', lines) + "\n", options));
        using var fromRaw = serving.Evaluate(Encoding.UTF8.GetBytes(string.Join('\n', lines)), InferenceFormat.Csv);
        using var fromFeatures = serving.Evaluate(Csv(Prepared.Read(folder.File("out.parquet")).Rows), InferenceFormat.Csv);
        Assert.Equal(fromFeatures.Labels.ToArray(), fromRaw.Labels.ToArray());
        Assert.Equal(fromFeatures.Distances.ToArray(), fromRaw.Distances.ToArray());
    }

    private static byte[] Csv(double[][] rows) => Encoding.UTF8.GetBytes(string.Join('\n', rows.Select(row => string.Join(',', row.Select(value => value.ToString("R", CultureInfo.InvariantCulture))))));

    private static void Refuses(InferenceModel serving, string body, string expected) =>
        Assert.StartsWith(expected, Assert.Throws<InputException>(() => serving.Evaluate(Encoding.UTF8.GetBytes(body), InferenceFormat.Csv)).Message, StringComparison.Ordinal);

    private TrainedModel Train(string csv, PreparationOptions options)
    {
        Prepared.Run(folder, csv, options);
        using var input = InputSet.Create(InputFiles.Open([folder.File("out.parquet")], new InputFormatOptions()), new ColumnChoice());
        return Trainer.Train(input, new TrainingOptions { ClusterCount = 3 }).Model;
    }
}
