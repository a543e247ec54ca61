using Amazon.S3.Model;
using KMeans.Input.S3.Reading;
using KMeans.Input.S3.Writing;
using KMeans.Output;
using KMeans.Storage;

namespace KMeans.Input.S3;

/// <summary>Amazon S3 and what speaks like it, as s3:// paths.</summary>
/// <remarks>Endpoint, region and credentials come from the environment, the profile and the machine's role, as for other programs of AWS.</remarks>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    /// <summary>What its paths begin with.</summary>
    public const string Scheme = "s3";

    private readonly S3Settings settings;
    private readonly S3Connection connection;
    private readonly BlockPool blocks;

    /// <summary>Reads the environment. Connects to nothing yet.</summary>
    /// <exception cref="InputException">A setting is wrong.</exception>
    public S3ObjectStore()
        : this(new S3Settings())
    {
    }

    /// <summary>As the other form, with the bounds given.</summary>
    /// <param name="settings">The bounds.</param>
    internal S3ObjectStore(S3Settings settings)
    {
        this.settings = settings;
        connection = new S3Connection(settings);
        blocks = new BlockPool(settings, new RangeReader(connection, settings).ReadAsync);
    }

    /// <inheritdoc/>
    public StoredObject? Find(ObjectPath path)
    {
        try
        {
            var head = connection.Send(path.ToString(), client => client.GetObjectMetadataAsync(path.Bucket, path.Key));
            return new StoredObject(path, head.ContentLength, head.ETag);
        }
        catch (InputException e) when (e.InnerException is { } inner && (S3Failures.IsMissing(inner) || IsForbidden(inner)))
        {
            // Such an answer has no body. A listing says whether it is the bucket that is missing, or who may not look.
            // Of all names that begin with its own it is the first.
            return List(path).FirstOrDefault() is { } first && first.Path == path ? first : null;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<StoredObject> List(ObjectPath prefix)
    {
        var request = new ListObjectsV2Request { BucketName = prefix.Bucket, Prefix = prefix.Key };
        while (true)
        {
            var page = connection.Send(prefix.ToString(), client => client.ListObjectsV2Async(request));
            foreach (var item in page.S3Objects ?? [])
            {
                yield return new StoredObject(prefix with { Key = item.Key }, item.Size ?? 0, item.ETag);
            }

            if (page.IsTruncated != true)
            {
                yield break;
            }

            request.ContinuationToken = page.NextContinuationToken;
        }
    }

    /// <inheritdoc/>
    public ByteSource Open(StoredObject item) => new S3ByteSource(item, blocks);

    /// <inheritdoc/>
    public IStagedFile Create(ObjectPath path, bool overwrite) => new S3Upload(connection, settings, path, overwrite);

    /// <inheritdoc/>
    public void Delete(ObjectPath path) => connection.Send(path.ToString(), client => client.DeleteObjectAsync(path.Bucket, path.Key));

    /// <inheritdoc/>
    public void Dispose()
    {
        blocks.Dispose();
        connection.Dispose();
    }

    private static bool IsForbidden(Exception e) => e is Amazon.S3.AmazonS3Exception { StatusCode: System.Net.HttpStatusCode.Forbidden };
}
