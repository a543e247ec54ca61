using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Inference;

/// <summary>A request's body in an array of the pool; disposing gives it back.</summary>
internal sealed class RequestBody : IDisposable
{
    private const int FirstBytes = 16 << 10;

    /// <summary>So much more of a body that is too large is read and thrown away: a client that is still sending would see a broken connection instead of the refusal.</summary>
    private const long MostThrownAway = 32 << 20;

    private byte[] buffer;
    private int length;

    private RequestBody(int capacity) => buffer = ArrayPool<byte>.Shared.Rent(capacity);

    /// <summary>The body.</summary>
    public ReadOnlyMemory<byte> Bytes => buffer.AsMemory(0, length);

    /// <summary>Reads a whole body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="most">Bytes that are taken.</param>
    /// <returns>The body, to be disposed.</returns>
    /// <exception cref="InvocationException">413: it is larger.</exception>
    /// <exception cref="BadHttpRequestException">It is cut off, or too slow.</exception>
    public static async Task<RequestBody> ReadAsync(HttpContext http, int most)
    {
        var declared = http.Request.ContentLength ?? 0;
        http.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = most + MostThrownAway;
        var body = new RequestBody((int)Math.Clamp(declared, FirstBytes, most));
        try
        {
            if (declared > most || !await body.FillAsync(http, most).ConfigureAwait(false))
            {
                await body.ThrowAwayAsync(http).ConfigureAwait(false);
                throw new InvocationException(
                    StatusCodes.Status413PayloadTooLarge, $"the payload is larger than the {most / InferenceOptions.Megabyte} MB that are taken here; send fewer rows a request.");
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }

        return body;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    /// <summary>Reads to the end of the body.</summary>
    /// <returns>False where it is larger than allowed.</returns>
    private async Task<bool> FillAsync(HttpContext http, int most)
    {
        while (true)
        {
            if (length == buffer.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(2 * length);
                Bytes.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            var count = await http.Request.Body.ReadAsync(buffer.AsMemory(length), http.RequestAborted).ConfigureAwait(false);
            if (count == 0)
            {
                return true;
            }

            length += count;
            if (length > most)
            {
                return false;
            }
        }
    }

    private async Task ThrowAwayAsync(HttpContext http)
    {
        try
        {
            while (await http.Request.Body.ReadAsync(buffer, http.RequestAborted).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (BadHttpRequestException)
        {
            // Larger than even that: the refusal is sent, and the connection closed.
        }
    }
}
