using System.Globalization;
using KMeans.Coordination;
using KMeans.Input;
using KMeans.Models;
using KMeans.Output;
using KMeans.Storage;

namespace KMeans.Generation;

/// <summary>Generates a mixture into files.</summary>
public static class MixtureFiles
{
    private const string Npy = ".npy";
    private const string PartPattern = "part-*.parquet";

    /// <summary>Refuses a name that cannot be written, before any work.</summary>
    /// <param name="path">A file, .npy or else Parquet; a folder to be where there are several files.</param>
    /// <param name="fileCount">How many files.</param>
    /// <param name="overwrite">Whether earlier output may be replaced.</param>
    /// <exception cref="InputException">It cannot be written, exists, or is a folder with other things than generated files.</exception>
    public static void Check(string path, int fileCount, bool overwrite)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv" or ".txt" || (IsNpy(path) && fileCount > 1))
        {
            throw new InputException($"--output {path}: generated data is Parquet, or .npy in one file; choose such a name.");
        }

        if (fileCount == 1)
        {
            StagedFile.Check(path, overwrite);
            return;
        }

        if (ObjectPath.Is(path))
        {
            CheckObjects(path, overwrite);
            return;
        }

        StagedFile.CheckParent(path);
        if (File.Exists(path) || (Directory.Exists(path) && !overwrite))
        {
            throw new InputException($"{path}: exists; choose another --output{(File.Exists(path) ? "" : " or add --overwrite")}.");
        }

        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Count() != Directory.EnumerateFiles(path, PartPattern).Count())
        {
            throw new InputException($"{path}: has other things than generated files and is not overwritten; choose another --output.");
        }
    }

    /// <summary>Generates rows, blocks side by side, and writes them in order. O(n d); memory O(threads x 32 MiB).</summary>
    /// <param name="mixture">What the rows are drawn from.</param>
    /// <param name="rowCount">n.</param>
    /// <param name="path">As for <see cref="Check"/>; several files are named part-00000.parquet, part-00001.parquet and so on.</param>
    /// <param name="fileCount">Files, at most n; each has n / files rows, the parts rounded to whole rows.</param>
    /// <param name="overwrite">Whether earlier output may be replaced.</param>
    /// <param name="threads">Threads, or null for one a core. Never changes the files.</param>
    /// <param name="advanced">Told the rows of each block from any thread, or null.</param>
    /// <param name="cancellation">Stops within a block.</param>
    /// <returns>The mean squared distance of the rows to their planted centers, before rounding to float32.</returns>
    /// <remarks>The output appears complete or not at all.</remarks>
    /// <exception cref="InputException">As for <see cref="Check"/>.</exception>
    public static double Write(
        GaussianMixture mixture, long rowCount, string path, int fileCount, bool overwrite,
        int? threads = null, Action<int>? advanced = null, CancellationToken cancellation = default)
    {
        Check(path, fileCount, overwrite);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fileCount, rowCount);
        var msd = 0.0;
        if (fileCount == 1)
        {
            using var file = new StagedFile(path, overwrite);
            msd = Write(mixture, rowCount, _ => file.Stream, fileCount, IsNpy(path), threads, advanced, cancellation);
            file.Commit();
        }
        else if (ObjectPath.Is(path))
        {
            using var folder = new ObjectFolder(path, overwrite);
            msd = Write(mixture, rowCount, file => folder.Create(PartName(file)), fileCount, false, threads, advanced, cancellation);
            folder.Commit(name => GlobPattern.Matches(PartPattern, name));
        }
        else
        {
            FolderSwap.Write(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)), overwrite, folder => msd = Write(
                mixture, rowCount, file => new FileStream(Path.Combine(folder, PartName(file)), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20), fileCount, false,
                threads, advanced, cancellation));
        }

        return msd;
    }

    private static void CheckObjects(string path, bool overwrite)
    {
        var folder = ObjectPath.Parse(path).AsFolder;
        var names = ObjectStores.Of(folder).List(folder).Select(item => item.Path.Key[folder.Key.Length..]);
        if (!overwrite && names.Any())
        {
            throw new InputException($"{path}: exists; choose another --output or add --overwrite.");
        }

        if (overwrite && names.Any(name => !GlobPattern.Matches(PartPattern, name)))
        {
            throw new InputException($"{path}: has other things than generated files and is not overwritten; choose another --output.");
        }
    }

    private static bool IsNpy(string path) => Path.GetExtension(path).Equals(Npy, StringComparison.OrdinalIgnoreCase);

    private static string PartName(int file) => PartPattern.Replace("*", file.ToString("00000", CultureInfo.InvariantCulture), StringComparison.Ordinal);

    private static double Write(
        GaussianMixture mixture, long rowCount, Func<int, Stream> streams, int fileCount, bool asNpy, int? threads, Action<int>? advanced, CancellationToken cancellation)
    {
        var blockRows = PartitionPlan.RowsPerPartition(mixture.FeatureCount);
        var blocks = Blocks(rowCount, fileCount, blockRows);
        using var files = new FileSequence(streams, mixture.FeatureCount, asNpy);
        using var pool = new ComputeThreads(threads ?? Environment.ProcessorCount);
        var ordered = new InOrder<MixtureBlock>(files.Write, () => new MixtureBlock(blockRows, mixture.FeatureCount, byColumn: !asNpy), pool.WorkerCount);
        using var wake = cancellation.Register(ordered.Wake);
        pool.Run(blocks.Count, (_, b) =>
        {
            try
            {
                var block = ordered.Rent();
                block.Fill(mixture, blocks[b].File, blocks[b].Range.Start, (int)(blocks[b].Range.End - blocks[b].Range.Start), cancellation);
                advanced?.Invoke(block.Count);
                if (ordered.Add(b, block, cancellation))
                {
                    ordered.Complete(b);
                }
            }
            catch
            {
                ordered.Fail(b);
                throw;
            }
        }, cancellation);
        files.Finish();
        return files.SquaredDistances / rowCount;
    }

    private static List<(int File, FileRange Range)> Blocks(long rowCount, int fileCount, int blockRows)
    {
        var blocks = new List<(int, FileRange)>();
        for (var file = 0; file < fileCount; file++)
        {
            var end = (long)((Int128)rowCount * (file + 1) / fileCount);
            for (var start = (long)((Int128)rowCount * file / fileCount); start < end; start += blockRows)
            {
                blocks.Add((file, new FileRange(start, Math.Min(end, start + blockRows))));
            }
        }

        return blocks;
    }

    /// <summary>The files, of which one is open at a time. Used by one thread at a time.</summary>
    private sealed class FileSequence(Func<int, Stream> streams, int featureCount, bool asNpy) : IDisposable
    {
        private IMixtureFileWriter? writer;
        private int open = -1;

        public double SquaredDistances { get; private set; }

        public void Write(MixtureBlock block)
        {
            if (block.File != open)
            {
                Finish();
                open = block.File;
                writer = asNpy ? new NpyMixtureWriter(streams(open), featureCount) : new ParquetMixtureWriter(streams(open), featureCount);
            }

            writer!.Write(block);
            SquaredDistances += block.SquaredDistances;
        }

        public void Finish()
        {
            writer?.Finish();
            Dispose();
        }

        public void Dispose()
        {
            writer?.Dispose();
            writer = null;
        }
    }
}
