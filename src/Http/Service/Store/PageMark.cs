using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using KMeans.Http.Service.Api;

namespace KMeans.Http.Service.Store;

/// <summary>Where a page ended: the last record's key and name. Opaque to clients; what they send back is checked, and at worst shows them another page of their own list.</summary>
/// <param name="Key">The value that the list is sorted by.</param>
/// <param name="Name">The record's name.</param>
internal sealed record PageMark(string Key, string Name)
{
    private const int MostCharacters = 1024;

    /// <summary>Writes it for a client.</summary>
    /// <returns>Letters, digits, '-' and '_'.</returns>
    public string Write() => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new[] { Key, Name }));

    /// <summary>Reads what a client sent back.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The mark.</returns>
    /// <exception cref="ApiException">It is none.</exception>
    public static PageMark Read(string text)
    {
        try
        {
            if (text.Length <= MostCharacters && JsonSerializer.Deserialize<string[]>(Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text))) is [{ } key, { } name])
            {
                return new PageMark(key, name);
            }
        }
        catch (Exception e) when (e is FormatException or JsonException or ArgumentException)
        {
        }

        throw ApiErrors.Validation("The NextToken is none of this service's; give the one that the page before came with.");
    }
}
