using System.Globalization;
using KMeans.Models;

namespace KMeans.Http.Tests.Support;

/// <summary>A folder of its own for a test, removed at its end.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("kmeans-http-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    /// <summary>A CSV file of two features in two clusters ten apart.</summary>
    public string WriteCsv(string name, int rows) =>
        Write(name, "x,y\n" + string.Join('\n', Enumerable.Range(0, rows).Select(i => string.Create(CultureInfo.InvariantCulture, $"{((i % 2) * 10) + (i % 5)},{((i % 2) * 10) + (i % 3)}"))) + "\n");

    /// <summary>A .npy file of uniform rows around ten centers, a slice of one fixed sequence.</summary>
    public string WriteNpy(string name, int features, int first, int rows)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        using var stream = File.Create(this[name]);
        var writer = new NpyWriter<float>(stream, features, rows);
        var row = new float[features];
        for (var i = first; i < first + rows; i++)
        {
            var random = new Random(i);
            for (var f = 0; f < features; f++)
            {
                row[f] = (i % 10 * 3) + (f % 3) + random.NextSingle();
            }

            writer.Append(row);
        }

        writer.Complete();
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
