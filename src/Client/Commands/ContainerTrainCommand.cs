using System.CommandLine;
using System.Globalization;
using KMeans.Client.CommandLine;
using KMeans.Http.Container;
using KMeans.Http.Workers;
using KMeans.SageMaker;

namespace KMeans.Client.Commands;

/// <summary>kmeans container train: what SageMaker runs as "train".</summary>
internal sealed class ContainerTrainCommand
{
    /// <summary>SageMaker gives a container no options, but an environment.</summary>
    private const string StrictVariable = "KMEANS_STRICT_DEFAULTS";

    private const string TokenVariable = "KMEANS_CONTAINER_TOKEN";

    private const string Example = """
          kmeans container train
          kmeans container train --root ./ml
          kmeans container train --root ./ml-1 --address algo-1=127.0.0.1:7081 --address algo-2=127.0.0.1:7082
        """;

    private readonly Interruption interruption;
    private readonly Option<string?> root = OptionKinds.Text("--root", "DIR", "Where input/, model/ and output/ are; /opt/ml by default");
    private readonly Option<bool> strictDefaults = OptionKinds.Flag("--strict-defaults", $"Takes SageMaker's default for every hyperparameter that is not given, instead of what measures best; also with {StrictVariable}=true");
    private readonly Option<string?> spool = OptionKinds.Text("--spool", "DIR", "Where pipes and gzip files are kept unpacked until the end; the folder for temporary files by default");
    private readonly Option<long?> port = OptionKinds.Whole("--port", "Where hosts of one job reach each other; 7080 by default", 1, 65_535);
    private readonly Option<string[]?> addresses = OptionKinds.Names("--address", "HOST=ADDRESS:PORT,...", "Where hosts are reached whose names do not say");
    private readonly Option<string?> token = OptionKinds.Text("--token-file", "FILE", $"The token that the hosts share; also in {TokenVariable}; made from the job's configuration by default");
    private readonly Option<TimeSpan?> patience = OptionKinds.Time("--patience", "The longest wait for the other hosts; 30m by default");
    private readonly Option<long?> threads = CommonOptions.Threads();

    private ContainerTrainCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ContainerTrainCommand(interruption);
        return HelpWithExample.CreateCommand("train", "Trains by hyperparameters.json, inputdataconfig.json and resourceconfig.json", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options() => [root, strictDefaults, spool, port, addresses, token, patience, threads];

    private int Run(ParseResult parsed)
    {
        Adapters.Register();
        var options = new ContainerOptions
        {
            Paths = new ContainerPaths(parsed.Read(root) ?? ContainerPaths.DefaultRoot),
            StrictDefaults = parsed.Read(strictDefaults) || "true".Equals(Environment.GetEnvironmentVariable(StrictVariable), StringComparison.OrdinalIgnoreCase),
            Spool = parsed.Read(spool) ?? Path.GetTempPath(),
            Port = (int)(parsed.Read(port) ?? ContainerOptions.DefaultPort),
            Addresses = (parsed.GetResult(addresses) is null ? [] : parsed.Read(addresses) ?? []).Select(ReadAddress).DistinctBy(entry => entry.Host).ToDictionary(entry => entry.Host, entry => (entry.Address, entry.Port)),
            Token = TokenFile.Read(parsed.Read(token)) ?? TokenFile.Check(Environment.GetEnvironmentVariable(TokenVariable), TokenVariable),
            Patience = parsed.Read(patience) ?? new ContainerOptions().Patience,
            Threads = (int?)parsed.Read(threads),
        };
        new ContainerTraining(options, Console.Out, TimeProvider.System, interruption.Token).Run(interruption.Publish);
        return ExitCode.Done;
    }

    private static (string Host, string Address, int Port) ReadAddress(string text)
    {
        var (equals, colon) = (text.IndexOf('=', StringComparison.Ordinal), text.LastIndexOf(':'));
        return equals > 0 && colon > equals + 1 && int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65_535
            ? (text[..equals], text[(equals + 1)..colon], port)
            : throw new InputException($"--address {text}: must be HOST=ADDRESS:PORT, such as algo-2=10.0.0.6:7080.");
    }
}
