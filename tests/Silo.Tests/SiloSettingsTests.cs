using Microsoft.Extensions.Configuration;

namespace KMeans.Silo.Tests;

public sealed class SiloSettingsTests
{
    /// <summary>Wrong values, each for the setting that its message has to name.</summary>
    public static TheoryData<string, string> Wrong => new()
    {
        { "ClusterId", "" },
        { "ServiceId", "" },
        { "AdvertisedAddress", "silo-0.silos" },
        { "AdvertisedAddress", "0.0.0.0" },
        { "AdvertisedAddress", "::" },
        { "SiloPort", "0" },
        { "SiloPort", "65536" },
        { "SiloPort", "first" },
        { "GatewayPort", "-1" },
        { "HttpPort", "65536" },
        { "HttpPort", "11111" },
        { "HttpPort", "30000" },
        { "PrimaryPort", "-1" },
        { "PrimaryPort", "65536" },
        { "DataRoots", "" },
        { "DataRoots", " ; " },
        { "Threads", "-1" },
        { "Threads", "1025" },
        { "Threads", "1.5" },
        { "MemoryLimit", "-1" },
        { "MemoryLimit", "4G" },
        { "Backend", "abacus" },
        { "Accelerator", "perhaps" },
        { "OtlpEndpoint", "collector:4317" },
        { "OtlpEndpoint", "/var/run/collector" },
        { "ServiceKeysFile", "/etc/kmeans/keys" },
        { "ServiceTokenFile", "/etc/kmeans/token" },
        { "ServiceAuditLog", "/var/log/kmeans" },
        { "ServiceCallsPerSecond", "0" },
        { "ServiceCallsPerSecond", "1000001" },
        { "ServiceMostWaiting", "0" },
        { "ServiceRegion", "Europe" },
        { "ServiceAccount", "12345" },
        { "ServiceConcurrency", "0" },
        { "ServiceConcurrency", "65" },
        { "ServiceLongPollSeconds", "51" },
        { "ShutdownSeconds", "0" },
        { "ShutdownSeconds", "3601" },
        { "DataRoot", "/data" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongSetting_IsRefusedInALineThatNamesIt(string name, string value)
    {
        var error = Assert.Throws<InputException>(() => Read((name, value)));

        Assert.Contains($"Silo:{name}", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Wrong_EverySettingThatCanBe_IsThere()
    {
        // A silo may have any name, a folder is judged by the file system, and a connection string by Npgsql, when the silo is put together.
        var names = typeof(SiloSettings).GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name).Except(["SiloName", "PostgreSql", "ServiceFolder"]);

        Assert.Empty(names.Except(Wrong.Select(wrong => (string)wrong[0])));
    }

    [Theory]
    [InlineData("AdvertisedAddress", "10.0.0.1", "")]
    [InlineData("PrimaryPort", "11111", "Host=db")]
    public void Read_SettingDoesNotGoWithTheDatabase_IsRefused(string name, string value, string postgreSql)
    {
        var error = Assert.Throws<InputException>(() => Read((name, value), ("PostgreSql", postgreSql)));

        Assert.StartsWith($"Silo:{name}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("PostgreSql", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ServiceThatOthersReach_NeedsKeys()
    {
        var error = Assert.Throws<InputException>(() => Read(("ServiceFolder", "/var/lib/kmeans"), ("AdvertisedAddress", "10.0.0.1"), ("PostgreSql", "Host=db")));

        Assert.StartsWith("Silo:ServiceKeysFile: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OnlyWhatIsRequired_FillsInTheRest()
    {
        var settings = Read(("SiloPort", "12000"));

        Assert.True(settings.IsDevelopment && settings.IsLoopback);
        Assert.Equal((12000, 12000), (settings.SiloPort, settings.PrimaryPort));
        Assert.Equal($"{Environment.MachineName}-12000", settings.SiloName);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount - 1), settings.Threads);
    }

    [Fact]
    public void DataFolders_Several_AreTrimmed() => Assert.Equal(["/a", "/b c"], Read(("DataRoots", "/a; /b c;")).DataFolders);

    private static SiloSettings Read(params (string Name, string Value)[] settings)
    {
        var values = new Dictionary<string, string?> { ["Silo:DataRoots"] = "/data" };
        foreach (var (name, value) in settings)
        {
            values[$"Silo:{name}"] = value;
        }

        return SiloSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
