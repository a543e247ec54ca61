using System.Text;

namespace KMeans.Http.Service.Security;

/// <summary>The keys that calls may be signed with.</summary>
internal sealed class AccessKeys
{
    /// <summary>The environment variable that may hold them, in the file's form.</summary>
    public const string Variable = "KMEANS_SERVICE_KEYS";

    private const int MostBytes = 1 << 20;
    private const int LeastSecret = 16;
    private readonly Dictionary<string, byte[]> secrets = new(StringComparer.Ordinal);

    /// <summary>Whether there are none: then nothing is verified, and the service is for this machine alone.</summary>
    public bool IsEmpty => secrets.Count == 0;

    /// <summary>Finds a secret.</summary>
    /// <param name="id">The access key's id.</param>
    /// <returns>"AWS4" and the secret in UTF-8, as signatures begin with; null where there is no such key.</returns>
    public byte[]? Find(string id) => secrets.GetValueOrDefault(id);

    /// <summary>Reads the keys.</summary>
    /// <param name="path">The file, or null for the environment variable.</param>
    /// <param name="option">What the file is given with, for messages.</param>
    /// <returns>The keys; none where there is neither.</returns>
    /// <exception cref="InputException">The file cannot be read, or a line is no key.</exception>
    public static AccessKeys Read(string? path, string option)
    {
        if (path is null)
        {
            return Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } text ? Parse(text, Variable) : new AccessKeys();
        }

        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > MostBytes)
            {
                throw new InputException($"{option} {path}: is larger than 1 MiB; name a file with a key a line.");
            }

            using var reader = new StreamReader(file);
            var keys = Parse(reader.ReadToEnd(), $"{option} {path}");
            return !keys.IsEmpty ? keys : throw new InputException($"{option} {path}: has no key; give each a line: its id, a space, its secret.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{option} {path}: cannot be read ({e.Message.TrimEnd('.')}).", e);
        }
    }

    /// <summary>Reads lines of an id, a space and a secret. Messages never show a secret.</summary>
    /// <param name="text">The lines; those that begin with '#' are comments.</param>
    /// <param name="source">Where they are from, for messages.</param>
    /// <returns>The keys.</returns>
    /// <exception cref="InputException">A line is no key.</exception>
    public static AccessKeys Parse(string text, string source)
    {
        var keys = new AccessKeys();
        var number = 0;
        foreach (var line in text.Split('\n').Select(line => line.Trim()))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            var parts = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length != 2 || parts[0].Length > 128 || !parts[0].All(char.IsAsciiLetterOrDigit) || parts[1].Length < LeastSecret)
            {
                throw new InputException($"{source}, line {number}: is no key; give its id (letters and digits), a space, and its secret of {LeastSecret} characters or more.");
            }

            if (!keys.secrets.TryAdd(parts[0], Encoding.UTF8.GetBytes("AWS4" + parts[1])))
            {
                throw new InputException($"{source}, line {number}: the key {parts[0]} is there twice; remove one.");
            }
        }

        return keys;
    }
}
