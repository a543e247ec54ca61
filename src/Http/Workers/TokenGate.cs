using System.Security.Cryptography;
using System.Text;
using KMeans.Http.Protocol;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Workers;

/// <summary>Lets requests pass that carry the shared token.</summary>
/// <param name="token">The token, or null: all pass.</param>
internal sealed class TokenGate(string? token)
{
    private const string Scheme = "Bearer ";

    /// <summary>Hashes of one length are compared, so that the time tells neither the token's content nor its length.</summary>
    private readonly byte[]? expected = token is null ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Insists on the token.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ProblemException">It has none, or another.</exception>
    public void Require(HttpRequest request)
    {
        if (expected is null)
        {
            return;
        }

        var header = request.Headers.Authorization.ToString();
        var given = header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? header[Scheme.Length..] : "";
        if (!CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), expected))
        {
            throw new ProblemException(new Problem(
                ProblemTypes.Unauthorized, "Unauthorized", StatusCodes.Status401Unauthorized, "The request has no token or a wrong one; give the worker's token with --token-file.", false));
        }
    }
}
