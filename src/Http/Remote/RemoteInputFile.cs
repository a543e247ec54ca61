using KMeans.Coordination;
using KMeans.Http.Protocol;
using KMeans.Input;
using KMeans.Preparation;

namespace KMeans.Http.Remote;

/// <summary>A file on workers: its schema and size are here, its rows are fetched from whichever of the workers that have it answers.</summary>
/// <param name="file">As listed.</param>
/// <param name="schema">Its columns.</param>
/// <param name="position">Its position in the listing of those who have it.</param>
/// <param name="holders">Who has it; at least one.</param>
internal sealed class RemoteInputFile(ListedFile file, ListedSchema schema, int position, IReadOnlyList<RemoteHolder> holders) : InputFile(new RemoteBytes(file.Path, file.Length), file.Format)
{
    /// <inheritdoc/>
    public override IReadOnlyList<InputColumn> Columns { get; } = [.. schema.Columns.Select(column => new InputColumn(column.Name, column.Type, column.Width, column.Obstacle))];

    /// <inheritdoc/>
    public override bool HasColumnNames => schema.Named;

    /// <inheritdoc/>
    public override Recipe? Recipe { get; } = schema.Recipe is { } text ? RecipeText.Read(text, file.Path) : null;

    /// <inheritdoc/>
    public override long? RowCount => file.Rows;

    /// <inheritdoc/>
    public override bool CanSeek => file.CanSeek;

    /// <inheritdoc/>
    public override IRowReader OpenRows(FileRange range, ColumnSelection selection, ColumnTransform transform) => OpenRuns([range], selection, transform);

    /// <inheritdoc/>
    public override IRowReader OpenRuns(IReadOnlyList<FileRange> runs, ColumnSelection selection, ColumnTransform transform) => new RemoteRowReader(this, position, holders, runs, selection, transform);

    /// <inheritdoc/>
    public override IValueReader OpenValues(FileRange range, IReadOnlyList<int> ordinals) => throw new InputException($"{Path}: is on a worker; columns to keep can be read from files of this machine only.");

    private sealed class RemoteBytes(string path, long length) : ByteSource
    {
        public override string Path => path;

        public override long Length => length;

        protected override int ReadSome(long offset, Span<byte> buffer) => throw new InputException($"{path}: is on a worker and cannot be read here.");

        protected override void Dispose(bool disposing)
        {
        }
    }
}

/// <summary>A worker that has a file.</summary>
/// <param name="client">The worker.</param>
/// <param name="request">The input, to be listed again where the worker was started again.</param>
/// <param name="input">The listing's name there.</param>
internal sealed class RemoteHolder(WorkerClient client, InputRequest request, string input)
{
    private string input = input;

    /// <summary>The worker.</summary>
    public WorkerClient Client => client;

    /// <summary>Asks for rows.</summary>
    /// <param name="rows">Which.</param>
    /// <param name="watch">Lives as long as the answer.</param>
    /// <returns>The answer.</returns>
    public async Task<FrameReader> OpenAsync(RowsRequest rows, SilenceWatch watch)
    {
        try
        {
            return await client.RowsAsync(Volatile.Read(ref input), rows, watch).ConfigureAwait(false);
        }
        catch (ProblemException)
        {
            var listing = await client.ListAsync(request, watch.Token).ConfigureAwait(false);
            watch.Heard();
            Volatile.Write(ref input, listing.Input);
        }

        try
        {
            return await client.RowsAsync(Volatile.Read(ref input), rows, watch).ConfigureAwait(false);
        }
        catch (ProblemException e)
        {
            throw new InstanceFaultException("it lost the input again as soon as it had it", transient: true, e);
        }
    }
}
