using System.Text;

namespace KMeans.Client.Tests.Malformed;

/// <summary>An input that no reading of its format allows, and the command that meets it.</summary>
/// <param name="Name">What is wrong, for the test's failures.</param>
/// <param name="Files">Relative names and contents of all files that the command needs.</param>
/// <param name="Culprit">What the message must name: the file at fault.</param>
/// <param name="Arguments">The command.</param>
internal sealed record MalformedInput(string Name, IReadOnlyList<(string Name, byte[] Content)> Files, string Culprit, IReadOnlyList<string> Arguments)
{
    /// <summary>Where a command would write.</summary>
    public const string Output = "out";

    /// <summary>A training on one file.</summary>
    /// <param name="name">What is wrong.</param>
    /// <param name="file">The file's name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="options">More options.</param>
    /// <returns>The input.</returns>
    public static MalformedInput Of(string name, string file, byte[] content, params string[] options) =>
        new(name, [(file, content)], file, ["train", "--input", file, "--k", "2", "--output", Output, .. options]);

    /// <summary>A training on one text file.</summary>
    /// <param name="name">What is wrong.</param>
    /// <param name="text">The text.</param>
    /// <param name="options">More options.</param>
    /// <returns>The input.</returns>
    public static MalformedInput Csv(string name, string text, params string[] options) => Of(name, "rows.csv", Encoding.UTF8.GetBytes(text), options);

    /// <summary>A file cut at equal distances: each beginning of it, the whole one excepted.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="content">The whole file.</param>
    /// <param name="count">How many cuts.</param>
    /// <param name="shortest">Bytes of the shortest piece.</param>
    /// <returns>The inputs.</returns>
    public static IEnumerable<MalformedInput> Truncated(string file, byte[] content, int count, int shortest = 0) =>
        Enumerable.Range(0, count).Select(i => shortest + (i * (content.Length - shortest) / count)).Distinct()
            .Select(length => Of($"cut after {length} of {content.Length} bytes", file, content[..length]));

    /// <summary>A file with some bytes replaced.</summary>
    /// <param name="content">The file, which stays as it is.</param>
    /// <param name="offset">Where.</param>
    /// <param name="bytes">By what.</param>
    /// <returns>The new file.</returns>
    public static byte[] Patch(byte[] content, int offset, params byte[] bytes)
    {
        var patched = (byte[])content.Clone();
        bytes.CopyTo(patched, offset);
        return patched;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
