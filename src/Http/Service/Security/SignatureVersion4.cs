using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Service.Security;

/// <summary>Computes the signature that a request must have: an HMAC-SHA256 over its method, path, query, signed headers and body, by a key derived from the secret, the day, the region and the service.</summary>
/// <remarks>Source: the reference product's documentation of "Signature Version 4"; checked in tests with what botocore signs.</remarks>
internal static class SignatureVersion4
{
    /// <summary>Computes it.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signed">What it says about its signature.</param>
    /// <param name="secret">"AWS4" and the secret.</param>
    /// <param name="bodyHash">SHA-256 of the body, in hexadecimal.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Compute(HttpRequest request, SignedRequest signed, byte[] secret, string bodyHash)
    {
        var canonical = Canonical(request, signed, bodyHash);
        var toSign = $"{SignedRequest.Algorithm}\n{signed.Date}\n{signed.Scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var key = secret;
        foreach (var part in signed.ScopeParts)
        {
            key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        }

        return HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(toSign));
    }

    /// <summary>Writes bytes as small hexadecimal digits.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>Two digits a byte.</returns>
    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    private static string Canonical(HttpRequest request, SignedRequest signed, string bodyHash)
    {
        // What came on the wire, before anybody decoded it.
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        var text = new StringBuilder();
        text.Append(request.Method).Append('\n').Append(EncodedAgain(path)).Append('\n');
        AppendQuery(text, question < 0 ? "" : target[(question + 1)..]);
        text.Append('\n');
        foreach (var name in signed.Headers)
        {
            // Host is the wire's too: what a proxy may have put elsewhere does not count.
            text.Append(name).Append(':').AppendJoin(',', request.Headers[name].Select(value => Folded(value ?? ""))).Append('\n');
        }

        return text.Append('\n').AppendJoin(';', signed.Headers).Append('\n').Append(bodyHash).ToString();
    }

    /// <summary>Everywhere but in object storage the encoded path is encoded once more.</summary>
    private static string EncodedAgain(string path)
    {
        var text = new StringBuilder(path.Length);
        foreach (var c in path)
        {
            if (c == '/')
            {
                text.Append(c);
            }
            else
            {
                AppendEncoded(text, c);
            }
        }

        return text.ToString();
    }

    /// <summary>The members in order of their encoded names and values, without the signature.</summary>
    private static void AppendQuery(StringBuilder text, string query)
    {
        if (query.Length == 0)
        {
            return;
        }

        var members = new List<(string Name, string Value)>();
        foreach (var part in query.Split('&'))
        {
            var equal = part.IndexOf('=', StringComparison.Ordinal);
            var name = Normalized(equal < 0 ? part : part[..equal]);
            if (name != SignedRequest.SignatureMember)
            {
                members.Add((name, equal < 0 ? "" : Normalized(part[(equal + 1)..])));
            }
        }

        members.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is not 0 and var order ? order : string.CompareOrdinal(a.Value, b.Value));
        text.AppendJoin('&', members.Select(member => $"{member.Name}={member.Value}"));
    }

    /// <summary>Encodes a part of a query as the signer does, whatever the client left as it was.</summary>
    private static string Normalized(string part)
    {
        var text = new StringBuilder(part.Length);
        foreach (var b in Encoding.UTF8.GetBytes(Uri.UnescapeDataString(part)))
        {
            AppendEncoded(text, (char)b);
        }

        return text.ToString();
    }

    private static void AppendEncoded(StringBuilder text, char c)
    {
        if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '~')
        {
            text.Append(c);
        }
        else
        {
            text.Append('%').Append(((int)c).ToString("X2", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A header's value without spaces around it, and with one where there are several.</summary>
    private static string Folded(string value) => string.Join(' ', value.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
