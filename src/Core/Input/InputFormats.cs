using KMeans.Input.Csv;
using KMeans.Input.Idx;
using KMeans.Input.Npy;
using KMeans.Input.Parquet;
using KMeans.Input.RecordIO;
using KMeans.Input.Vecs;
using KMeans.Storage;

namespace KMeans.Input;

/// <summary>Opens input files: by the format that the user names, else by their first bytes, else by their name.</summary>
public static class InputFormats
{
    /// <summary>The name that lets the file decide.</summary>
    public const string Auto = "auto";

    /// <summary>Enough of a file to know it by.</summary>
    private const int HeadLength = 16;

    private static readonly InputFormat[] Table =
    [
        new("parquet", [".parquet"], static head => head.StartsWith("PAR1"u8), static (source, _) => InputFallbacks.Complete(new ParquetInputFile(source))),
        new(CsvFile.Name, [".csv", ".tsv", ".txt", ".gz"], GzipBytes.Sniff, static (source, options) => new CsvFile(source, options)),
        new(RecordIOFile.Name, [".pbr", ".rec", ".recordio"], RecordIOFile.Sniff, static (source, _) => new RecordIOFile(source)),
        new(NpyFile.Name, [".npy"], NpyFile.Sniff, static (source, _) => new NpyFile(source)),
        new(VecsFile.FloatName, [".fvecs"], static _ => false, static (source, _) => new VecsFile(source, VecsFile.FloatName)),
        new(VecsFile.ByteName, [".bvecs"], static _ => false, static (source, _) => new VecsFile(source, VecsFile.ByteName)),
        new(IdxFile.Name, ["-ubyte", ".idx"], IdxFile.Sniff, static (source, _) => new IdxFile(source)),
    ];

    /// <summary>The names that can be given, <see cref="Auto"/> first.</summary>
    public static IReadOnlyList<string> Names { get; } = [Auto, .. Table.Select(format => format.Name)];

    /// <summary>Opens a file of this machine or of a store of objects.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="options">What the user says about it.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InputException">It cannot be read, its format is not known, or it is damaged.</exception>
    public static InputFile Open(string path, InputFormatOptions options) => Open(ObjectStores.Open(path), options);

    /// <summary>Opens a file from its bytes.</summary>
    /// <param name="source">The bytes; disposed with the file, and where this throws.</param>
    /// <param name="options">What the user says about it.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="InputException">It cannot be read, its format is not known, or it is damaged.</exception>
    public static InputFile Open(ByteSource source, InputFormatOptions options)
    {
        try
        {
            var format = options.Format == Auto ? Detect(source) : ByName(options.Format);
            return format.Open(source, options);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>The format that a file's first bytes mark beyond doubt.</summary>
    /// <param name="head">The first bytes.</param>
    /// <returns>Its name, or null.</returns>
    internal static string? NameByContent(ReadOnlySpan<byte> head) => ByContent(head)?.Name;

    private static InputFormat Detect(ByteSource source)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        return ByContent(head[..source.Read(0, head)])
            ?? Table.FirstOrDefault(format => format.Endings.Any(ending => source.Path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
            ?? throw new InputException($"{source.Path}: neither its first bytes nor its name tell its format; name it with --format ({string.Join(", ", Names.Skip(1))}).");
    }

    private static InputFormat? ByContent(ReadOnlySpan<byte> head)
    {
        foreach (var format in Table)
        {
            if (format.Sniff(head))
            {
                return format;
            }
        }

        return null;
    }

    private static InputFormat ByName(string name) => Table.FirstOrDefault(format => format.Name == name)
        ?? throw new InputException($"--format {name}: no such format; use one of {string.Join(", ", Names)}.");
}
