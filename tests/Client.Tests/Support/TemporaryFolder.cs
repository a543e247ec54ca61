using System.Globalization;
using KMeans.Models;

namespace KMeans.Client.Tests.Support;

/// <summary>A folder of its own for a test, removed at its end.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kmeans-client-").FullName;

    /// <summary>Everything in it, hidden files included, by relative name.</summary>
    public string[] Entries => Directory.EnumerateFileSystemEntries(Path).Select(entry => System.IO.Path.GetFileName(entry)!).Order(StringComparer.Ordinal).ToArray();

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    /// <summary>A CSV file with a text column and two features, in two clusters ten apart.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="gaps">Rows, 0-based, whose y is empty.</param>
    public void WriteCsv(string name, int rows, params int[] gaps)
    {
        var lines = Enumerable.Range(0, rows).Select(i =>
        {
            var y = gaps.Contains(i) ? "" : (((i % 2) * 10) + (i % 3)).ToString(CultureInfo.InvariantCulture);
            return $"\"key, {i:000}\",{((i % 2) * 10) + (i % 5)},{y}";
        });
        Write(name, "id,x,y\n" + string.Join('\n', lines) + "\n");
    }

    /// <summary>A .npy file of two features in three clusters.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Rows.</param>
    public void WriteNpy(string name, int rows)
    {
        using var stream = File.Create(this[name]);
        var writer = new NpyWriter<float>(stream, 2, rows);
        writer.Append(Enumerable.Range(0, rows).SelectMany(i => new[] { ((i % 3) * 10) + (i % 7 * 0.1f), (i % 3) + (i % 11 * 0.1f) }).ToArray());
        writer.Complete();
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
