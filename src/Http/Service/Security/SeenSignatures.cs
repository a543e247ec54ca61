using System.Buffers.Binary;
using System.Collections.Concurrent;
using KMeans.Http.Service.Api;

namespace KMeans.Http.Service.Security;

/// <summary>When signatures were seen first, for as long as they could be taken again. Thread-safe; bounded.</summary>
/// <param name="clock">The time.</param>
/// <param name="memory">How long it must remember.</param>
internal sealed class SeenSignatures(TimeProvider clock, TimeSpan memory)
{
    /// <summary>Some 100 MB. Twice as many calls in ten minutes as the default rate lets one caller make.</summary>
    private const int MostEntries = 2_000_000;

    private readonly Lock gate = new();
    private ConcurrentDictionary<UInt128, long> recent = new();
    private ConcurrentDictionary<UInt128, long> older = new();
    private long count;
    private long began = clock.GetTimestamp();

    /// <summary>Notes a signature.</summary>
    /// <param name="signature">64 hexadecimal digits, verified.</param>
    /// <returns>How long ago it was seen first; zero for the first time.</returns>
    /// <exception cref="ApiException">More are seen than can be remembered.</exception>
    public TimeSpan Since(string signature)
    {
        // Half of a hash: nobody finds two that agree in it.
        var key = BinaryPrimitives.ReadUInt128BigEndian(Convert.FromHexString(signature.AsSpan(0, 32)));
        Turn();
        if (older.TryGetValue(key, out var first))
        {
            return clock.GetElapsedTime(first);
        }

        if (Interlocked.Increment(ref count) > MostEntries)
        {
            throw ApiErrors.Throttling();
        }

        var now = clock.GetTimestamp();
        return clock.GetElapsedTime(recent.GetOrAdd(key, now), now);
    }

    /// <summary>Forgets what is older than it needs to be: two halves, each of which covers the whole time.</summary>
    private void Turn()
    {
        if (clock.GetElapsedTime(Volatile.Read(ref began)) <= memory)
        {
            return;
        }

        lock (gate)
        {
            if (clock.GetElapsedTime(began) > memory)
            {
                (older, recent) = (recent, new ConcurrentDictionary<UInt128, long>());
                Interlocked.Exchange(ref count, 0);
                Volatile.Write(ref began, clock.GetTimestamp());
            }
        }
    }
}
