using System.Globalization;
using System.Text.Json;
using KMeans.Training;

namespace KMeans.SageMaker;

/// <summary>Prints the log of a training line by line as the reference product does, so that whatever scrapes its metrics finds ours: see <see cref="MetricDefinition.All"/>. Thread-safe.</summary>
/// <remarks>One difference is meant: its "train msd" is the cost of its core-set, a fraction of the data's; ours is the data's.</remarks>
public sealed class TrainingLog
{
    private const string Algorithm = "AWS/KMeansWebscale";

    private readonly Lock gate = new();
    private readonly TextWriter writer;
    private readonly string host;
    private readonly TimeProvider clock;
    private readonly DateTimeOffset start;

    /// <summary>Begins a log.</summary>
    /// <param name="writer">Where lines go; not disposed.</param>
    /// <param name="host">This host's name, without spaces.</param>
    /// <param name="clock">The time.</param>
    public TrainingLog(TextWriter writer, string host, TimeProvider clock)
    {
        this.writer = writer;
        this.host = host;
        this.clock = clock;
        start = clock.GetUtcNow();
    }

    /// <summary>Says something.</summary>
    /// <param name="text">One line.</param>
    public void Information(string text) => Line("INFO", text);

    /// <summary>Says what the user should know.</summary>
    /// <param name="text">One line.</param>
    public void Warning(string text) => Line("WARNING", text);

    /// <summary>How far the passes are.</summary>
    /// <param name="percent">0 to 100, of all epochs.</param>
    public void Progress(int percent) => Information(string.Create(CultureInfo.InvariantCulture, $"#progress_metric: host={host}, completed {percent} % of epochs"));

    /// <summary>How fast the passes were.</summary>
    /// <param name="recordsPerSecond">Rows read over their time.</param>
    public void Throughput(double recordsPerSecond) => Information(string.Create(CultureInfo.InvariantCulture, $"#throughput_metric: host={host}, train throughput={recordsPerSecond:0.######} records/second"));

    /// <summary>The model's cost on the training data.</summary>
    /// <param name="msd">The true one, or its estimate.</param>
    public void TrainMsd(double msd) => Quality("train msd", msd);

    /// <summary>A cost on the test data.</summary>
    /// <param name="metric">Which.</param>
    /// <param name="score">What scoring them gave.</param>
    public void Test(EvaluationMetric metric, Score score)
    {
        if (metric == EvaluationMetric.Msd)
        {
            Quality("test msd", score.Msd);
        }
        else
        {
            Quality("test ssd", score.Ssd);
        }
    }

    /// <summary>Where the time of a training went, as the reference's JSON line: times in milliseconds, one value each.</summary>
    /// <param name="report">The training's report.</param>
    public void Metrics(TrainingReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var seconds = report.Seconds;
        (string Name, double Value)[] metrics =
        [
            ("initialize.time", (seconds.Sample + seconds.Initial) * 1e3),
            ("update.time", seconds.Train * 1e3),
            ("_shrink.time", seconds.Reduce * 1e3),
            ("totaltime", seconds.Total * 1e3),
            ("Total Records Seen", report.RowsRead),
            ("Number of Records Since Last Reset", report.Rows),
        ];
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteNumber("StartTime", start.ToUnixTimeMilliseconds() / 1e3);
            json.WriteNumber("EndTime", clock.GetUtcNow().ToUnixTimeMilliseconds() / 1e3);
            json.WriteStartObject("Dimensions");
            json.WriteString("Algorithm", Algorithm);
            json.WriteString("Host", host);
            json.WriteString("Operation", "training");
            json.WriteEndObject();
            json.WriteStartObject("Metrics");
            foreach (var (name, value) in metrics)
            {
                json.WriteStartObject(name);
                json.WriteNumber("sum", value);
                json.WriteNumber("count", 1);
                json.WriteNumber("min", value);
                json.WriteNumber("max", value);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        lock (gate)
        {
            writer.WriteLine($"#metrics {System.Text.Encoding.UTF8.GetString(stream.ToArray())}");
        }
    }

    /// <summary>Seventeen digits: what is scraped is the number itself.</summary>
    private void Quality(string name, double loss) => Information(string.Create(CultureInfo.InvariantCulture, $"#quality_metric: host={host}, {name} <loss>={loss:R}"));

    private void Line(string level, string text)
    {
        lock (gate)
        {
            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"[{clock.GetUtcNow():MM/dd/yyyy HH:mm:ss} {level}] {text}"));
        }
    }
}
