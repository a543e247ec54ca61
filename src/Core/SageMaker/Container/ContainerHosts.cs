using System.Text.Json;

namespace KMeans.SageMaker;

/// <summary>The hosts of a job, from resourceconfig.json.</summary>
/// <param name="Current">This host.</param>
/// <param name="All">All of them, this one included, in ordinal order.</param>
public sealed record ContainerHosts(string Current, IReadOnlyList<string> All)
{
    private const int MostHosts = 1024;
    private const int LongestName = 253;

    /// <summary>A container that runs alone.</summary>
    public static ContainerHosts Alone { get; } = new("algo-1", ["algo-1"]);

    /// <summary>The host that coordinates: the first.</summary>
    public string Coordinator => All[0];

    /// <summary>Whether this host coordinates.</summary>
    public bool IsCoordinator => Current == Coordinator;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The hosts.</returns>
    /// <exception cref="InputException">It cannot be read, or names no hosts.</exception>
    internal static ContainerHosts Read(string path)
    {
        using var document = ConfigurationFile.Read(path);
        var current = ConfigurationFile.Text(path, document.RootElement, "current_host") ?? throw ConfigurationFile.Refuse(path, "has no current_host");
        if (!document.RootElement.TryGetProperty("hosts", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostHosts)
        {
            throw ConfigurationFile.Refuse(path, $"hosts must be a list of 1 to {MostHosts} names");
        }

        var hosts = new List<string>();
        foreach (var element in list.EnumerateArray())
        {
            var host = element.ValueKind == JsonValueKind.String ? ConfigurationFile.Decode(path, element) : "";
            if (host.Length is 0 or > LongestName || !char.IsAsciiLetterOrDigit(host[0]) || !host.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_'))
            {
                throw ConfigurationFile.Refuse(path, $"hosts has '{host}', which is no host's name");
            }

            hosts.Add(host);
        }

        hosts.Sort(StringComparer.Ordinal);
        return hosts.Distinct(StringComparer.Ordinal).Count() < hosts.Count ? throw ConfigurationFile.Refuse(path, "hosts names a host twice")
            : !hosts.Contains(current) ? throw ConfigurationFile.Refuse(path, $"current_host '{current}' is not among hosts ({string.Join(", ", hosts.Take(10))})")
            : new ContainerHosts(current, hosts);
    }
}
