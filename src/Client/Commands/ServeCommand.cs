using System.CommandLine;
using KMeans.Client.CommandLine;
using KMeans.Client.Display;
using KMeans.Http.Remote;
using KMeans.Http.Service;
using KMeans.Http.Workers;

namespace KMeans.Client.Commands;

/// <summary>kmeans serve: takes jobs over HTTP and runs them until it is told to stop.</summary>
internal sealed class ServeCommand
{
    private const string Example = """
          kmeans serve --listen http://127.0.0.1:8080 --data-root /data --state /var/lib/kmeans
          kmeans serve --listen https://0.0.0.0:8443 --tls-cert cert.pem --tls-key key.pem --keys-file keys --data-root s3://bucket --state /var/lib/kmeans
          aws sagemaker list-training-jobs --endpoint-url http://127.0.0.1:8080
        """;

    private readonly Interruption interruption;
    private readonly Option<string[]?> listen = OptionKinds.Names("--listen", "URL,...", "Where it listens: http:// or https://, an address, a port (0 for any free one)");
    private readonly Option<string[]> roots = OptionKinds.Paths("--data-root", "The folders and s3:// prefixes below which jobs read and write; nothing else is opened", required: true);
    private readonly Option<string?> state = OptionKinds.Text("--state", "DIR", "The service's own folder: its jobs, their checkpoints and models, its log of calls", required: true);
    private readonly Option<string?> store = OptionKinds.Text("--store", "CONNECTION", "Keeps the jobs in this PostgreSQL database instead of a file, such as \"Host=db;Database=kmeans\"");
    private readonly Option<string?> keys = OptionKinds.Text("--keys-file", "FILE", "The keys that calls are signed with, one a line: id, space, secret; required where other machines reach it");
    private readonly Option<string?> token = OptionKinds.Text("--token-file", "FILE", "The token that kmeans submit and the others may use instead of a key");
    private readonly Option<string?> certificate = OptionKinds.Text("--tls-cert", "FILE", "The certificate (PEM) for https");
    private readonly Option<string?> key = OptionKinds.Text("--tls-key", "FILE", "The certificate's key (PEM)");
    private readonly Option<bool> insecure = OptionKinds.Flag("--insecure", "Lets it listen without TLS where other machines reach it");
    private readonly Option<string[]?> workers = OptionKinds.Names("--workers", "URL,...", "Has these worker processes (kmeans worker) compute");
    private readonly Option<string?> workerToken = OptionKinds.Text("--worker-token-file", "FILE", "The workers' token");
    private readonly Option<string?> authority = OptionKinds.Text("--tls-ca", "FILE", "The authorities (PEM) that the workers' certificates are checked with; the system's by default");
    private readonly Option<long?> concurrency = OptionKinds.Whole("--concurrency", "Jobs that run at a time; 2 by default", 1, 64);
    private readonly Option<long?> mostWaiting = OptionKinds.Whole("--most-waiting", "Jobs that may wait; 100,000 by default", 1);
    private readonly Option<long?> threads = CommonOptions.Threads();
    private readonly Option<long?> memoryLimit = OptionKinds.Size("--memory-limit", "What a job's computing may take of memory. Never changes a result");
    private readonly BackendOptions backend = new("What jobs compute with. Never changes a result");
    private readonly Option<long?> longPoll = OptionKinds.Whole("--long-poll", "Seconds that a question about a job that is about to end waits for its end; 30 by default", 0, 50);
    private readonly Option<long?> rate = OptionKinds.Whole("--rate", "Calls a second that one address may make; 10,000 by default", 1, 1_000_000);
    private readonly Option<string?> region = OptionKinds.Text("--region", "NAME", "The region in resources' names; us-east-1 by default");
    private readonly Option<string?> account = OptionKinds.Text("--account", "DIGITS", "The account in resources' names; 12 zeros by default");
    private readonly Option<string?> audit = OptionKinds.Text("--audit-log", "FILE", "Where a line of JSON a call goes; audit.log in --state by default");
    private readonly Option<string?> otlp = OptionKinds.Text("--otlp", "URL", "Where metrics and traces are sent by OTLP; metrics are also at /metrics");

    private ServeCommand(Interruption interruption) => this.interruption = interruption;

    /// <summary>Makes the command.</summary>
    /// <param name="interruption">What stops it.</param>
    /// <returns>The command.</returns>
    public static Command Create(Interruption interruption)
    {
        var command = new ServeCommand(interruption);
        return HelpWithExample.CreateCommand("serve", "Runs the HTTP service: jobs of boto3, the AWS CLI and kmeans submit", Example, command.Options(), command.Run);
    }

    private IEnumerable<Option> Options()
    {
        listen.Required = true;
        return
        [
            listen, roots, state, store, keys, token, certificate, key, insecure, workers, workerToken, authority, concurrency, mostWaiting, threads, memoryLimit, .. backend.All, longPoll, rate, region,
            account, audit, otlp,
        ];
    }

    private int Run(ParseResult parsed)
    {
        var collector = parsed.Read(otlp) is not { } text ? null
            : Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri
            : throw new InputException($"--otlp {text}: is no URL such as http://collector:4317.");
        var defaults = new ServiceOptions { Listen = [], DataRoots = [], StateFolder = "" };
        var options = new ServiceOptions
        {
            Listen = parsed.Read(listen) ?? [],
            DataRoots = parsed.GetRequiredValue(roots),
            StateFolder = Path.GetFullPath(parsed.GetRequiredValue(state)!),
            Store = parsed.Read(store),
            KeysPath = parsed.Read(keys),
            Token = TokenFile.Read(parsed.Read(token)),
            CertificatePath = parsed.Read(certificate),
            CertificateKeyPath = parsed.Read(key),
            Insecure = parsed.Read(insecure),
            Workers = parsed.GetResult(workers) is null ? [] : parsed.Read(workers) ?? [],
            WorkerAccess = new WorkerClientOptions { Token = TokenFile.Read(parsed.Read(workerToken), workerToken.Name), AuthorityPath = parsed.Read(authority) },
            Concurrency = (int)(parsed.Read(concurrency) ?? defaults.Concurrency),
            MostWaiting = (int)(parsed.Read(mostWaiting) ?? defaults.MostWaiting),
            Threads = (int?)parsed.Read(threads),
            MemoryLimitBytes = parsed.Read(memoryLimit),
            Backend = backend.Read(parsed),
            LongPoll = parsed.Read(longPoll) is { } seconds ? TimeSpan.FromSeconds(seconds) : defaults.LongPoll,
            CallsPerSecond = (int)(parsed.Read(rate) ?? defaults.CallsPerSecond),
            Region = parsed.Read(region) ?? defaults.Region,
            Account = parsed.Read(account) ?? defaults.Account,
            AuditLogPath = parsed.Read(audit),
            OtlpEndpoint = collector,
        };
        if (options.Workers.Count > 0 && BackendOptions.IsDevice(options.Backend))
        {
            throw new InputException("--backend gpu: with --workers it is they who compute; give it to 'kmeans worker' on the machines that have one.");
        }

        Adapters.Register();
        Serve(options).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private async Task Serve(ServiceOptions options)
    {
        await using var host = await ServiceHost.StartAsync(options, Messages.Error).ConfigureAwait(false);
        Listening.Announce(host.Addresses);
        await host.RunAsync(interruption.Token).ConfigureAwait(false);
    }
}
