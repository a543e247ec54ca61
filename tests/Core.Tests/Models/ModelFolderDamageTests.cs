using System.Text;
using System.Text.Json;
using KMeans.Models;
using KMeans.Tests.Support;
using KMeans.Training;

namespace KMeans.Tests.Models;

/// <summary>What loading does about files that are damaged or changed.</summary>
public sealed class ModelFolderDamageTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TrainingResult trained = SmallModels.Train(options => options with { Scaling = ColumnScaling.Standard });
    private readonly string model;

    public ModelFolderDamageTests()
    {
        model = folder.File("model");
        ModelFolder.Save(model, trained, overwrite: false);
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("model.json")]
    [InlineData("centers.npy")]
    [InlineData("state/centers.npy")]
    public void Load_OfEveryTruncation_IsRefusedWithTheFilesName(string name)
    {
        var path = Path.Combine(model, name);
        var whole = File.ReadAllBytes(path);

        // Only the description's last line end can be missed by nobody.
        for (var length = 0; length < whole.Length - (name == "model.json" ? 1 : 0); length++)
        {
            File.WriteAllBytes(path, whole[..length]);

            Assert.StartsWith(path, AssertRefused(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Load_OfAnyChangedByteOfTheCenters_IsRefused()
    {
        var path = Path.Combine(model, "centers.npy");
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            var bytes = whole.ToArray();
            bytes[i] ^= 0x10;
            File.WriteAllBytes(path, bytes);

            AssertRefused();
        }
    }

    [Theory]
    [InlineData("model.json")] // Not every member concerns the centers.
    [InlineData("state/centers.npy")] // The last bits vanish in the columns' own units, where the fingerprint is taken.
    public void Load_OfAnyChangedByte_GivesTheSameFingerprintOrIsRefused(string name)
    {
        var path = Path.Combine(model, name);
        var whole = File.ReadAllBytes(path);
        for (var i = 0; i < whole.Length; i++)
        {
            var bytes = whole.ToArray();
            bytes[i] ^= (byte)(1 << (i % 8));
            File.WriteAllBytes(path, bytes);

            if (Record.Exception(() => Assert.Equal(trained.Model.Fingerprint, ModelFolder.Load(model).Fingerprint)) is { } error)
            {
                AssertOneLine(Assert.IsType<InputException>(error));
            }
        }
    }

    [Theory]
    [InlineData("\"k\":3", "\"k\":4", "centers.npy: has shape (3, 4) where model.json says (4, 4)", "clusterSizes must be k")]
    [InlineData("\"k\":3", "\"k\":0", "k must be 1 or more", null)]
    [InlineData("\"k\":3", "\"k\":3,\"k\":3", "missing, unknown or of the wrong kind", null)]
    [InlineData("\"k\":3", "\"K\":3", "missing, unknown or of the wrong kind", null)]
    [InlineData("\"k\":3", "\"k\":NaN", "missing, unknown or of the wrong kind", null)]
    [InlineData("\"seed\":1", "\"seed\":1,\"extra\":1", "missing, unknown or of the wrong kind", null)]
    [InlineData("\"seed\":1", "\"seed\":1.5", "missing, unknown or of the wrong kind", null)]
    [InlineData("\"shift\":[", "\"shift\":[1e999,", "shift must be a finite number a feature", null)]
    [InlineData("\"rows\":1000", "\"rows\":-1", "rows must be 0 or more", null)]
    [InlineData("\"msdKind\":\"exact\"", "\"msdKind\":\"guess\"", "msdKind must be", null)]
    [InlineData("\"totalWeight\":1000", "\"totalWeight\":1001", "ssd must be msd x totalWeight", null)]
    [InlineData("\"width\":1}]", "\"width\":2147483647}]", "widths must add up", null)]
    [InlineData("\"columns\":[", "\"columns\":[null,", "columns must have names", null)]
    [InlineData("\"parameters\":{", "\"parameters\":{\"a\":null,", "parameters must be texts", null)]
    [InlineData("\"format\":\"kmeans-model\"", "\"format\":\"x\"", "does not describe a k-means model", null)]
    [InlineData("\"formatVersion\":2", "\"formatVersion\":3,\"new\":true", "format version 3 is newer than this release, which reads up to 2", null)]
    [InlineData("\"fingerprint\":\"", "\"fingerprint\":\"0", "fingerprint must be 64 hexadecimal digits", null)]
    public void Load_OfAChangedMember_NamesIt(string member, string replacement, string problem, string? orProblem)
    {
        var path = Path.Combine(model, "model.json");
        var text = File.ReadAllText(path);
        Assert.Contains(member, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(member, replacement, StringComparison.Ordinal));

        var message = AssertRefused();

        Assert.True(message.Contains(problem, StringComparison.Ordinal) || (orProblem is not null && message.Contains(orProblem, StringComparison.Ordinal)), message);
    }

    [Fact]
    public void Load_OfAnotherTransform_IsRefusedByTheFingerprint()
    {
        var path = Path.Combine(model, "model.json");
        var text = File.ReadAllText(path);
        var shift = JsonDocument.Parse(text).RootElement.GetProperty("shift")[0].GetRawText();
        File.WriteAllText(path, text.Replace($"\"shift\":[{shift}", $"\"shift\":[1{shift}", StringComparison.Ordinal));

        Assert.Contains("model.json: the fingerprint is not that of state/centers.npy", AssertRefused(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("centers.npy")]
    [InlineData("state/centers.npy")]
    [InlineData("state/coreset.bin")]
    public void Load_WithoutAFile_NamesIt(string name)
    {
        File.Delete(Path.Combine(model, name));

        Assert.Equal($"{Path.Combine(model, name)}: no such file; check the path.", AssertRefused());
    }

    [Fact]
    public void Load_OfSomethingElse_SaysSo()
    {
        File.WriteAllText(folder.File("text.txt"), "not a model at all");
        File.WriteAllText(folder.File("empty"), "");

        Assert.Contains("is not a model;", Refusal(folder.File("text.txt")), StringComparison.Ordinal);
        Assert.Contains("is not a model;", Refusal(folder.File("empty")), StringComparison.Ordinal);
        Assert.Contains("is not a model folder", Refusal(folder.Path), StringComparison.Ordinal);
        Assert.Contains("no such file", Refusal(folder.File("nothing")), StringComparison.Ordinal);
        Refusal("");
    }

    [Fact]
    public void Save_OfACostThatIsNotFinite_IsRefusedAndLeavesNothing()
    {
        var other = folder.File("other");
        var infinite = SmallModels.WithCost(trained, trained.Model.Cost! with { TotalWeight = double.PositiveInfinity });

        var error = Assert.Throws<InputException>(() => ModelFolder.Save(other, infinite, overwrite: false));

        Assert.Contains("totalWeight must be finite", error.Message, StringComparison.Ordinal);
        Assert.False(Path.Exists(other));
    }

    [Fact]
    public void Save_WritesOneMemberALine()
    {
        var lines = File.ReadAllText(Path.Combine(model, "model.json"), new UTF8Encoding(false, true)).Split('\n');

        Assert.Equal("{", lines[0]);
        Assert.Equal("  \"format\":\"kmeans-model\",", lines[1]);
        Assert.Equal(["}", ""], lines[^2..]);
        Assert.Equal(3 + JsonDocument.Parse(string.Concat(lines)).RootElement.EnumerateObject().Count(), lines.Length);
    }

    private static void AssertOneLine(InputException error) => Assert.DoesNotContain('\n', error.Message);

    private static string Refusal(string path)
    {
        var error = Assert.Throws<InputException>(() => ModelFolder.Load(path));
        AssertOneLine(error);
        return error.Message;
    }

    private string AssertRefused() => Refusal(model);
}
