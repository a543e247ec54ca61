using System.Security.Cryptography;
using KMeans.Storage;

namespace KMeans.Models;

/// <summary>Writes and reads a <see cref="CoreSet"/>: state/coreset.bin of a model folder.</summary>
/// <remarks>Layout, little-endian: docs/design/model-format.md. The size follows from the header's lengths, so a damaged length is found before anything is allocated.</remarks>
internal static class CoreSetFile
{
    private const int Version = 2;
    private const int HeaderBytes = 128;
    private const int ChecksumBytes = 32;
    private const int Decayed = 1;

    private static ReadOnlySpan<byte> Magic => "KMCORES\n"u8;

    /// <summary>Writes a state.</summary>
    /// <param name="stream">Written to; not disposed.</param>
    /// <param name="state">The state.</param>
    public static void Write(Stream stream, CoreSet state)
    {
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
        {
            var (sample, cost) = (state.Sample, state.CostSample);
            hashed.Write(Magic);
            LittleEndian.Write<int>(hashed, [Version, state.IsDecayed ? Decayed : 0]);
            LittleEndian.Write<long>(hashed, [state.FeatureCount, state.CenterCount, sample.Count, cost.Count, sample.Limit, cost.Limit, state.RowsSeen, state.NextKey]);
            LittleEndian.Write<double>(hashed, [state.TotalWeight, state.SearchedMsd, state.DistanceFactor, state.OpenedTerm, sample.Threshold, cost.Threshold]);
            LittleEndian.Write<double>(hashed, state.CenterTerms);
            LittleEndian.Write<double>(hashed, state.CenterWeights);
            LittleEndian.Write<double>(hashed, state.CenterSquaredErrors);
            LittleEndian.Write<double>(hashed, state.CenterMeans);
            foreach (var rows in (ReadOnlySpan<KeptRows>)[sample, cost])
            {
                LittleEndian.Write<long>(hashed, rows.Keys);
                LittleEndian.Write<double>(hashed, rows.Priorities);
                LittleEndian.Write<double>(hashed, rows.Sensitivities);
                LittleEndian.Write<double>(hashed, rows.Weights);
            }

            foreach (var rows in (ReadOnlySpan<KeptRows>)[sample, cost])
            {
                LittleEndian.Write<int>(hashed, rows.Labels);
                LittleEndian.Write<float>(hashed, rows.Rows);
            }
        }

        stream.Write(hash.Hash!);
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="featureCount">d, as the model has it.</param>
    /// <returns>The state.</returns>
    /// <exception cref="InputException">The file cannot be read, is damaged, of another version, or another model's.</exception>
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

        var flags = LittleEndian.Read<int>(file);
        var lengths = Section<long>(file, 8);
        var numbers = Section<double>(file, 6);
        var (d, centers, sample, cost) = (lengths[0], lengths[1], lengths[2], lengths[3]);
        CheckLengths(path, file.Length, lengths);
        if (d != featureCount)
        {
            throw Damaged(path, $"has {d} features where the model has {featureCount}");
        }

        var (terms, weights, errors, means) = (Section<double>(file, centers), Section<double>(file, centers), Section<double>(file, centers), Section<double>(file, centers * d));
        var sampled = Numbers(file, sample, (int)lengths[4], numbers[4]);
        var uniform = Numbers(file, cost, (int)lengths[5], numbers[5]);
        var state = new CoreSet
        {
            FeatureCount = (int)d,
            RowsSeen = lengths[6],
            NextKey = lengths[7],
            TotalWeight = numbers[0],
            IsDecayed = (flags & Decayed) != 0,
            SearchedMsd = numbers[1],
            DistanceFactor = numbers[2],
            OpenedTerm = numbers[3],
            CenterTerms = terms,
            CenterWeights = weights,
            CenterSquaredErrors = errors,
            CenterMeans = means,
            Sample = sampled with { Labels = Section<int>(file, sample), Rows = Section<float>(file, sample * d) },
            CostSample = uniform with { Labels = Section<int>(file, cost), Rows = Section<float>(file, cost * d) },
        };
        CheckSum(path, file, hash);
        if (!CoreSetCheck.IsSound(state) || (flags & ~Decayed) != 0)
        {
            throw Damaged(path, "has a value that is not finite or out of its range");
        }

        return state;
    }

    private static KeptRows Numbers(Stream stream, long count, int limit, double threshold) => new()
    {
        Limit = limit,
        Threshold = threshold,
        Keys = Section<long>(stream, count),
        Priorities = Section<double>(stream, count),
        Sensitivities = Section<double>(stream, count),
        Weights = Section<double>(stream, count),
        Labels = [],
        Rows = [],
    };

    private static void CheckLengths(string path, long fileLength, long[] lengths)
    {
        // Each is bounded first, so that no product below can overflow.
        if (lengths.AsSpan(0, 6).ContainsAnyExceptInRange(0, int.MaxValue))
        {
            throw Damaged(path, "has an impossible length in its header");
        }

        var (d, centers, sample, cost) = (lengths[0], lengths[1], lengths[2], lengths[3]);
        var centerBytes = (Int128)centers * (24 + (8 * d));
        var rowBytes = ((Int128)sample + cost) * (36 + (4 * d));
        if (HeaderBytes + centerBytes + rowBytes + ChecksumBytes != fileLength)
        {
            throw Damaged(path, "has another size than its header says");
        }

        if (Math.Max(centers * d, Math.Max(sample, cost) * d) > Array.MaxLength)
        {
            throw Damaged(path, $"has a section of more than {Array.MaxLength} values");
        }
    }

    private static T[] Section<T>(Stream stream, long length)
        where T : unmanaged
    {
        var values = GC.AllocateUninitializedArray<T>((int)length);
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

    private static InputException Damaged(string path, string problem) =>
        new($"{path}: {problem}; it is damaged, so train again, or remove the folder it is in to use the model without its state.");
}
