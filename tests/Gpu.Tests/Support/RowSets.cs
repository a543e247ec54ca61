using System.Globalization;
using KMeans.Input;
using KMeans.Tests.Support;

namespace KMeans.Gpu.Tests.Support;

/// <summary>The sets on which a device must give the CPU's fingerprint, their first 2,000 rows; tests/gpu-fingerprints.sh takes them whole.</summary>
internal static class RowSets
{
    private const int Rows = 2_000;

    /// <summary>Rows and columns of a set.</summary>
    /// <param name="name">"mnist", "gauss10" or "offset".</param>
    /// <returns>Row-major, and d.</returns>
    public static (float[] Samples, int FeatureCount) Get(string name) => name switch
    {
        "mnist" => (Mnist(), 784),
        "gauss10" => (Blobs.Make(Rows, 15, 50, spread: Math.Sqrt(10)), 15),
        "offset" => (Array.ConvertAll(Blobs.Make(Rows, 8, 20), value => value + 1e6f), 8),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    /// <summary>The same rows every time, in as many files, each of them one partition.</summary>
    /// <param name="folder">Where the files go.</param>
    /// <param name="files">How many.</param>
    /// <returns>The opened files.</returns>
    public static InputSet InFiles(string folder, int files)
    {
        const int featureCount = 6;
        var samples = Blobs.Make(Rows, featureCount, 9);
        for (var file = 0; file < files; file++)
        {
            var rows = Enumerable.Range(0, Rows).Where(row => row * files / Rows == file);
            File.WriteAllLines(
                Path.Combine(folder, $"part-{file:00}.csv"),
                rows.Select(row => string.Join(',', samples.Skip(row * featureCount).Take(featureCount).Select(value => value.ToString("R", CultureInfo.InvariantCulture)))));
        }

        return InputSet.Create(InputFiles.Open([folder], new InputFormatOptions()), new ColumnChoice());
    }

    private static float[] Mnist()
    {
        const int header = 16;
        using var file = File.OpenRead(Path.Combine(Prerequisite.Get(Prerequisite.Mnist), "train-images-idx3-ubyte"));
        var bytes = new byte[header + (Rows * 784)];
        file.ReadExactly(bytes);
        return Array.ConvertAll(bytes[header..], value => (float)value);
    }
}
