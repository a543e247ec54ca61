using System.Security.Cryptography;
using KMeans.Storage;

namespace KMeans.Models;

/// <summary>Writes and reads a <see cref="CoreSet"/>: state/coreset.bin of a model folder.</summary>
/// <remarks>Layout, little-endian: docs/design/model-format.md. The size follows from the header's lengths, so a damaged length is found before anything is allocated.</remarks>
internal static class CoreSetFile
{
    private const int Version = 1;
    private const int HeaderBytes = 56;
    private const int ChecksumBytes = 32;

    private static ReadOnlySpan<byte> Magic => "KMCORES\n"u8;

    /// <summary>Writes a state.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="state">The state.</param>
    public static void Write(Stream stream, CoreSet state)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            hashed.Write(Magic);
            LittleEndian.Write<int>(hashed, [Version, 0]);
            LittleEndian.Write<long>(hashed, [state.FeatureCount, state.CenterCount, state.SampleCount, state.CostWeights.Length, state.RowsSeen]);
            LittleEndian.Write<long>(hashed, state.CenterIds);
            LittleEndian.Write<double>(hashed, state.CenterWeights);
            LittleEndian.Write<double>(hashed, state.CenterSquaredErrors);
            LittleEndian.Write<double>(hashed, state.CenterMeans);
            LittleEndian.Write<double>(hashed, state.SampleWeights);
            LittleEndian.Write<double>(hashed, state.CostWeights);
            LittleEndian.Write<float>(hashed, state.SampleRows);
            LittleEndian.Write<float>(hashed, state.CostRows);
        }

        stream.Write(hash.Hash!);
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureCount">d, as the model has it.</param>
    /// <returns>The state.</returns>
    /// <exception cref="InputException">The file cannot be read, is damaged, of a newer version, or another model's.</exception>
    public static CoreSet Read(string path, int featureCount)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var file = new ByteSourceStream(ObjectStores.Open(path)) { Hash = hash };
        Span<byte> magic = stackalloc byte[8];
        if (file.Length < HeaderBytes + ChecksumBytes)
        {
            throw Damaged(path, "is shorter than its header");
        }

        file.ReadExactly(magic);
        if (!magic.SequenceEqual(Magic))
        {
            throw Damaged(path, "does not begin like a core-set");
        }

        var version = LittleEndian.Read<int>(file);
        if (version != Version)
        {
            throw new InputException($"{path}: version {version} of the core-set is not known, only {Version} is; use the release that wrote it, or train again.");
        }

        _ = LittleEndian.Read<int>(file);
        var lengths = new long[5];
        LittleEndian.Read<long>(file, lengths);
        var (d, centers, sample, cost, rowsSeen) = (lengths[0], lengths[1], lengths[2], lengths[3], lengths[4]);
        CheckLengths(path, file.Length, d, centers, sample, cost);
        if (d != featureCount)
        {
            throw Damaged(path, $"has {d} features where the model has {featureCount}");
        }

        var state = new CoreSet
        {
            FeatureCount = (int)d,
            RowsSeen = rowsSeen,
            CenterIds = Section<long>(file, 2 * centers),
            CenterWeights = Section<double>(file, centers),
            CenterSquaredErrors = Section<double>(file, centers),
            CenterMeans = Section<double>(file, centers * d),
            SampleWeights = Section<double>(file, sample),
            CostWeights = Section<double>(file, cost),
            SampleRows = Section<float>(file, sample * d),
            CostRows = Section<float>(file, cost * d),
        };
        CheckSum(path, file, hash);
        CheckValues(path, state);
        return state;
    }

    private static void CheckLengths(string path, long fileLength, long d, long centers, long sample, long cost)
    {
        // Each is bounded first, so that no product below can overflow.
        if (Math.Min(Math.Min(d, centers), Math.Min(sample, cost)) < 0 || Math.Max(Math.Max(d, centers), Math.Max(sample, cost)) > int.MaxValue)
        {
            throw Damaged(path, "has an impossible length in its header");
        }

        var centerBytes = (Int128)centers * (32 + (8 * d));
        var rowBytes = ((Int128)sample + cost) * (8 + (4 * d));
        if (HeaderBytes + centerBytes + rowBytes + ChecksumBytes != fileLength)
        {
            throw Damaged(path, "has another size than its header says");
        }

        if (Math.Max(Math.Max(2 * centers, centers * d), Math.Max(sample, cost) * d) > Array.MaxLength)
        {
            throw Damaged(path, $"has a section of more than {Array.MaxLength} values");
        }
    }

    private static T[] Section<T>(Stream stream, long length)
        where T : unmanaged
    {
        var values = new T[length];
        LittleEndian.Read(stream, values.AsSpan());
        return values;
    }

    private static void CheckSum(string path, ByteSourceStream file, IncrementalHash hash)
    {
        Span<byte> computed = stackalloc byte[ChecksumBytes];
        Span<byte> stored = stackalloc byte[ChecksumBytes];
        hash.GetHashAndReset(computed);
        file.ReadExactly(stored);
        if (!stored.SequenceEqual(computed))
        {
            throw Damaged(path, "its checksum is wrong");
        }
    }

    private static void CheckValues(string path, CoreSet state)
    {
        if (!(AllFinite(state.CenterMeans) && AllWeights(state.CenterWeights) && AllWeights(state.CenterSquaredErrors) && AllWeights(state.SampleWeights)
            && AllWeights(state.CostWeights) && state.SampleRows.All(float.IsFinite) && state.CostRows.All(float.IsFinite) && state.RowsSeen >= 0))
        {
            throw Damaged(path, "has a value that is not finite, or a negative weight");
        }
    }

    private static bool AllFinite(double[] values) => values.All(double.IsFinite);

    private static bool AllWeights(double[] values) => values.All(value => value >= 0 && double.IsFinite(value));

    private static InputException Damaged(string path, string problem) =>
        new($"{path}: {problem}; it is damaged, so train again, or remove the folder it is in to use the model without its state.");
}
