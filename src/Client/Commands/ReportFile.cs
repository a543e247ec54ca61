using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using KMeans.Metrics;
using KMeans.Output;
using KMeans.Training;

namespace KMeans.Client.Commands;

/// <summary>Writes a training's report as JSON.</summary>
internal static class ReportFile
{
    /// <summary>Writes it under a hidden name; committing gives it its own.</summary>
    /// <param name="path">The file to be.</param>
    /// <param name="report">The report.</param>
    /// <param name="test">The score on other rows, or null; adds testRows, testSsd and testMsd.</param>
    /// <param name="overwrite">Whether a file of that name may be replaced.</param>
    /// <returns>The whole file, to be committed or disposed.</returns>
    /// <exception cref="InputException">It cannot be written there.</exception>
    public static StagedFile Prepare(string path, TrainingReport report, Score? test, bool overwrite)
    {
        var document = JsonSerializer.SerializeToNode(report, ClientJson.Default.TrainingReport)!.AsObject();
        if (test is not null)
        {
            document["testRows"] = JsonValue.Create(test.Rows);
            document["testSsd"] = JsonValue.Create(test.Ssd);
            document["testMsd"] = JsonValue.Create(test.Msd);
        }

        var file = new StagedFile(path, overwrite);
        try
        {
            using (var writer = new Utf8JsonWriter(file.Stream, new JsonWriterOptions { Indented = true }))
            {
                document.WriteTo(writer);
            }

            file.Stream.WriteByte((byte)'\n');
            file.Stream.Flush();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}

/// <summary>The JSON that the program writes, generated at build: reflection would cost a tenth of a second at start.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(TrainingReport))]
[JsonSerializable(typeof(BenchResult))]
internal sealed partial class ClientJson : JsonSerializerContext;
