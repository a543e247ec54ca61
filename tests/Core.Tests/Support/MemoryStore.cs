using KMeans.Input;
using KMeans.Output;
using KMeans.Storage;

namespace KMeans.Tests.Support;

/// <summary>A store of objects in memory, under mem://; every test takes a bucket of its own.</summary>
internal sealed class MemoryStore : IObjectStore
{
    private static readonly MemoryStore Instance = new();
    private readonly Lock gate = new();
    private readonly SortedDictionary<(string Bucket, string Key), byte[]> objects = new(Comparer<(string, string)>.Create((a, b) =>
        string.CompareOrdinal(a.Item1, b.Item1) is not 0 and var buckets ? buckets : string.CompareOrdinal(a.Item2, b.Item2)));

    /// <summary>What was done to objects, in order: "+key" and "-key".</summary>
    public List<string> Changes { get; } = [];

    /// <summary>Keys whose commit fails.</summary>
    public HashSet<string> Broken { get; } = [];

    /// <summary>A bucket that no other test has, and the store.</summary>
    public static (MemoryStore Store, string Bucket) New()
    {
        ObjectStores.Register("mem", () => Instance);
        return (Instance, $"mem://{Guid.NewGuid():n}");
    }

    public void Put(string path, byte[]? content = null)
    {
        var place = ObjectPath.Parse(path);
        lock (gate)
        {
            objects[(place.Bucket, place.Key)] = content ?? [];
        }
    }

    public string[] Names(string bucket) => [.. List(ObjectPath.Parse(bucket)).Select(item => item.Path.Key)];

    public StoredObject? Find(ObjectPath path)
    {
        lock (gate)
        {
            return objects.TryGetValue((path.Bucket, path.Key), out var content) ? new StoredObject(path, content.Length, "1") : null;
        }
    }

    public IEnumerable<StoredObject> List(ObjectPath prefix)
    {
        lock (gate)
        {
            return [.. objects.Where(item => item.Key.Bucket == prefix.Bucket && item.Key.Key.StartsWith(prefix.Key, StringComparison.Ordinal))
                .Select(item => new StoredObject(prefix with { Key = item.Key.Key }, item.Value.Length, "1"))];
        }
    }

    public ByteSource Open(StoredObject item)
    {
        lock (gate)
        {
            return new Bytes(item.Path.ToString(), objects[(item.Path.Bucket, item.Path.Key)]);
        }
    }

    public IStagedFile Create(ObjectPath path, bool overwrite) => new Staged(this, path);

    public void Delete(ObjectPath path)
    {
        lock (gate)
        {
            objects.Remove((path.Bucket, path.Key));
            Changes.Add($"-{path}");
        }
    }

    private sealed class Staged(MemoryStore store, ObjectPath path) : IStagedFile
    {
        private readonly MemoryStream stream = new();

        public Stream Stream => stream;

        public void Commit()
        {
            if (store.Broken.Contains(path.ToString()))
            {
                throw new IOException($"{path}: broken.");
            }

            store.Put(path.ToString(), stream.ToArray());
            store.Changes.Add($"+{path}");
        }

        public void Dispose()
        {
        }
    }

    private sealed class Bytes(string path, byte[] content) : ByteSource
    {
        public override string Path => path;

        public override long Length => content.Length;

        protected override int ReadSome(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Clamp(content.Length - offset, 0, buffer.Length);
            content.AsSpan((int)Math.Min(offset, content.Length), count).CopyTo(buffer);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
