using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using KMeans.Models;
using KMeans.Tests.Support;

namespace KMeans.Tests.Models;

public sealed class ModelArchiveTests : IDisposable
{
    private static readonly float[] Centers = [1, 2, 3, 4, 5, 6];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Write_Twice_GivesTheSameBytesWithoutTimeOrUser()
    {
        var bytes = Write();

        Assert.Equal(bytes, Write());
        using var tar = new TarReader(new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress));
        var entry = Assert.IsType<UstarTarEntry>(tar.GetNextEntry());
        Assert.Equal(("model_algo-1", 0, 0, "", ""), (entry.Name, entry.Uid, entry.Gid, entry.UserName, entry.GroupName));
        Assert.Equal(DateTimeOffset.UnixEpoch, entry.ModificationTime);
        Assert.Equal(NdArray(), ReadAll(entry.DataStream!));
        Assert.Null(tar.GetNextEntry());
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public void Write_IsReadByTheSystemsTar()
    {
        var path = folder.File("model.tar.gz");
        File.WriteAllBytes(path, Write());

        Assert.Equal("model_algo-1\n", Run("tar", "tzf", path));
        Run("tar", "xzf", path, "-C", folder.Path);
        Assert.Equal(NdArray(), File.ReadAllBytes(folder.File("model_algo-1")));
        Run("gzip", "-t", path);
    }

    [PrerequisiteFact(Prerequisite.Unix)]
    public void Load_OfWhatTheSystemsTarWrote_GivesTheCenters()
    {
        Directory.CreateDirectory(folder.File("content"));
        File.WriteAllBytes(folder.File("content/model_algo-1"), NdArray());
        File.WriteAllText(folder.File("content/state_ac4243fa"), "unpublished");
        foreach (var arguments in new string[][] { ["."], ["state_ac4243fa", "model_algo-1"], ["--format=pax", "."], ["--format=v7", "model_algo-1"] })
        {
            Run("tar", ["czf", folder.File("model.tar.gz"), "-C", folder.File("content"), .. arguments]);

            Assert.Equal(Centers.Select(value => (double)value), ModelFolder.Load(folder.File("model.tar.gz")).Centers);
        }
    }

    [Fact]
    public void Load_OfAnArchiveAFolderWithOneOrItsMember_GivesAModelThatPredicts()
    {
        Directory.CreateDirectory(folder.File("packed"));
        Directory.CreateDirectory(folder.File("unpacked"));
        File.WriteAllBytes(folder.File("packed/model.tar.gz"), Write());
        File.WriteAllBytes(folder.File("unpacked/model_algo-1"), NdArray());

        foreach (var path in new[] { "packed", "packed/model.tar.gz", "unpacked", "unpacked/model_algo-1" })
        {
            var model = ModelFolder.Load(folder.File(path));

            Assert.Equal((2, 3), (model.ClusterCount, model.FeatureCount));
            Assert.Equal(["c0", "c1", "c2"], model.FeatureNames);
            Assert.Null(model.Cost);
            Assert.Null(model.State);
            Assert.Equal([1, 0], model.Predict([4, 5, 8, 1, 2, 3], out var distances));
            Assert.Equal([2, 0], distances);
        }
    }

    [Fact]
    public void Load_OfAnArchiveWithoutTheMember_SaysSo()
    {
        var path = folder.File("model.tar.gz");
        WriteTar(path, new UstarTarEntry(TarEntryType.RegularFile, "folder/model_algo-1") { DataStream = new MemoryStream(NdArray()) });

        var error = Assert.Throws<InputException>(() => ModelFolder.Load(path));

        Assert.Contains("no member model_algo-1 at its top level", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfAMemberThatClaimsMoreThanTheArchiveCanHold_AllocatesNothing()
    {
        var member = NdArray();
        member[36 + 3] = 0x40; // 2^30 rows
        var path = folder.File("model.tar.gz");
        WriteTar(path, new UstarTarEntry(TarEntryType.RegularFile, "model_algo-1") { DataStream = new MemoryStream(member) });
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InputException>(() => ModelFolder.Load(path));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void Load_OfEveryTruncation_IsRefused()
    {
        var whole = Write();
        var path = folder.File("model.tar.gz");
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.Throws<InputException>(() => ModelFolder.Load(path));
        }
    }

    /// <summary>A bit that changes a number and nothing else is only seen by gzip's checksum, behind the member.</summary>
    [Fact]
    public void Load_OfAnotherChecksum_IsRefused()
    {
        var bytes = Write();
        bytes[^8] ^= 1;
        var path = folder.File("model.tar.gz");
        File.WriteAllBytes(path, bytes);

        Assert.StartsWith($"{path}: ", Assert.Throws<InputException>(() => ModelFolder.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Load_OfFlippedBytes_GivesAModelOrAnInputException()
    {
        var path = folder.File("model.tar.gz");
        for (var i = 0; i < 512 + 96; i++)
        {
            var tar = ReadAll(new GZipStream(new MemoryStream(Write()), CompressionMode.Decompress));
            tar[i] ^= 0x55;
            using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            {
                gzip.Write(tar);
            }

            if (Record.Exception(() => ModelFolder.Load(path)) is { } error)
            {
                Assert.IsType<InputException>(error);
            }
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    private static byte[] Write()
    {
        using var stream = new MemoryStream();
        ModelArchive.Write(stream, Centers, 3);
        return stream.ToArray();
    }

    private static byte[] NdArray()
    {
        using var stream = new MemoryStream();
        NdArrayFile.Write(stream, Centers, 3);
        return stream.ToArray();
    }

    private static byte[] ReadAll(Stream stream)
    {
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    private static void WriteTar(string path, TarEntry entry)
    {
        using var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        tar.WriteEntry(entry);
    }
}
