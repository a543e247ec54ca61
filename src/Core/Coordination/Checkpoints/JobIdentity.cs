using System.Globalization;
using System.Runtime.InteropServices;
using KMeans.Input;
using KMeans.Preparation;
using KMeans.Training;

namespace KMeans.Coordination;

/// <summary>What a job is: two with the same identity give the same bits, so that one can go on where the other stopped.</summary>
/// <param name="Data">Hash of the files' names, sizes, row counts and times of change (or samples, where files are copied anew each time), and of the columns.</param>
/// <param name="Parameters">Hash of every option that a result depends on, the seed among them.</param>
internal readonly record struct JobIdentity(ulong Data, ulong Parameters)
{
    /// <summary>Identifies a job.</summary>
    /// <param name="input">The rows. Their content is not read: the time of change stands for it, so that a file that was written again is another.</param>
    /// <param name="options">The user's. What never changes a result (threads, shards, memory, backend) does not count.</param>
    /// <returns>The identity.</returns>
    public static JobIdentity Of(InputSet input, TrainingOptions options)
    {
        var data = new List<string>();
        foreach (var file in input.Files)
        {
            // Not the folder: the same files mounted elsewhere are the same.
            var changed = !File.Exists(file.Path) ? 0 : options.FilesAreCopies ? (long)FileSample.Hash(file.Source) : File.GetLastWriteTimeUtc(file.Path).Ticks;
            data.Add(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file.Path)}|{file.Source.Length}|{file.RowCount}|{file.CanSeek}|{file.Source.Version}{changed}"));
        }

        data.AddRange(input.FeatureNames);
        if (input.Distance != DistanceMeasure.Euclidean)
        {
            data.Add(input.Distance.ToString());
        }

        if (input.Recipe is { } recipe)
        {
            data.Add(RecipeText.Write(recipe));
        }

        data.Add(string.Create(CultureInfo.InvariantCulture, $"{input.ColumnsAreNamed}|{input.IsWeighted}|{input.Partitions.Count}"));
        if (options.Update is { State: { } state } model)
        {
            data.Add(string.Create(CultureInfo.InvariantCulture, $"{model.Fingerprint}|{state.NextKey}|{state.RowsSeen}|{state.TotalWeight:R}|{state.CenterSquaredErrors.Sum():R}|{state.Sample.Threshold:R}"));
        }

        var counted = options with { Shards = 1, Threads = null, MemoryLimitBytes = null, Backend = "", Checkpoint = null, MaxRuntime = null, Chaos = null, Update = null };
        return new JobIdentity(Hash(data), Hash([string.Create(CultureInfo.InvariantCulture, $"{counted}|{options.OpensCenters}|{options.DropsCenters}")]));
    }

    /// <summary>The identity of one pass.</summary>
    /// <param name="epoch">0-based.</param>
    /// <returns>See <see cref="Pass.Id"/>.</returns>
    public ulong PassId(int epoch) => ContentHash.Of(MemoryMarshal.AsBytes<ulong>([Data, Parameters, (ulong)epoch]));

    private static ulong Hash(IEnumerable<string> texts)
    {
        var hash = new ContentHash();
        foreach (var text in texts)
        {
            hash.Append(MemoryMarshal.AsBytes(text.AsSpan()));
            hash.Append([0xFF, 0xFF]);
        }

        return hash.Value;
    }
}
