namespace KMeans.Http.Workers;

/// <summary>Reads the token that workers and those who ask them share.</summary>
public static class TokenFile
{
    private const int LeastLength = 16;
    private const int MostBytes = 4096;

    /// <summary>Reads it.</summary>
    /// <param name="path">The file; its first line is the token. Null for no token.</param>
    /// <param name="option">What the file is given with, for messages.</param>
    /// <returns>The token, or null.</returns>
    /// <exception cref="InputException">The file cannot be read, or its token is no good.</exception>
    public static string? Read(string? path, string option = "--token-file")
    {
        if (path is null)
        {
            return null;
        }

        string token;
        try
        {
            var buffer = new char[MostBytes];
            using var reader = new StreamReader(path);
            token = new string(buffer, 0, reader.ReadBlock(buffer)).Split('\n')[0].Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{option} {path}: cannot be read ({e.Message.TrimEnd('.')}).", e);
        }

        return Check(token, $"{option} {path}: its first line");
    }

    /// <summary>Insists that a token is hard to guess and fits a header.</summary>
    /// <param name="token">The token, or null for none.</param>
    /// <param name="source">What holds it, for the message.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InputException">It is no good.</exception>
    public static string? Check(string? token, string source) => token is null || (token.Length >= LeastLength && token.All(char.IsAsciiLetterOrDigit))
        ? token
        : throw new InputException($"{source}: must be {LeastLength} or more letters and digits; 'openssl rand -hex 32' makes such a token.");
}
