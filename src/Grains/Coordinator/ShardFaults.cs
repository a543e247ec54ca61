using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>Makes every failure of a shard, or of the way to it, one of the kinds that the coordinator knows.</summary>
internal static class ShardFaults
{
    /// <summary>What a failure means.</summary>
    /// <param name="e">The failure.</param>
    /// <returns>What the coordinator is told; null for an error of the program.</returns>
    public static Exception? Translate(Exception e) => e switch
    {
        InputException or InstanceFaultException or OperationCanceledException => e,
        SummaryFormatException => new InstanceFaultException(e.Message.TrimEnd('.'), transient: true),
        StaleEpochException => new InstanceFaultException("another coordinator has taken the job over", transient: false),
        TimeoutException => new InstanceFaultException("it did not answer in time", transient: true),
        SiloUnavailableException => new InstanceFaultException("its silo is gone", transient: true),
        OrleansException => new InstanceFaultException($"the call failed ({e.GetType().Name})", transient: true),
        IOException or System.Net.Sockets.SocketException => new InstanceFaultException($"the connection broke ({e.Message.TrimEnd('.')})", transient: true),
        _ => null,
    };
}
