using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;

namespace KMeans.Http.Service.Security;

/// <summary>One call, for whoever looks into what happened.</summary>
/// <param name="Time">When it was answered.</param>
/// <param name="Id">The call's id, which its answer has in x-amzn-RequestId.</param>
/// <param name="From">The caller's address.</param>
/// <param name="Caller">The access key's id, "token", "anonymous", or "-" where it was refused before that was known.</param>
/// <param name="Operation">The operation, or method and path.</param>
/// <param name="Subject">What it was about, or null.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Error">The error's name, or null.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record AuditEntry(DateTimeOffset Time, string Id, string From, string Caller, string Operation, string? Subject, int Status, string? Error, double Milliseconds);

/// <summary>Writes a line of JSON a call. A file that is full is put aside, and the one before is dropped; calls never wait for the disk.</summary>
internal sealed class AuditLog : IAsyncDisposable
{
    private const long DefaultMostBytes = 64L << 20;
    private const int MostWaiting = 10_000;

    private readonly Channel<AuditEntry> entries = Channel.CreateBounded<AuditEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly string path;
    private readonly Action<string> warn;
    private readonly string option;
    private readonly long mostBytes;
    private readonly Task writing;
    private StreamWriter? file;

    /// <summary>Opens it; what is there is kept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="warn">Told where it cannot be written.</param>
    /// <param name="option">What the file is given with, for messages.</param>
    /// <param name="mostBytes">A file that is longer is put aside.</param>
    /// <exception cref="InputException">It cannot be opened.</exception>
    public AuditLog(string path, Action<string> warn, string option = "--audit-log", long mostBytes = DefaultMostBytes)
    {
        this.path = path;
        this.warn = warn;
        this.option = option;
        this.mostBytes = mostBytes;
        try
        {
            file = Open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{option} {path}: cannot be written ({e.Message.TrimEnd('.')}).", e);
        }

        writing = Task.Run(WriteAsync);
    }

    /// <summary>Adds a call.</summary>
    /// <param name="entry">The call.</param>
    /// <returns>When it is on its way: at once, but where the disk is far behind.</returns>
    public ValueTask AddAsync(AuditEntry entry) => entries.Writer.WriteAsync(entry);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        entries.Writer.TryComplete();
        await writing.ConfigureAwait(false);
    }

    private StreamWriter Open() => new(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete));

    private async Task WriteAsync()
    {
        var warned = false;
        while (await entries.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            try
            {
                await WriteBatchAsync().ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (!warned)
                {
                    warn($"{option} {path}: cannot be written ({e.Message.TrimEnd('.')}); calls are answered without it.");
                    warned = true;
                }

                await CloseAsync().ConfigureAwait(false);
            }
        }

        await CloseAsync().ConfigureAwait(false);
    }

    private async Task WriteBatchAsync()
    {
        file ??= Open();
        while (entries.Reader.TryRead(out var entry))
        {
            await file.WriteLineAsync(JsonSerializer.Serialize(entry, AuditJson.Default.AuditEntry)).ConfigureAwait(false);
        }

        await file.FlushAsync().ConfigureAwait(false);
        if (file.BaseStream.Length > mostBytes)
        {
            await CloseAsync().ConfigureAwait(false);
            File.Move(path, path + ".1", overwrite: true);
        }
    }

    /// <summary>What comes next opens it again. What could not be written is lost, and nobody waits for it.</summary>
    private async Task CloseAsync()
    {
        if (file is not { } closing)
        {
            return;
        }

        file = null;
        try
        {
            await closing.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // Its last bytes do not fit on the disk either.
        }
    }
}

/// <summary>The JSON of the log, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEntry))]
internal sealed partial class AuditJson : JsonSerializerContext;
