using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Http.Workers;

namespace KMeans.Client.Commands;

/// <summary>kmeans worker: computes partitions for coordinators until it is told to stop.</summary>
internal sealed class WorkerCommand
{
    private const string Example = """
          kmeans worker --listen http://127.0.0.1:7070 --data-root /data
          kmeans worker --listen http://127.0.0.1:7070 --data-root s3://bucket/rows
          kmeans worker --listen https://0.0.0.0:7070 --tls-cert cert.pem --tls-key key.pem --token-file token --data-root /data
          kmeans worker --listen http://127.0.0.1:7071 --data-root /data --backend gpu --threads 8
        """;

    private readonly Interruption interruption;
    private readonly Option<string[]?> listen = OptionKinds.Names("--listen", "URL,...", "Where it listens: http:// or https://, an address, a port (0 for any free one)");
    private readonly Option<string[]> roots = OptionKinds.Paths("--data-root", "The folders below which it opens files, and s3:// prefixes; nothing else is opened", required: true);
    private readonly Option<string?> token = OptionKinds.Text("--token-file", "FILE", "The token that requests must carry; required where other machines reach it");
    private readonly Option<string?> certificate = OptionKinds.Text("--tls-cert", "FILE", "The certificate (PEM) for https");
    private readonly Option<string?> key = OptionKinds.Text("--tls-key", "FILE", "The certificate's key (PEM)");
    private readonly Option<bool> insecure = OptionKinds.Flag("--insecure", "Lets it listen without TLS where other machines reach it");
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<long?> memoryLimit = OptionKinds.Size("--memory-limit", "What computing may take of memory. Never changes a result");
    private readonly BackendOptions backend = new("What computes. Never changes a result");

    private WorkerCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new WorkerCommand(interruption);
        return HelpWithExample.CreateCommand("worker", "Runs partitions for trainings on other machines", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options()
    {
        listen.Required = true;
        return [listen, roots, token, certificate, key, insecure, threads, memoryLimit, .. backend.All];
    }

    private int Run(ParseResult parsed)
    {
        var options = new WorkerOptions
        {
            Listen = parsed.Read(listen) ?? [],
            DataRoots = parsed.GetRequiredValue(roots),
            Token = TokenFile.Read(parsed.Read(token)),
            CertificatePath = parsed.Read(certificate),
            CertificateKeyPath = parsed.Read(key),
            Insecure = parsed.Read(insecure),
            Threads = (int)(parsed.Read(threads) ?? Environment.ProcessorCount),
            MemoryLimitBytes = parsed.Read(memoryLimit),
            Backend = backend.Read(parsed),
        };
        Adapters.Register();
        Serve(options).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private async Task Serve(WorkerOptions options)
    {
        await using var host = await WorkerHost.StartAsync(options, Messages.Error).ConfigureAwait(false);
        Listening.Announce(host.Addresses);
        await host.RunAsync(interruption.Token).ConfigureAwait(false);
    }
}
