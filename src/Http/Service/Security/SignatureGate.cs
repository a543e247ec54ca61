using System.Security.Cryptography;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Store;
using Microsoft.AspNetCore.Http;

namespace KMeans.Http.Service.Security;

/// <summary>Lets calls pass that are signed with a configured key, now, and for the first time.</summary>
/// <remarks>
/// A signature holds a second, so two calls of one second that say the same have the same signature, and clients that poll do that. A call that changes something counts once, by the store, so that
/// no restart and no other silo takes it again; one that only looks may come again for a few seconds after it came first, which covers clients that call at once, and not later.
/// </remarks>
/// <param name="keys">The keys.</param>
/// <param name="store">Remembers signatures of calls that changed something.</param>
/// <param name="clock">The time.</param>
internal sealed class SignatureGate(AccessKeys keys, RecordStore store, TimeProvider clock)
{
    /// <summary>The service in whose name calls are signed.</summary>
    public const string Service = "sagemaker";

    /// <summary>How far the caller's clock may be from this one's.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary>How long the same signature is taken again for calls that only look.</summary>
    public static readonly TimeSpan Together = TimeSpan.FromSeconds(15);

    private readonly SeenSignatures seen = new(clock, Skew + Skew);

    /// <summary>Insists on the signature.</summary>
    /// <param name="request">The request.</param>
    /// <param name="body">Its whole body.</param>
    /// <param name="changes">Whether the call changes something.</param>
    /// <returns>The id of the key that it is signed with.</returns>
    /// <exception cref="ApiException">It is not signed, wrongly, too early or late, or for the second time.</exception>
    public async Task<string> RequireAsync(HttpRequest request, ReadOnlyMemory<byte> body, bool changes)
    {
        var signed = SignedRequest.Read(request) ?? throw new ApiException("MissingAuthenticationTokenException", "Missing Authentication Token", StatusCodes.Status403Forbidden);
        RequireSigned(request, signed);
        RequireTime(signed);
        var bodyHash = SignatureVersion4.Hex(SHA256.HashData(body.Span));
        if (request.Headers["X-Amz-Content-SHA256"] is { Count: > 0 } stated && stated != bodyHash)
        {
            throw Invalid("The body is not the one whose hash X-Amz-Content-SHA256 gives.");
        }

        // The time must not tell whether a key is there: without one the work is the same, and then it fails.
        var secret = keys.Find(signed.KeyId);
        var expected = SignatureVersion4.Compute(request, signed, secret ?? "AWS4"u8.ToArray(), bodyHash);
        var matches = CryptographicOperations.FixedTimeEquals(Convert.FromHexString(signed.Signature), expected);
        if (secret is null)
        {
            throw new ApiException("UnrecognizedClientException", "The security token included in the request is invalid.");
        }

        if (!matches)
        {
            throw Invalid("The request signature we calculated does not match the signature you provided. Check your secret access key and signing method.");
        }

        await RequireFirstAsync(signed, changes).ConfigureAwait(false);
        return signed.KeyId;
    }

    private static void RequireSigned(HttpRequest request, SignedRequest signed)
    {
        if (signed.ScopeParts[2] != Service)
        {
            throw Invalid($"Credential should be scoped to correct service: '{Service}'.");
        }

        // What decides the call must be signed with it.
        List<string> needed = ["host"];
        if (signed.Lifetime is null)
        {
            needed.Add("x-amz-date");
        }

        needed.AddRange(request.Headers.Keys.Select(name => name.ToLowerInvariant()).Where(name => name.StartsWith("x-amz-", StringComparison.Ordinal)));
        if (needed.FirstOrDefault(name => !signed.Headers.Contains(name)) is { } missing)
        {
            throw Invalid($"'{missing}' must be a 'SignedHeader' in the AWS Authorization.");
        }
    }

    private void RequireTime(SignedRequest signed)
    {
        var now = clock.GetUtcNow();
        if (signed.Moment > now + Skew)
        {
            throw Invalid($"Signature not yet current: {signed.Date} is still later than {Shown(now + Skew)} ({Shown(now)} + 5 min.)");
        }

        var end = signed.Moment + (signed.Lifetime ?? Skew);
        if (end < now)
        {
            throw Invalid($"Signature expired: {signed.Date} is now earlier than {Shown(now - (signed.Lifetime ?? Skew))} ({Shown(now)} - {(signed.Lifetime ?? Skew).TotalMinutes:0.#} min.)");
        }
    }

    private async Task RequireFirstAsync(SignedRequest signed, bool changes)
    {
        if (changes)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var forgotten = (signed.Moment + (signed.Lifetime ?? Skew) + Skew).ToUnixTimeMilliseconds();
            if (!await store.UseSignatureAsync(signed.Signature, now, forgotten).ConfigureAwait(false))
            {
                throw Replayed();
            }
        }
        else if (signed.Lifetime is null && seen.Since(signed.Signature) > Together)
        {
            // A link that somebody signed is meant to be used until its end; it cannot change anything twice.
            throw Replayed();
        }
    }

    private static ApiException Replayed() => Invalid("The signature was used before; sign each request anew.");

    private static ApiException Invalid(string message) => new("InvalidSignatureException", message, StatusCodes.Status403Forbidden);

    private static string Shown(DateTimeOffset time) => time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
