using KMeans.Coordination;
using KMeans.Input;
using KMeans.Input.Csv;

namespace KMeans.SageMaker;

/// <summary>Makes a channel's files ready to be read at any place and more than once.</summary>
public static class ChannelFiles
{
    /// <summary>A stream that gives nothing for so long has stopped.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    /// <summary>Makes a channel's files ready: as they are where that can be; a pipe's bytes, and files packed with gzip, go through the spool.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="paths">Where the platform puts its files and pipes.</param>
    /// <param name="hosts">Names what comes through the pipe of a host that has files of its own.</param>
    /// <param name="spool">Where the rest goes.</param>
    /// <param name="clock">The time.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The folder that holds the files: the channel's below the spool where there is one, else below the platform's data.</returns>
    /// <remarks>
    /// A pipe gives one pass, but the training wants rows drawn from all of its input before it. Kept whole, the stream is the same input as a file, and so is the model. Of the pipes of later epochs none is
    /// opened: rows are read again from the spool, which costs less than sending them again.
    /// </remarks>
    /// <exception cref="InputException">There are no files, a pipe stays silent, or its data are damaged or too large.</exception>
    public static string Prepare(Channel channel, ContainerPaths paths, ContainerHosts hosts, SpoolFolder spool, TimeProvider clock, CancellationToken cancellation)
    {
        var isAlone = hosts.All.Count == 1 || channel.Distribution == DataDistribution.FullyReplicated;
        if (channel.Mode == ChannelInputMode.Pipe)
        {
            var folder = spool.Channel(channel.Name);
            var path = paths.Pipe(channel.Name, 0);
            FromPipe(path, channel.IsWrapped, spool, folder, isAlone ? channel.Name : hosts.Current, clock, cancellation);
            return folder;
        }

        var found = Find(paths.Channel(channel.Name), isAlone);
        if (found.Count == 0)
        {
            // A host without files of its own takes part with an empty one.
            var folder = spool.Channel(channel.Name);
            EmptyFile.Write(Path.Combine(folder, hosts.Current), channel.Content);
            return folder;
        }

        return found.Any(file => IsPacked(file.Path)) ? Unpacked(channel, found, spool, cancellation) : paths.Channel(channel.Name);
    }

    private static IReadOnlyList<FoundFile> Find(string folder, bool mustHaveFiles)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"ClientError: {folder}: no such folder; in File mode the channel's files are there, in Pipe mode say TrainingInputMode Pipe.");
        }

        return !mustHaveFiles && !Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Any() ? [] : InputDiscovery.Find([folder]);
    }

    private static bool IsPacked(string path)
    {
        using var source = new LocalByteSource(path);
        Span<byte> head = stackalloc byte[3];
        return GzipBytes.Sniff(head[..source.Read(0, head)]);
    }

    /// <summary>The same files under the same names less ".gz", so that they make the model that they make unpacked.</summary>
    private static string Unpacked(Channel channel, IReadOnlyList<FoundFile> found, SpoolFolder spool, CancellationToken cancellation)
    {
        const string ending = ".gz";
        var folder = spool.Channel(channel.Name);
        foreach (var file in found)
        {
            cancellation.ThrowIfCancellationRequested();
            var isPacked = IsPacked(file.Path);
            var name = isPacked && file.RelativeName.EndsWith(ending, StringComparison.OrdinalIgnoreCase) && file.RelativeName.Length > ending.Length
                ? file.RelativeName[..^ending.Length]
                : file.RelativeName;
            var target = Path.Combine(folder, name);
            if (Path.Exists(target))
            {
                throw new InputException($"{file.Path}: is there unpacked too; leave one of them out, or its rows would count twice.");
            }

            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (isPacked)
            {
                new ChannelPump(spool, file.Path).Copy(File.OpenRead(file.Path), false, Path.GetDirectoryName(target)!, Path.GetFileName(target));
            }
            else
            {
                File.CreateSymbolicLink(target, Path.GetFullPath(file.Path));
            }
        }

        return folder;
    }

    /// <summary>Opening a pipe and reading from it cannot be interrupted, so a thread of its own does both while this one watches.</summary>
    private static void FromPipe(string path, bool isWrapped, SpoolFolder spool, string folder, string name, TimeProvider clock, CancellationToken cancellation)
    {
        var pump = new ChannelPump(spool, path);
        var copying = Task.Factory.StartNew(
            () => pump.Copy(NamedPipe.Open(path, cancellation), isWrapped, folder, name), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var (moved, since) = (0L, clock.GetTimestamp());
        while (!IsOver(copying, cancellation))
        {
            if (pump.Moved is var now && now != moved)
            {
                (moved, since) = (now, clock.GetTimestamp());
            }
            else if (clock.GetElapsedTime(since) > LongestSilence)
            {
                throw new InputException($"{path}: nothing came for {LongestSilence.TotalMinutes:0} minutes {(File.Exists(path) ? $"after {moved} bytes" : "and there is no such pipe")}; look at what should write to it.");
            }
        }

        copying.GetAwaiter().GetResult();
    }

    private static bool IsOver(Task copying, CancellationToken cancellation)
    {
        try
        {
            return copying.Wait((int)Glance.TotalMilliseconds, cancellation);
        }
        catch (AggregateException)
        {
            return true;
        }
    }
}
