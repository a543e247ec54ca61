using KMeans.Input.S3.Tests.Support;
using KMeans.Storage;
using KMeans.Training;

namespace KMeans.Input.S3.Tests.Reading;

/// <summary>The same rows give the same model, whatever the format and wherever the file is.</summary>
[Collection(S3Tests.Name)]
public sealed class FormatsTests(S3Server server)
{
    private const int RowCount = 9000;
    private static readonly float[] Rows = RowFiles.Rows(RowCount);
    private static readonly Lazy<string> Expected = new(() => FromDisk("npy"));

    [PrerequisiteTheory(Prerequisite.S3Server)]
    [InlineData("parquet")]
    [InlineData("npy")]
    [InlineData("csv")]
    [InlineData("gz")]
    [InlineData("fvecs")]
    [InlineData("dense")]
    [InlineData("sparse")]
    public void Training_FromDiskAndFromS3_GivesTheFingerprintOfEveryFormat(string format)
    {
        using var store = server.Store();
        var path = $"{S3Server.NewFolder()}/rows.{format}";
        S3Server.Put(store, path, RowFiles.Write(format, Rows));
        var found = store.Find(ObjectPath.Parse(path))!;

        // Rows of text are counted only when they are read, so that another random batch is drawn.
        var expected = format is "csv" or "gz" ? FromDisk(format) : Expected.Value;
        Assert.Equal(expected, FromDisk(format));
        Assert.Equal(expected, Train(InputFormats.Open(store.Open(found), Format(format))));
    }

    private static string FromDisk(string format)
    {
        var folder = Directory.CreateTempSubdirectory("kmeans-s3-");
        try
        {
            var path = Path.Combine(folder.FullName, $"rows.{format}");
            File.WriteAllBytes(path, RowFiles.Write(format, Rows));
            return Train(InputFormats.Open(path, Format(format)));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static InputFormatOptions Format(string format) => new() { CsvHeader = format is "csv" or "gz" ? false : null };

    private static string Train(InputFile file)
    {
        using var input = InputSet.Create([file], new ColumnChoice());

        // A row budget below the rows: in one pass over partitions, and not from memory.
        return Trainer.Train(input, new TrainingOptions { ClusterCount = 3, RowBudget = 1000, Threads = 2, ExtraCenterFactor = 4 }).Report.Fingerprint;
    }
}
