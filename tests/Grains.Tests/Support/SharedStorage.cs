using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Serialization;
using Orleans.Storage;

namespace KMeans.Grains.Tests.Support;

/// <summary>What a database would hold: it outlives the silos of a test, keeps bytes, and refuses writers that have not seen the version before.</summary>
internal sealed class SharedRows
{
    private readonly ConcurrentDictionary<(string, GrainId), (byte[] Bytes, int Version)> rows = [];

    /// <summary>Names of the grains that have something stored.</summary>
    public IEnumerable<string> Keys => rows.Keys.Select(key => key.Item2.ToString());

    /// <summary>Asked before each write, by the state's name: what it throws is the write's failure.</summary>
    public Action<string> Writing { get; set; } = _ => { };

    /// <summary>A silo's way to it.</summary>
    public IGrainStorage For(Serializer serializer) => new Storage(this, serializer);

    private sealed class Storage(SharedRows shared, Serializer serializer) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var found = shared.rows.TryGetValue((stateName, grainId), out var row);
            grainState.RecordExists = found;
            grainState.ETag = found ? Text(row.Version) : null;
            grainState.State = found ? serializer.Deserialize<T>(row.Bytes) : Activator.CreateInstance<T>();
            return Task.CompletedTask;
        }

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            shared.Writing(stateName);
            lock (shared)
            {
                Require(stateName, grainId, grainState);
                var version = shared.rows.TryGetValue((stateName, grainId), out var row) ? row.Version + 1 : 1;
                shared.rows[(stateName, grainId)] = (serializer.SerializeToArray(grainState.State), version);
                (grainState.ETag, grainState.RecordExists) = (Text(version), true);
            }

            return Task.CompletedTask;
        }

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            lock (shared)
            {
                Require(stateName, grainId, grainState);
                shared.rows.TryRemove((stateName, grainId), out _);
                (grainState.ETag, grainState.RecordExists) = (null, false);
            }

            return Task.CompletedTask;
        }

        private static string Text(int version) => version.ToString(CultureInfo.InvariantCulture);

        private void Require<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            var stored = shared.rows.TryGetValue((stateName, grainId), out var row) ? Text(row.Version) : null;
            if (stored != grainState.ETag)
            {
                throw new InconsistentStateException($"{grainId} has version {stored}", stored ?? "", grainState.ETag ?? "");
            }
        }
    }
}
