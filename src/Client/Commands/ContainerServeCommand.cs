using System.CommandLine;
using System.Globalization;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Http.Inference;

namespace KMeans.Client.Commands;

/// <summary>kmeans container serve: answers /ping and /invocations with the model below /opt/ml/model until it is told to stop.</summary>
internal sealed class ContainerServeCommand
{
    private const string Example = """
          kmeans container serve
          kmeans container serve --root . --listen http://127.0.0.1:8080
        """;

    private const int Port = 8080;

    private readonly Interruption interruption;
    private readonly Option<string?> root = OptionKinds.Text("--root", "DIR", "The folder that holds model/ [default: /opt/ml]");
    private readonly Option<string?> listen = OptionKinds.Text("--listen", "URL", $"Where it listens [default: http://0.0.0.0:{Port}, or the port of SAGEMAKER_BIND_TO_PORT]");
    private readonly Option<long?> concurrent = OptionKinds.Whole("--max-requests", "Requests that are taken at a time; more are refused with 429 [default: 64]", 1, 10_000);

    private ContainerServeCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ContainerServeCommand(interruption);
        return HelpWithExample.CreateCommand("serve", "Serves the model over HTTP", Example, [command.root, command.listen, command.concurrent], command.Run);
    }

    private int Run(ParseResult parsed)
    {
        var defaults = new InferenceOptions { Listen = "", ModelPath = "" };
        var options = defaults with
        {
            Listen = parsed.Read(listen) ?? string.Create(CultureInfo.InvariantCulture, $"http://0.0.0.0:{Whole("SAGEMAKER_BIND_TO_PORT", 1, ushort.MaxValue) ?? Port}"),
            ModelPath = Path.Combine(parsed.Read(root) ?? "/opt/ml", "model"),
            MaxPayloadInMB = Whole("SAGEMAKER_MAX_PAYLOAD_IN_MB", 0, 100) is { } most and > 0 ? most : defaults.MaxPayloadInMB,
            MaxConcurrentTransforms = Whole("SAGEMAKER_MAX_CONCURRENT_TRANSFORMS", 0, 10_000) is { } transforms and > 0 ? transforms : defaults.MaxConcurrentTransforms,
            MultiRecord = IsMultiRecord(),
            MostRequests = (int)(parsed.Read(concurrent) ?? defaults.MostRequests),
        };
        Serve(options).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private async Task Serve(InferenceOptions options)
    {
        await using var host = await InferenceHost.StartAsync(options, Messages.Error).ConfigureAwait(false);
        Console.Out.WriteLine($"serving {Readable.Count(host.Model.ClusterCount)} clusters of {Readable.Count(host.Model.FeatureCount)} features from {options.ModelPath}");
        Listening.Announce(host.Address);
        await host.RunAsync(interruption.Token).ConfigureAwait(false);
    }

    /// <summary>A variable of the contract that is a whole number; null where it is not set.</summary>
    private static int? Whole(string name, int least, int most) => Environment.GetEnvironmentVariable(name) is not { Length: > 0 } text
        ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most
            ? value
            : throw new InputException($"{name}={text}: must be a whole number from {least} to {most}.");

    private static bool IsMultiRecord() => (Environment.GetEnvironmentVariable("SAGEMAKER_BATCH_STRATEGY") ?? "").ToUpperInvariant() switch
    {
        "" or "MULTI_RECORD" or "MULTIRECORD" => true,
        "SINGLE_RECORD" or "SINGLERECORD" => false,
        var other => throw new InputException($"SAGEMAKER_BATCH_STRATEGY={other}: must be SINGLE_RECORD or MULTI_RECORD."),
    };
}
