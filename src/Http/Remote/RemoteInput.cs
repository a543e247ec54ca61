using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Input;

namespace KMeans.Http.Remote;

/// <summary>The input as workers see it: one list of files in the order of their names, whoever has them.</summary>
internal sealed class RemoteInput
{
    private readonly DataDistribution distribution;
    private readonly string[] owners;
    private readonly long? fileOrderSeed;

    private RemoteInput(InputSet rows, InputSpec spec, string[] owners, long? fileOrderSeed)
    {
        Rows = rows;
        Spec = spec;
        this.owners = owners;
        this.fileOrderSeed = fileOrderSeed;
        distribution = spec.Distribution;
    }

    /// <summary>The rows: partitions are planned with them, and those of the random batch are fetched through them.</summary>
    public InputSet Rows { get; }

    /// <summary>The rows as workers open them.</summary>
    public InputSpec Spec { get; }

    /// <summary>Makes it from what workers list.</summary>
    /// <param name="request">What they were asked for.</param>
    /// <param name="listings">Of at least one worker, in the order of --workers.</param>
    /// <param name="choice">The columns wanted.</param>
    /// <param name="distribution">Who has which files.</param>
    /// <param name="fileOrderSeed">Shuffles the order of the files; null for the order of their names.</param>
    /// <returns>The input.</returns>
    /// <exception cref="InputException">The columns cannot be had, or two workers have a file of one name.</exception>
    /// <exception cref="InstanceFaultException">A worker has other files than the first.</exception>
    public static RemoteInput Create(InputRequest request, IReadOnlyList<(WorkerClient Client, InputListing Listing)> listings, ColumnChoice choice, DataDistribution distribution, long? fileOrderSeed)
    {
        var found = FileOrder.Shuffle(distribution == DataDistribution.ShardedByKey ? Union(request, listings) : Shared(request, listings), fileOrderSeed);
        var rows = InputSet.Create([.. found.Select(entry => entry.File)], choice);
        var spec = new InputSpec
        {
            Paths = request.Paths,
            Format = new InputFormatOptions { Format = request.Format, CsvHeader = request.CsvHeader, CsvDelimiter = request.CsvDelimiter },
            Recipe = request.Recipe,
            Choice = choice,
            Distribution = distribution,
            Files = [.. found.Select(entry => Identity(entry.Listed))],
            Columns = rows.Columns,
            ColumnsAreNamed = rows.ColumnsAreNamed,
        };
        return new RemoteInput(rows, spec, [.. found.Select(entry => entry.Owner)], fileOrderSeed);
    }

    /// <summary>Insists that a worker still, or also, has the files that the plan was made with.</summary>
    /// <param name="url">The worker.</param>
    /// <param name="listing">What it lists.</param>
    /// <exception cref="InstanceFaultException">It has others.</exception>
    public void Require(string url, InputListing listing)
    {
        var wanted = distribution == DataDistribution.FullyReplicated ? Spec.Files : [.. Spec.Files.Where((_, i) => owners[i] == url)];
        var here = distribution == DataDistribution.FullyReplicated ? [.. FileOrder.Shuffle(listing.Files, fileOrderSeed).Select(Identity)] : WithRows(listing).Select(Identity).ToArray();
        for (var i = 0; i < Math.Max(wanted.Count, here.Length); i++)
        {
            var (one, other) = (i < wanted.Count ? wanted[i] : null, i < here.Length ? here[i] : null);
            if (one != other)
            {
                throw new InstanceFaultException(
                    $"it has other files than the training began with: {(other is null ? $"'{one!.Name}' is missing" : one is null ? $"'{other.Name}' is new" : $"'{other.Name}' with {other.Length} bytes where '{one.Name}' with {one.Length} is expected")}",
                    transient: false);
            }
        }
    }

    /// <summary>For each partition, how many of those before it a worker has whole.</summary>
    /// <param name="url">The worker.</param>
    /// <returns>Length partitions + 1; null where every worker has all.</returns>
    public int[]? HereBefore(string url) => distribution == DataDistribution.FullyReplicated ? null : Sums(partition => partition.Segments.All(segment => owners[segment.File] == url));

    /// <summary>The same for the partitions that no worker has whole, because they cross from one's files to another's.</summary>
    /// <returns>Length partitions + 1; null where there are none.</returns>
    public int[]? CrossingBefore()
    {
        var sums = Sums(partition => partition.Segments.Any(segment => owners[segment.File] != owners[partition.Segments[0].File]));
        return sums[^1] == 0 ? null : sums;
    }

    private static FileIdentity Identity(ListedFile file) => new(file.Name, file.Length, file.Rows, file.CanSeek);

    private static IEnumerable<ListedFile> WithRows(InputListing listing) => listing.Files.Where(file => file.Rows is not 0 && (file.Rows is not null || listing.Schemas[file.Schema].Columns.Count > 0));

    private static List<(ListedFile Listed, RemoteInputFile File, string Owner)> Shared(InputRequest request, IReadOnlyList<(WorkerClient Client, InputListing Listing)> listings)
    {
        RemoteHolder[] holders = [.. listings.Select(entry => new RemoteHolder(entry.Client, request, entry.Listing.Input))];
        var first = listings[0].Listing;
        return [.. first.Files.Select((file, i) => (file, new RemoteInputFile(file, first.Schemas[file.Schema], i, holders), listings[0].Client.Url))];
    }

    private static List<(ListedFile Listed, RemoteInputFile File, string Owner)> Union(InputRequest request, IReadOnlyList<(WorkerClient Client, InputListing Listing)> listings)
    {
        var all = new List<(ListedFile Listed, RemoteInputFile File, string Owner)>();
        foreach (var (client, listing) in listings)
        {
            var holder = new RemoteHolder(client, request, listing.Input);
            var rows = WithRows(listing).ToHashSet();
            all.AddRange(listing.Files.Select((file, i) => (file, new RemoteInputFile(file, listing.Schemas[file.Schema], i, [holder]), client.Url)).Where(entry => rows.Contains(entry.file)));
        }

        all = [.. all.OrderBy(entry => entry.Listed.Name, StringComparer.Ordinal)];
        for (var i = 1; i < all.Count; i++)
        {
            if (all[i].Listed.Name == all[i - 1].Listed.Name && all[i].Owner != all[i - 1].Owner)
            {
                throw new InputException($"--distribution sharded-by-key: {all[i - 1].Owner} and {all[i].Owner} both have a file '{all[i].Listed.Name}'; give files on different workers different names, since their names order the rows.");
            }
        }

        return all.Count > 0 ? all : throw new InputException($"{string.Join(", ", request.Paths)}: no worker has a file with rows there; check the paths and the workers' --data-root.");
    }

    private int[] Sums(Func<Partition, bool> counts)
    {
        var sums = new int[Rows.Partitions.Count + 1];
        for (var i = 0; i < Rows.Partitions.Count; i++)
        {
            sums[i + 1] = sums[i] + (counts(Rows.Partitions[i]) ? 1 : 0);
        }

        return sums;
    }
}
