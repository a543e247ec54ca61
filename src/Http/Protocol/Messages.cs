using System.Text.Json.Serialization;

namespace KMeans.Http.Protocol;

/// <summary>What a worker says about itself.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="Protocol">See <see cref="Routes.ProtocolVersion"/>.</param>
/// <param name="Threads">It computes with.</param>
/// <param name="Instance">Another one after each start: tells a worker that came back from one that was never away.</param>
internal sealed record WorkerInfo(string Version, int Protocol, int Threads, string Instance);

/// <summary>Whether a worker takes work.</summary>
/// <param name="Status">"ready" or "stopping".</param>
/// <param name="RunningBlocks">Blocks that it computes now.</param>
internal sealed record WorkerHealth(string Status, int RunningBlocks);

/// <summary>Asks a worker to open an input.</summary>
/// <param name="Paths">As the user gave them.</param>
/// <param name="Format">The format's name or "auto".</param>
/// <param name="CsvHeader">As in InputFormatOptions.</param>
/// <param name="CsvDelimiter">As in InputFormatOptions.</param>
/// <param name="Recipe">What raw files are seen through, as text; null where files are taken as they are.</param>
internal sealed record InputRequest(IReadOnlyList<string> Paths, string Format, bool? CsvHeader, char? CsvDelimiter, string? Recipe = null);

/// <summary>What a worker found.</summary>
/// <param name="Input">The name under which it keeps the input open for a while.</param>
/// <param name="Files">In order.</param>
/// <param name="Schemas">The columns of files; most files share one.</param>
internal sealed record InputListing(string Input, IReadOnlyList<ListedFile> Files, IReadOnlyList<ListedSchema> Schemas);

/// <summary>One file of a listing.</summary>
/// <param name="Name">What orders it.</param>
/// <param name="Path">For messages.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Rows">Or null where only reading would tell.</param>
/// <param name="CanSeek">Whether reading can begin anywhere.</param>
/// <param name="Format">The format's name.</param>
/// <param name="Schema">Position in <see cref="InputListing.Schemas"/>.</param>
internal sealed record ListedFile(string Name, string Path, long Length, long? Rows, bool CanSeek, string Format, int Schema);

/// <summary>Columns that files share.</summary>
/// <param name="Named">Whether they have names of their own.</param>
/// <param name="Columns">In file order.</param>
/// <param name="Recipe">The recipe of prepared files, as text; null where there is none.</param>
internal sealed record ListedSchema(bool Named, IReadOnlyList<ListedColumn> Columns, string? Recipe = null);

/// <summary>One column.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">For people.</param>
/// <param name="Width">Features that it gives.</param>
/// <param name="Obstacle">Why it cannot be a feature, or null.</param>
internal sealed record ListedColumn(string Name, string Type, int Width, string? Obstacle);

/// <summary>Asks for rows of a file.</summary>
/// <param name="File">Position in the listing.</param>
/// <param name="Runs">Starts and ends in turn, in order and disjoint: of rows, or one run of bytes where rows are not counted.</param>
/// <param name="Ordinals">Columns in feature order.</param>
/// <param name="WeightOrdinal">Or -1.</param>
/// <param name="Shifts">Length d, what is subtracted from each column; null for nothing.</param>
/// <param name="Factors">Length d, what the difference is multiplied by; null for nothing.</param>
/// <param name="Single">Whether values are rounded to float32, as for a kernel.</param>
/// <param name="BatchRows">Rows that are read and sent together.</param>
internal sealed record RowsRequest(
    int File, IReadOnlyList<long> Runs, IReadOnlyList<int> Ordinals, int WeightOrdinal, IReadOnlyList<double>? Shifts, IReadOnlyList<double>? Factors, bool Single, int BatchRows);

/// <summary>A refusal, in the form of RFC 9457, on one line.</summary>
/// <param name="Type">One of <see cref="ProblemTypes"/>.</param>
/// <param name="Title">In two or three words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">One sentence that says what is wrong and what to do.</param>
/// <param name="Transient">Whether trying again may help.</param>
internal sealed record Problem(string Type, string Title, int Status, string Detail, bool Transient);

/// <summary>The kinds of refusals.</summary>
internal static class ProblemTypes
{
    /// <summary>No token or a wrong one.</summary>
    public const string Unauthorized = "urn:kmeans:unauthorized";

    /// <summary>The request is not well formed.</summary>
    public const string BadRequest = "urn:kmeans:bad-request";

    /// <summary>There is no such endpoint.</summary>
    public const string NotFound = "urn:kmeans:not-found";

    /// <summary>The pass is not known here: upload it again.</summary>
    public const string UnknownPass = "urn:kmeans:unknown-pass";

    /// <summary>The input is not open here any more: ask for it again.</summary>
    public const string UnknownInput = "urn:kmeans:unknown-input";

    /// <summary>The body is too large.</summary>
    public const string TooLarge = "urn:kmeans:too-large";

    /// <summary>The user's data or paths are wrong: every worker would say the same.</summary>
    public const string Input = "urn:kmeans:input";

    /// <summary>This worker cannot run it, another may.</summary>
    public const string Fault = "urn:kmeans:fault";

    /// <summary>Too much at once.</summary>
    public const string Busy = "urn:kmeans:busy";

    /// <summary>The worker ends.</summary>
    public const string Stopping = "urn:kmeans:stopping";
}

/// <summary>The JSON of the protocol, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WorkerInfo))]
[JsonSerializable(typeof(WorkerHealth))]
[JsonSerializable(typeof(InputRequest))]
[JsonSerializable(typeof(InputListing))]
[JsonSerializable(typeof(RowsRequest))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProtocolJson : JsonSerializerContext;
