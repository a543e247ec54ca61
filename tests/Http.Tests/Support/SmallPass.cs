using KMeans.Coordination;
using KMeans.Input;
using KMeans.Kernels;
using KMeans.Training;

namespace KMeans.Http.Tests.Support;

/// <summary>A pass over a small CSV file, made as the coordinator makes it.</summary>
internal static class SmallPass
{
    public static InputSpec Input(string path, string name) => new()
    {
        Paths = [path],
        Format = new InputFormatOptions(),
        Choice = new ColumnChoice(),
        Distribution = DataDistribution.FullyReplicated,
        Files = [new FileIdentity(name, new FileInfo(path).Length, null, true)],
        Columns = [new FeatureColumn("x", 1), new FeatureColumn("y", 1)],
        ColumnsAreNamed = true,
    };

    public static Pass Make(string path, ulong id = 42)
    {
        var input = InputSet.Create(InputFiles.Open([path], new InputFormatOptions()), new ColumnChoice());
        var broadcast = new RunningCenters(2, 2);
        broadcast.Add(new CenterId(-1, 0), 0, [0, 0], 0);
        broadcast.Add(new CenterId(-1, 1), 0, [10, 10], 0);
        var retention = new RetentionRule { SampleLimit = 10, CostSampleLimit = 10, RowCount = 100, DistanceFactor = 1e-3, ClusterTerms = [1e-3, 1e-3, 1e-3] };
        var context = new PassContext
        {
            Input = input,
            Transform = ColumnTransform.Identity(2),
            Missing = MissingPolicy.Error,
            Fill = new float[2],
            Broadcast = broadcast,
            Kernel = AssignmentKernels.Best,
            Seed = 1,
            Epoch = 0,
            MiniBatchSize = 8192,
            HalfLife = 0,
            Opening = OpeningRule.None,
            KeepsAllRows = false,
            Retention = retention,
            TileValues = 1 << 17,
            Pool = new SummaryPool(broadcast, retention),
        };
        return new Pass(id, context, input.Partitions);
    }
}
