using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using KMeans.Silo.Tests.Support;

namespace KMeans.Silo.Tests;

public sealed class SiloProgramTests
{
    [Fact]
    public async Task ApplySchema_WithoutADatabase_IsRefused() => Assert.StartsWith("silo: Silo:PostgreSql: ", await Refusal(SiloProgram.ApplySchema), StringComparison.Ordinal);

    [Theory]
    [InlineData("Silo:PostgreSql", "nonsense")]
    [InlineData("Silo:DataRoots", "/nowhere/at/all")]
    [InlineData("Silo:Threads", "-1")]
    public async Task Run_WrongSetting_EndsWithALineThatNamesIt(string name, string value)
    {
        var ports = FreePorts.Take(3);

        var refusal = await Refusal([.. Arguments(ports), $"--{name}", value]);

        Assert.StartsWith($"silo: {name}", refusal, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "SiloPort")]
    [InlineData(1, "GatewayPort")]
    [InlineData(2, "HttpPort")]
    public async Task Run_PortIsTaken_EndsWithALineThatNamesIt(int which, string name)
    {
        var ports = FreePorts.Take(3);
        using var other = new TcpListener(IPAddress.Loopback, ports[which]);
        other.Start();

        var refusal = await Refusal(Arguments(ports));

        Assert.StartsWith($"silo: Silo:{name}: port {ports[which]} ", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_ReachedOnThisMachineAlone_ListensThereAlone()
    {
        var ports = FreePorts.Take(3);
        await using var silo = await RunningSilo.StartAsync(ports);

        var listening = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(listener => ports.Contains(listener.Port)).ToArray();

        Assert.Equal(ports.Order(), listening.Select(listener => listener.Port).Order());
        Assert.All(listening, listener => Assert.True(IPAddress.IsLoopback(listener.Address), $"{listener}"));
    }

    private static string[] Arguments(int[] ports) =>
        [$"--Silo:SiloPort={ports[0]}", $"--Silo:GatewayPort={ports[1]}", $"--Silo:HttpPort={ports[2]}", $"--Silo:DataRoots={Path.GetTempPath()}"];

    /// <summary>What a silo that does not start says: one line, with exit code 2.</summary>
    private static async Task<string> Refusal(params string[] arguments)
    {
        var before = Console.Error;
        using var errors = new StringWriter();
        Console.SetError(errors);
        try
        {
            Assert.Equal(2, await SiloProgram.RunAsync(arguments));
        }
        finally
        {
            Console.SetError(before);
        }

        return Assert.Single(errors.ToString().TrimEnd().Split('\n'));
    }
}
