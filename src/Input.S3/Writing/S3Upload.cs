using System.Runtime.ExceptionServices;
using Amazon.S3.Model;
using KMeans.Output;
using KMeans.Storage;

namespace KMeans.Input.S3.Writing;

/// <summary>An object on its way: sent in parts while it is written, which S3 makes an object of only when told to; a small one is sent when it is committed.</summary>
internal sealed class S3Upload : IStagedFile
{
    /// <summary>Up to here an object waits in memory and goes with one request.</summary>
    private const int SmallBytes = 1 << 20;

    /// <summary>A store that does not answer must not keep a process that gives up.</summary>
    private static readonly TimeSpan AbortPatience = TimeSpan.FromSeconds(5);

    private readonly S3Connection connection;
    private readonly ObjectPath path;
    private readonly bool overwrite;
    private readonly int partsAtOnce;
    private readonly CancellationTokenSource giveUp = new();
    private readonly List<Task> sending = [];
    private readonly List<PartETag> parts = [];
    private readonly UploadStream stream;
    private MemoryStream? small;
    private string? upload;
    private bool ended;

    /// <summary>Begins an object. Sends nothing yet.</summary>
    /// <param name="connection">Where.</param>
    /// <param name="settings">The bounds.</param>
    /// <param name="path">The object.</param>
    /// <param name="overwrite">Whether one of that name may be replaced.</param>
    public S3Upload(S3Connection connection, S3Settings settings, ObjectPath path, bool overwrite)
    {
        (this.connection, this.path, this.overwrite, partsAtOnce) = (connection, path, overwrite, settings.PartsAtOnce);
        stream = new UploadStream(settings.PartBytes, Send, Finish);
    }

    /// <inheritdoc/>
    public Stream Stream => stream;

    /// <inheritdoc/>
    public void Commit()
    {
        stream.Dispose();
        var unlessThere = overwrite ? null : "*";
        if (upload is null)
        {
            var request = new PutObjectRequest { BucketName = path.Bucket, Key = path.Key, InputStream = small ?? throw Broken(), AutoCloseStream = false, UseChunkEncoding = false, IfNoneMatch = unlessThere };
            connection.Send(path.ToString(), client => client.PutObjectAsync(request, giveUp.Token));
        }
        else
        {
            if (parts.Count < sending.Count || sending.Exists(task => !task.IsCompletedSuccessfully))
            {
                throw Broken();
            }

            var request = new CompleteMultipartUploadRequest
            {
                BucketName = path.Bucket,
                Key = path.Key,
                UploadId = upload,
                PartETags = [.. parts.OrderBy(part => part.PartNumber)],
                IfNoneMatch = unlessThere,
            };
            connection.Send(path.ToString(), client => client.CompleteMultipartUploadAsync(request, giveUp.Token));
        }

        ended = true;
    }

    /// <summary>Withdraws the object where it was not committed. Also while another thread still writes.</summary>
    public void Dispose()
    {
        if (ended)
        {
            return;
        }

        ended = true;
        giveUp.Cancel();
        if (upload is not null)
        {
            // Parts that are left would be kept, and paid for, until a rule of the bucket or somebody deletes them.
            using var patience = new CancellationTokenSource(AbortPatience);
            var request = new AbortMultipartUploadRequest { BucketName = path.Bucket, Key = path.Key, UploadId = upload };
            try
            {
                Task.WhenAll(Pending()).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(AbortPatience);
                connection.Send(path.ToString(), client => client.AbortMultipartUploadAsync(request, patience.Token));
            }
            catch (Exception e) when (e is IOException or InputException)
            {
            }
        }
    }

    private Task[] Pending()
    {
        lock (sending)
        {
            return [.. sending];
        }
    }

    private IOException Broken() => new($"{path}: not all of it could be sent.");

    /// <summary>Sends a part while the next one is written; waits where several are on their way.</summary>
    private void Send(int number, MemoryStream content)
    {
        giveUp.Token.ThrowIfCancellationRequested();
        upload ??= connection.Send(path.ToString(), client => client.InitiateMultipartUploadAsync(path.Bucket, path.Key, giveUp.Token)).UploadId;
        while (Pending().Where(task => !task.IsCompleted).ToArray() is { } running && running.Length >= partsAtOnce)
        {
            Task.WaitAny(running);
        }

        ThrowFailure();
        lock (sending)
        {
            sending.Add(Task.Run(() => SendAsync(number, content)));
        }
    }

    private async Task SendAsync(int number, MemoryStream content)
    {
        content.Position = 0;
        var request = new UploadPartRequest
        {
            BucketName = path.Bucket,
            Key = path.Key,
            UploadId = upload,
            PartNumber = number,
            PartSize = content.Length,
            InputStream = content,
            UseChunkEncoding = false,
        };
        var answer = await connection.SendAsync(path.ToString(), client => client.UploadPartAsync(request, giveUp.Token)).ConfigureAwait(false);
        lock (parts)
        {
            parts.Add(new PartETag(number, answer.ETag));
        }
    }

    /// <summary>Keeps a small object for its one request; sends the rest of another and waits until all is there.</summary>
    private void Finish(MemoryStream first, bool hasOthers)
    {
        if (giveUp.IsCancellationRequested)
        {
            return;
        }

        if (!hasOthers && first.Length <= SmallBytes)
        {
            first.Position = 0;
            small = first;
            return;
        }

        Send(1, first);
        Task.WaitAll(Pending().Select(task => task.ContinueWith(static _ => { }, TaskScheduler.Default)).ToArray());
        ThrowFailure();
    }

    private void ThrowFailure()
    {
        if (Pending().FirstOrDefault(task => task.IsFaulted)?.Exception is { InnerException: { } failure })
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }
}
