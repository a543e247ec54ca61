using System.Globalization;
using KMeans.Coordination;

namespace KMeans.Http.Protocol;

/// <summary>The paths of a worker's endpoints and the names in their queries.</summary>
internal static class Routes
{
    /// <summary>Whether the worker takes work; needs no token.</summary>
    public const string Health = "/health";

    /// <summary>What the worker is.</summary>
    public const string Info = "/v1/info";

    /// <summary>Tells a worker that exists for one training that it is over: "?done=true" or "?done=false".</summary>
    public const string Release = "/v1/release";

    /// <summary>Opens an input and lists its files.</summary>
    public const string Inputs = "/v1/inputs";

    /// <summary>Reads rows of one file of a listed input.</summary>
    public const string Rows = "/v1/inputs/{input}/rows";

    /// <summary>A pass: uploaded, cancelled.</summary>
    public const string Pass = "/v1/passes/{pass}";

    /// <summary>A block of a pass: run.</summary>
    public const string Block = "/v1/passes/{pass}/blocks/{first:int}-{end:int}";

    /// <summary>What bodies of our own layout are called.</summary>
    public const string Binary = "application/vnd.kmeans";

    /// <summary>The version of all of this. Sides that differ do not talk to each other.</summary>
    public const int ProtocolVersion = 2;

    /// <summary>One input's rows.</summary>
    /// <param name="input">As the worker named it.</param>
    /// <returns>The path.</returns>
    public static string RowsOf(string input) => $"{Inputs}/{input}/rows";

    /// <summary>One pass.</summary>
    /// <param name="pass">Its name in URLs.</param>
    /// <returns>The path.</returns>
    public static string PassOf(string pass) => $"/v1/passes/{pass}";

    /// <summary>One block.</summary>
    /// <param name="pass">The pass's name in URLs.</param>
    /// <param name="block">The block.</param>
    /// <param name="attempt">For the worker's log.</param>
    /// <returns>The path and query.</returns>
    public static string BlockOf(string pass, BlockRange block, long attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"/v1/passes/{pass}/blocks/{block.First}-{block.End}?attempt={attempt}");
}
