using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Metrics;

namespace KMeans.Client.Commands;

/// <summary>kmeans bench: measures this machine and how much of it the kernels and readers use.</summary>
internal sealed class BenchCommand
{
    private const string Example = """
          kmeans bench --json
          kmeans bench --backend gpu --threads 16
        """;

    private readonly Interruption interruption;
    private readonly BackendOptions backend = new("What is measured");
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<bool> json = CommonOptions.Json();
    private readonly Option<bool> quiet = CommonOptions.Quiet();

    private BenchCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new BenchCommand(interruption);
        return HelpWithExample.CreateCommand(
            "bench", "Measures this machine's float32 peak, and the kernels' share of it", Example, [.. command.backend.All, command.threads, command.json, command.quiet], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var advanced = parsed.Read(quiet) ? null : (Action<string>)(what => Console.Error.WriteLine($"measuring {what}"));
        Adapters.Register();
        var result = BenchResult.Measure(backend.Read(parsed), (int?)parsed.Read(threads) ?? Environment.ProcessorCount, advanced, interruption.Token);
        if (parsed.Read(json))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, ClientJson.Default.BenchResult));
        }
        else
        {
            Print(result);
        }

        return ExitCode.Done;
    }

    private static void Print(BenchResult result)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"float32 peak {result.PeakGflops:F0} GFLOP/s, {result.PeakGflopsOneThread:F0} with one thread; memory {result.Memory.AllThreads:F0} GB/s, {result.Memory.OneThread:F0} with one thread; kernel {result.Backend}"));
        Console.Out.WriteLine();
        var kernels = new Table(new("features", true), new("centers", true), new("threads", true), new("GFLOP/s", true), new("share of peak", true), new("GB/s", true), new("share of memory", true));
        foreach (var rate in result.Kernels)
        {
            kernels.Add(
                Text(rate.Features), Text(rate.Centers), Text(rate.Threads), rate.Gflops.ToString("F1", CultureInfo.InvariantCulture), Percent(rate.Share),
                rate.GigabytesPerSecond.ToString("F2", CultureInfo.InvariantCulture), rate.BandwidthShare is { } share ? Percent(share) : "");
        }

        kernels.Print();
        Console.Out.WriteLine();
        if (result.Device is { } device)
        {
            Print(device);
        }

        var readers = new Table(new("reader"), new("features", true), new("GB/s a thread", true));
        foreach (var rate in result.Readers)
        {
            readers.Add(rate.Format, Text(rate.Features), rate.GigabytesPerSecond.ToString("F2", CultureInfo.InvariantCulture));
        }

        readers.Print();
    }

    private static void Print(DeviceRates device)
    {
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{device.Device}: copies {device.CopyGigabytesPerSecond:F1} GB/s from page-locked memory. Rows a second of each stage, and of all:"));
        Console.Out.WriteLine();
        var shapes = new Table(
            new("features", true), new("centers", true), new("decode", true), new("copy", true), new("compute", true), new("host", true), new("streamed", true), new("pipeline", true), new("limit"));
        foreach (var shape in device.Shapes)
        {
            shapes.Add(
                Text(shape.Features), Text(shape.Centers), Readable.Short(shape.Decode), Readable.Short(shape.Copy), Readable.Short(shape.Compute), Readable.Short(shape.Host), Readable.Short(shape.Streamed),
                Readable.Short(shape.Pipeline), shape.Limit);
        }

        shapes.Print();
        Console.Out.WriteLine();
        if (device.Shapes.Any(shape => shape.ProductGflops is not null))
        {
            PrintPaths(device);
        }
    }

    /// <summary>Both ways to make the scores, where there are both.</summary>
    private static void PrintPaths(DeviceRates device)
    {
        Console.Out.WriteLine("GFLOP/s of the scores by the fused kernel and by a matrix product:");
        Console.Out.WriteLine();
        var paths = new Table(new("features", true), new("centers", true), new("fused", true), new("share of peak", true), new("product", true), new("share of peak", true), new("training takes"));
        foreach (var shape in device.Shapes)
        {
            var product = shape.ProductGflops;
            paths.Add(
                Text(shape.Features), Text(shape.Centers), shape.FusedGflops.ToString("F1", CultureInfo.InvariantCulture), Percent(shape.FusedGflops / device.PeakGflops),
                product?.ToString("F1", CultureInfo.InvariantCulture) ?? "", product is { } gflops ? Percent(gflops / device.PeakGflops) : "", shape.TakesProduct ? "product" : "fused");
        }

        paths.Print();
        Console.Out.WriteLine();
    }

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
