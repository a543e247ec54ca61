using System.Globalization;
using KMeans.Http.Protocol;
using KMeans.Input;
using KMeans.Preparation;

namespace KMeans.Http.Workers;

/// <summary>Inputs that were listed and stay open for the reading of rows: a few, the oldest of which goes when there are too many. Thread-safe.</summary>
/// <param name="roots">Where files may be.</param>
internal sealed class OpenInputs(DataRoots roots) : IDisposable
{
    private const int MostInputs = 8;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> inputs = new(StringComparer.Ordinal);
    private readonly Queue<string> order = [];
    private long next;

    /// <summary>Opens an input and lists its files.</summary>
    /// <param name="request">What is asked for.</param>
    /// <returns>The listing.</returns>
    /// <exception cref="InputException">A path is outside the roots, has no files, or a file cannot be read.</exception>
    public InputListing Open(InputRequest request)
    {
        var format = new InputFormatOptions { Format = request.Format, CsvHeader = request.CsvHeader, CsvDelimiter = request.CsvDelimiter };
        var files = PreparedInputFile.Wrap(roots.Open(request.Paths, format), request.Recipe);
        var entry = new Entry(files);
        string name;
        lock (gate)
        {
            name = string.Create(CultureInfo.InvariantCulture, $"{++next}");
            inputs.Add(name, entry);
            order.Enqueue(name);
            if (order.Count > MostInputs && inputs.Remove(order.Dequeue(), out var oldest))
            {
                oldest.Release();
            }
        }

        return List(name, files);
    }

    /// <summary>Uses an open input.</summary>
    /// <param name="name">As the listing says.</param>
    /// <returns>The input, to be released; null where it is not open.</returns>
    public Entry? TryTake(string name)
    {
        lock (gate)
        {
            return inputs.TryGetValue(name, out var entry) ? entry.Use() : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var entry in inputs.Values)
            {
                entry.Release();
            }

            inputs.Clear();
        }
    }

    private static InputListing List(string name, IReadOnlyList<NamedFile> files)
    {
        var schemas = new List<ListedSchema>();
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var listed = new List<ListedFile>();
        foreach (var (fileName, file) in files)
        {
            var schema = new ListedSchema(file.HasColumnNames, [.. file.Columns.Select(column => new ListedColumn(column.Name, column.Type, column.Width, column.Obstacle))], file.Recipe is { } recipe ? RecipeText.Write(recipe) : null);
            var text = $"{schema.Named}\0{schema.Recipe}\0{string.Join('\0', schema.Columns)}";
            if (!known.TryGetValue(text, out var position))
            {
                known.Add(text, position = schemas.Count);
                schemas.Add(schema);
            }

            listed.Add(new ListedFile(fileName, file.Path, file.Source.Length, file.RowCount, file.CanSeek, file.Format, position));
        }

        return new InputListing(name, listed, schemas);
    }

    /// <summary>Open files and how many use them.</summary>
    /// <param name="files">In order.</param>
    internal sealed class Entry(IReadOnlyList<NamedFile> files)
    {
        private int users = 1;

        /// <summary>The files in order.</summary>
        public IReadOnlyList<NamedFile> Files => files;

        /// <summary>Adds a user; under the store's lock.</summary>
        /// <returns>This.</returns>
        public Entry Use()
        {
            Interlocked.Increment(ref users);
            return this;
        }

        /// <summary>Ends a use; the last closes the files.</summary>
        public void Release()
        {
            if (Interlocked.Decrement(ref users) == 0)
            {
                foreach (var named in files)
                {
                    named.File.Dispose();
                }
            }
        }
    }
}
