using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Input;
using KMeans.Models;
using KMeans.Prediction;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>kmeans demo: trains on the sample that comes with the program.</summary>
internal sealed class DemoCommand
{
    private const string Directory = "kmeans-demo";
    private const string Answer = "digit";
    private const int ClusterCount = 10;

    private const string Example = """
          kmeans demo
        """;

    private readonly Interruption interruption;

    private DemoCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption) => HelpWithExample.CreateCommand(
        "demo", $"Trains on 1,797 images of handwritten digits and puts the model into {Directory}", Example, [], _ => new DemoCommand(interruption).Run());

    private int Run()
    {
        var sample = SamplePath();

        // Its own earlier output is replaced; a folder of that name that is no model is not.
        ModelFolder.CheckTarget(Directory, overwrite: true);
        using var rows = InputSet.Create([InputFormats.Open(sample, new InputFormatOptions())], new ColumnChoice(Exclude: [Answer]));
        var result = Progress.Run(false, show => TrainingRun.Train(rows, null, new TrainingOptions { ClusterCount = ClusterCount }, show, interruption.Token));
        var digits = CountDigits(result.Model, rows);
        interruption.Publish(() => ModelFolder.Save(Directory, result, overwrite: true));

        Console.Out.WriteLine($"""
            {Readable.Count(result.Report.Rows)} images of handwritten digits, {result.Report.Features} pixels each, in {ClusterCount} clusters.
            Training did not see the digits; the table shows which one each cluster found.

            """);
        ClusterTable.Print(result.Model, Directory, ("mostly", digits.Describe));

        // Set by the launcher; an installed tool is on the path as kmeans.
        var program = Environment.GetEnvironmentVariable("KMEANS_COMMAND") ?? "kmeans";
        Console.Out.WriteLine($"""

            {TrainingRun.Describe(result.Report)}
            {TrainingRun.DescribeCost(result.Model.Cost!)}
            {Readable.Percent(digits.Share)} of the images are in a cluster that mostly shows their digit

            model in {Directory}: model.json, centers.npy, model.tar.gz, state
            data in {sample}

            What to try next:
              {program} inspect --input {Quoted(sample)}
              {program} predict --model {Directory} --input {Quoted(sample)} --output digits.csv --keep {Answer}
              {program} train --input {Quoted(sample)} --exclude {Answer} --k 25 --output digits-25
            """);
        return ExitCode.Done;
    }

    private DigitCounter CountDigits(TrainedModel model, InputSet rows)
    {
        using var counter = new DigitCounter(model.ClusterCount);
        Predictor.Run(model, rows, KeptColumns.Find(rows, [Answer]), MissingPolicy.Error, counter, cancellation: interruption.Token);
        return counter;
    }

    /// <summary>The sample in the repository that the program was built in, which has the shorter path; else the one that was packed with the program.</summary>
    private static string SamplePath()
    {
        var name = Path.Combine("samples", "digits.parquet");
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "KMeans.sln")) && File.Exists(Path.Combine(folder.FullName, name)))
            {
                var path = Path.Combine(folder.FullName, name);
                var fromHere = Path.GetRelativePath(Environment.CurrentDirectory, path);
                return fromHere.Length < path.Length ? fromHere : path;
            }
        }

        return Path.Combine(AppContext.BaseDirectory, name);
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"'{path}'" : path;

    /// <summary>Counts which digits came to which cluster.</summary>
    private sealed class DigitCounter(int clusterCount) : IPredictionWriter
    {
        private readonly int[,] counts = new int[clusterCount, 10];

        /// <summary>The share of the rows that show the most frequent digit of their cluster.</summary>
        public double Share => Enumerable.Range(0, clusterCount).Sum(cluster => Digits(cluster).Max()) / (double)counts.Cast<int>().Sum();

        public string Describe(int cluster)
        {
            var digits = Digits(cluster);
            var most = Array.IndexOf(digits, digits.Max());
            return $"digit {most} ({Readable.Percent(digits[most] / (double)Math.Max(1, digits.Sum()))})";
        }

        public void Write(PredictionBatch batch)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                counts[batch.Labels[i], batch.Kept[0].Wholes[i]]++;
            }
        }

        public void Finish()
        {
        }

        public void Dispose()
        {
        }

        private int[] Digits(int cluster) => Enumerable.Range(0, 10).Select(digit => counts[cluster, digit]).ToArray();
    }
}
