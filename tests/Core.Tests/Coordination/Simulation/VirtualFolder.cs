using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>A checkpoint's folder in memory that outlives coordinators: writes fail, and the process may die before, within and after each step of a write.</summary>
internal sealed class VirtualFolder(Random random, double writeFault) : ICheckpointFolder
{
    private readonly Dictionary<string, byte[]> files = [];

    /// <summary>Steps until the process dies; negative for never.</summary>
    public int StepsToCrash { get; set; } = -1;

    /// <summary>Writes that failed.</summary>
    public int Failures { get; private set; }

    /// <summary>The most blocks that a manifest named.</summary>
    public int MostBlocks { get; private set; }

    public string Path => "/virtual";

    public IReadOnlyList<string> Names() => [.. files.Keys];

    public Stream Open(string name) => files.TryGetValue(name, out var bytes) ? new MemoryStream(bytes) : throw new FileNotFoundException($"{name} is not there");

    public void Write(string name, Action<Stream> write)
    {
        Step();
        var stream = new MemoryStream();
        write(stream);
        var bytes = stream.ToArray();
        files[name + ".partial"] = bytes[..random.Next(bytes.Length + 1)];
        Step();
        if (random.NextDouble() < writeFault)
        {
            Failures++;
            files.Remove(name + ".partial");
            throw new IOException("simulated: no space left on device");
        }

        files.Remove(name + ".partial");
        files[name] = bytes;
        if (name == Manifest.Name)
        {
            MostBlocks = Math.Max(MostBlocks, Manifest.Read(new MemoryStream(bytes)).Blocks.Count);
        }

        Step();
    }

    public void Delete(string name)
    {
        Step();
        files.Remove(name);
        Step();
    }

    public void DeleteIfEmpty()
    {
    }

    public void Dispose()
    {
    }

    /// <summary>Flips a bit of a random file, or cuts it short.</summary>
    /// <returns>Its name, or null where there is none.</returns>
    public string? Damage()
    {
        var names = files.Keys.Where(name => !name.EndsWith(".partial", StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            return null;
        }

        var name = names[random.Next(names.Length)];
        var bytes = files[name].ToArray();
        if (random.Next(2) == 0)
        {
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        }
        else
        {
            bytes = bytes[..random.Next(bytes.Length)];
        }

        files[name] = bytes;
        return name;
    }

    private void Step()
    {
        if (StepsToCrash >= 0 && StepsToCrash-- == 0)
        {
            throw new SimulatedCrash();
        }
    }
}
