using System.Text;

namespace KMeans.Client.Tests.Malformed;

/// <summary>Folders in which one file does not fit, and models.</summary>
internal static class FolderCorpus
{
    private static readonly byte[] GoodCsv = Encoding.UTF8.GetBytes("x,y\n1,2\n3,4\n5,6\n");

    public static IEnumerable<MalformedInput> Folders() => new (string What, string File, byte[] Content)[]
    {
        ("a binary file", "b.csv", [1, 2, 0, 4]),
        ("a file of another header", "b.csv", Encoding.UTF8.GetBytes("x,z\n1,2\n")),
        ("a wider file", "b.npy", ArrayCorpus.Array("(2, 4)")),
        ("a damaged array", "b.npy", ArrayCorpus.Array("(5, 2)")),
        ("a damaged Parquet file", "b.parquet", [.. ParquetCorpus.Good[..^1], 0]),
        ("a Parquet file of other columns", "b.parquet", ParquetCorpus.Good),
        ("a file of no known kind", "b.log", Encoding.UTF8.GetBytes("done\n")),
        ("a bad number in the last file", "b.csv", Encoding.UTF8.GetBytes("x,y\n1,2\n3,oops\n4,5\n")),
        ("a file packed and cut", "b.csv.gz", TextCorpus.Pack(GoodCsv)[..20]),
        ("an IDX file cut", "b-ubyte", [0, 0, 8, 2, 0, 0]),
    }.Select(item => new MalformedInput(
        $"{item.What} in a folder",
        [("rows/a.csv", GoodCsv), ("rows/" + item.File, item.Content)],
        item.File,
        ["train", "--input", "rows", "--k", "2", "--output", MalformedInput.Output]));

    /// <summary>A model of two columns, damaged, and rows to score or to predict.</summary>
    /// <param name="model">The folder of a good one, with a state.</param>
    /// <returns>The inputs.</returns>
    public static IEnumerable<MalformedInput> Models(string model)
    {
        var files = Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(model, path).Replace('\\', '/'), File.ReadAllBytes);
        var document = Encoding.UTF8.GetString(files["model.json"]);
        var edits = new (string From, string To)[]
        {
            ("\"k\":", "\"k\":1"), ("\"k\":", "\"k\":-"), ("\"features\":", "\"features\":9"), ("\"formatVersion\":", "\"formatVersion\":9"),
            ("\"fingerprint\":\"", "\"fingerprint\":\"0"), ("\"msd\":", "\"msd\":null,\"x\":"), ("\"columns\":", "\"columns\":null,\"x\":"),
            ("\"clusterSizes\":[", "\"clusterSizes\":[null,"), ("\"fill\":[", "\"fill\":[1e99,"), ("\"seed\":", "\"seed\":\"one\",\"x\":"), ("{", "[{"), ("\"k\":", "\"q\":"),
        };
        foreach (var (from, to) in edits)
        {
            var start = document.IndexOf(from, StringComparison.Ordinal);
            yield return Score($"a model with {to} for {from}", "model.json", Encoding.UTF8.GetBytes(document[..start] + to + document[(start + from.Length)..]));
        }

        foreach (var name in new[] { "model.json", "centers.npy", "state/centers.npy" })
        {
            var content = files[name];
            yield return Score($"a model with no byte in {name}", name, []);
            yield return Score($"a model with half of {name}", name, content[..(content.Length / 2)]);
            yield return Score($"a model with zeros for {name}", name, new byte[content.Length]);
        }

        foreach (var name in new[] { "centers.npy", "state/centers.npy" })
        {
            var content = files[name];
            yield return Score($"a model with another number in {name}", name, MalformedInput.Patch(content, content.Length - 2, (byte)(content[^2] ^ 1)));
            yield return Score($"a model with a byte more in {name}", name, [.. content, 0]);
        }

        var archive = files["model.tar.gz"];
        foreach (var length in new[] { 0, 1, 10, 20, archive.Length / 2, archive.Length - 8, archive.Length - 1 })
        {
            yield return Predict($"an archive cut after {length} bytes", archive[..length]);
        }

        yield return Predict("an archive with another sum", MalformedInput.Patch(archive, archive.Length - 8, (byte)(archive[^8] ^ 1)));
        yield return Predict("an archive of nothing", TextCorpus.Pack(new byte[1024]));
        yield return Predict("an archive of text", TextCorpus.Pack(GoodCsv));
        yield return Predict("text for an archive", GoodCsv);

        MalformedInput Score(string what, string name, byte[] content) => new(
            what, [("rows.csv", GoodCsv), .. files.Select(file => ("model/" + file.Key, file.Key == name ? content : file.Value))], "model", ["score", "--model", "model", "--input", "rows.csv"]);
    }

    private static MalformedInput Predict(string what, byte[] archive) => new(
        what, [("rows.csv", GoodCsv), ("model.tar.gz", archive)], "model.tar.gz", ["predict", "--model", "model.tar.gz", "--input", "rows.csv", "--output", "labels.csv"]);
}
