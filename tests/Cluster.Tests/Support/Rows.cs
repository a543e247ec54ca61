using KMeans.Generation;
using KMeans.Input;
using KMeans.Jobs;
using KMeans.Training;

namespace KMeans.Cluster.Tests.Support;

/// <summary>A million rows in Parquet files, and what one process makes of them.</summary>
public sealed class Rows : IDisposable
{
    private readonly Lazy<string> fingerprint;

    public Rows()
    {
        Folder = Directory.CreateTempSubdirectory("kmeans-rows-").FullName;
        MixtureFiles.Write(new GaussianMixture(8, 20, 1.5, 3), 1_000_000, Path.Combine(Folder, "rows"), 4, overwrite: false);
        fingerprint = new(() =>
        {
            using var input = InputSet.Create(InputFiles.Open([Path.Combine(Folder, "rows")], new InputFormatOptions()), new ColumnChoice());
            return Trainer.Train(input, Request.Options).Report.Fingerprint;
        });
    }

    public string Folder { get; }

    public string Fingerprint => fingerprint.Value;

    /// <summary>Long enough, a dozen seconds, that silos can be killed in its middle.</summary>
    public JobRequest Request => new()
    {
        Paths = [Path.Combine(Folder, "rows")],
        Options = new TrainingOptions { ClusterCount = 1000, RowBudget = 0, Epochs = 4, MeasuresQuality = false },
    };

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
