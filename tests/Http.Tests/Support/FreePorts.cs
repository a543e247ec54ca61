using System.Net;
using System.Net.Sockets;

namespace KMeans.Tests.Support;

/// <summary>Ports of this machine that nobody uses.</summary>
internal static class FreePorts
{
    /// <summary>Ports that were free a moment ago, all at once, so that they differ.</summary>
    public static int[] Take(int count)
    {
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
        {
            listener.Start();
        }

        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }
}
