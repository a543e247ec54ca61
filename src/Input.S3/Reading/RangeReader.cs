using System.Net;
using Amazon.S3.Model;
using KMeans.Storage;
using Polly;
using Polly.Retry;

namespace KMeans.Input.S3.Reading;

/// <summary>Reads ranges of objects, and goes on where an answer broke off.</summary>
/// <param name="connection">Where.</param>
/// <param name="settings">The bounds.</param>
internal sealed class RangeReader(S3Connection connection, S3Settings settings)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100);

    private readonly ResiliencePipeline resumes = Resumes(settings);

    /// <summary>Fills buffers with a range.</summary>
    /// <param name="item">The object.</param>
    /// <param name="offset">Where the range begins.</param>
    /// <param name="buffers">Out, one after the other.</param>
    /// <param name="filled">Told each buffer when it is full, in order.</param>
    /// <param name="cancellation">Nobody wants the bytes any more.</param>
    /// <exception cref="InputException">The object changed, is gone, or may not be read.</exception>
    /// <exception cref="IOException">It failed as often as it was tried.</exception>
    public async Task ReadAsync(StoredObject item, long offset, IReadOnlyList<Memory<byte>> buffers, Action<int> filled, CancellationToken cancellation)
    {
        var place = new Place();
        try
        {
            await resumes.ExecuteAsync(async token => await ReadSomeAsync(item, offset, buffers, place, filled, token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (BrokenOffException e)
        {
            throw new IOException($"{item.Path}: {connection.Address} broke off its answer {settings.Resumes + 1} times ({e.Message.TrimEnd('.')}); try again later.", e);
        }
    }

    /// <summary>Waits that double, spread so that those who were cut off together do not come back together.</summary>
    private static ResiliencePipeline Resumes(S3Settings settings) => settings.Resumes == 0
        ? ResiliencePipeline.Empty
        : new ResiliencePipelineBuilder { TimeProvider = settings.Time }.AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<BrokenOffException>(),
            MaxRetryAttempts = settings.Resumes,
            Delay = FirstWait,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
        }).Build();

    private async Task ReadSomeAsync(StoredObject item, long offset, IReadOnlyList<Memory<byte>> buffers, Place place, Action<int> filled, CancellationToken cancellation)
    {
        var request = new GetObjectRequest
        {
            BucketName = item.Path.Bucket,
            Key = item.Path.Key,
            EtagToMatch = item.Version,
            ByteRange = new ByteRange(offset + place.Total, offset + buffers.Sum(buffer => (long)buffer.Length) - 1),
        };
        using var answer = await GetAsync(item, request, cancellation).ConfigureAwait(false);
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        while (place.Buffer < buffers.Count)
        {
            var rest = buffers[place.Buffer][place.Filled..];
            var read = 0;
            try
            {
                silence.CancelAfter(settings.Silence);
                read = await answer.ResponseStream.ReadAsync(rest, silence.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (S3Failures.IsOurs(e) && !cancellation.IsCancellationRequested)
            {
                throw new BrokenOffException(e is OperationCanceledException ? "it sent nothing for a while" : e.Message, e);
            }

            if (read == 0)
            {
                throw new BrokenOffException("it ended early", null);
            }

            place.Advance(read, buffers[place.Buffer].Length, filled);
        }
    }

    private async Task<GetObjectResponse> GetAsync(StoredObject item, GetObjectRequest request, CancellationToken cancellation)
    {
        GetObjectResponse answer;
        try
        {
            answer = await connection.SendAsync(item.Path.ToString(), client => client.GetObjectAsync(request, cancellation)).ConfigureAwait(false);
        }
        catch (InputException e) when (e.InnerException is { } inner && (S3Failures.IsChanged(inner) || S3Failures.IsMissing(inner)))
        {
            throw Changed(item, inner);
        }

        if (answer.HttpStatusCode != HttpStatusCode.PartialContent && !request.ByteRange.FormattedByteRange.StartsWith("bytes=0-", StringComparison.Ordinal))
        {
            answer.Dispose();
            throw new InputException($"{item.Path}: {connection.Address} does not give parts of objects; use another server.");
        }

        // Not every server knows conditions; all say which version they sent.
        if (answer.ETag is { Length: > 0 } version && version != item.Version)
        {
            answer.Dispose();
            throw Changed(item, null);
        }

        return answer;
    }

    private static InputException Changed(StoredObject item, Exception? e)
    {
        var message = $"{item.Path}: was changed or deleted while it was read; leave the input as it is until the command ends, and start again.";
        return e is null ? new InputException(message) : new InputException(message, e);
    }

    /// <summary>How far the buffers are full.</summary>
    private sealed class Place
    {
        public int Buffer { get; private set; }

        public int Filled { get; private set; }

        public long Total { get; private set; }

        public void Advance(int read, int bufferLength, Action<int> filled)
        {
            Total += read;
            Filled += read;
            if (Filled == bufferLength)
            {
                filled(Buffer++);
                Filled = 0;
            }
        }
    }

    private sealed class BrokenOffException(string message, Exception? e) : Exception(message, e);
}
