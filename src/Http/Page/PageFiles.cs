namespace KMeans.Http.Page;

/// <summary>A file of the page.</summary>
/// <param name="Type">Its media type.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record PageFile(string Type, ReadOnlyMemory<byte> Content);

/// <summary>The page's files, resources of this assembly: some 60 KB, read once.</summary>
internal sealed class PageFiles
{
    /// <summary>The name of the page itself.</summary>
    public const string Home = "index.html";

    private const string Prefix = "page/";
    private readonly Dictionary<string, PageFile> files = new(StringComparer.Ordinal);

    private PageFiles()
    {
    }

    /// <summary>The names of the files.</summary>
    public IReadOnlyCollection<string> Names => files.Keys;

    /// <summary>Reads them.</summary>
    /// <returns>All files.</returns>
    public static PageFiles Load()
    {
        var all = new PageFiles();
        var assembly = typeof(PageFiles).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            all.files.Add(name[Prefix.Length..], new PageFile(TypeOf(name), content));
        }

        return all;
    }

    /// <summary>Finds a file.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The file, or null.</returns>
    public PageFile? Find(string name) => files.GetValueOrDefault(name);

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => throw new InvalidOperationException($"{name}: files of this kind have no media type here."),
    };
}
