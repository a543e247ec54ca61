using System.Globalization;
using KMeans.Http.Service.Api;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Security;

/// <summary>What a request says about its signature: version 4 of the reference product's, in the Authorization header or, for links that somebody signed, in the query.</summary>
/// <param name="KeyId">The access key's id.</param>
/// <param name="Scope">DATE/REGION/SERVICE/aws4_request.</param>
/// <param name="Headers">The names of the headers that are signed, in order.</param>
/// <param name="Signature">64 hexadecimal digits.</param>
/// <param name="Date">As signed: 20150830T123600Z.</param>
/// <param name="Lifetime">How long a link is good for, or null.</param>
internal sealed record SignedRequest(string KeyId, string Scope, IReadOnlyList<string> Headers, string Signature, string Date, TimeSpan? Lifetime)
{
    /// <summary>The only algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    /// <summary>The query's member that is not signed, because it is the signature.</summary>
    public const string SignatureMember = "X-Amz-Signature";

    private const string DateFormat = "yyyyMMdd'T'HHmmss'Z'";
    private const int MostHeaders = 40;
    private static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(7);

    /// <summary>The moment that it was signed at.</summary>
    public DateTimeOffset Moment { get; } = DateTimeOffset.TryParseExact(Date, DateFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
        ? moment
        : throw Incomplete("Date must be in ISO-8601 'basic format'.");

    /// <summary>The scope's parts.</summary>
    public string[] ScopeParts { get; } = Scope.Split('/') is { Length: 4 } parts && parts[3] == "aws4_request" && Date.StartsWith(parts[0], StringComparison.Ordinal) && parts[0].Length == 8
        ? parts
        : throw Incomplete("Credential must have the date of the request, a region, a service and 'aws4_request'.");

    /// <summary>Reads it.</summary>
    /// <param name="request">The request.</param>
    /// <returns>What it says; null where it is not signed at all.</returns>
    /// <exception cref="ApiException">It is not complete.</exception>
    public static SignedRequest? Read(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith(Algorithm, StringComparison.Ordinal))
        {
            return FromHeader(header[Algorithm.Length..], request.Headers["X-Amz-Date"].ToString());
        }

        return header.Length == 0 && request.Query.ContainsKey("X-Amz-Algorithm") ? FromQuery(request.Query) : null;
    }

    private static SignedRequest FromHeader(string text, string date)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var equal = part.IndexOf('=', StringComparison.Ordinal);
            if (equal <= 0 || !members.TryAdd(part[..equal], part[(equal + 1)..]))
            {
                throw Incomplete("Authorization header is not in the form Credential=..., SignedHeaders=..., Signature=....");
            }
        }

        return Make(members.GetValueOrDefault("Credential"), members.GetValueOrDefault("SignedHeaders"), members.GetValueOrDefault("Signature"), date, null);
    }

    private static SignedRequest FromQuery(IQueryCollection query)
    {
        if (query["X-Amz-Algorithm"] != Algorithm)
        {
            throw Incomplete($"X-Amz-Algorithm must be {Algorithm}.");
        }

        return int.TryParse(query["X-Amz-Expires"], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && TimeSpan.FromSeconds(seconds) <= LongestLifetime
            ? Make(query["X-Amz-Credential"], query["X-Amz-SignedHeaders"], query[SignatureMember], query["X-Amz-Date"], TimeSpan.FromSeconds(seconds))
            : throw Incomplete("X-Amz-Expires must be seconds, a week at most.");
    }

    private static SignedRequest Make(string? credential, string? headers, string? signature, string? date, TimeSpan? lifetime)
    {
        var slash = credential?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash <= 0 || string.IsNullOrEmpty(headers) || string.IsNullOrEmpty(date))
        {
            throw Incomplete("Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' parameters and an 'X-Amz-Date' header.");
        }

        if (signature is not { Length: 64 } || !signature.All(char.IsAsciiHexDigitLower))
        {
            throw Incomplete("Signature must be 64 hexadecimal digits.");
        }

        var names = headers.Split(';');
        return names.Length <= MostHeaders && names.SequenceEqual(names.Order(StringComparer.Ordinal).Distinct())
            ? new SignedRequest(credential![..slash], credential[(slash + 1)..], names, signature, date, lifetime)
            : throw Incomplete("SignedHeaders must be names in order, each once.");
    }

    /// <summary>The signature is not complete.</summary>
    /// <param name="message">What is missing.</param>
    /// <returns>The refusal.</returns>
    internal static ApiException Incomplete(string message) => new("IncompleteSignatureException", message);
}
