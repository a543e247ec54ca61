using System.Collections.Concurrent;
using KMeans.Http.Service.Security;
using KMeans.Http.Tests.Support;

namespace KMeans.Http.Tests.Service.Security;

public sealed class AuditLogTests : IDisposable
{
    private readonly Folder folder = new();

    [Fact]
    public async Task Add_WhereAFullFileCannotBePutAside_GoesOnAndSaysSoOnce()
    {
        // A folder is where the full file would go.
        Directory.CreateDirectory(folder["audit.1"]);
        File.WriteAllText(folder["audit.1/taken"], "");
        var warnings = new ConcurrentQueue<string>();
        await using (var log = new AuditLog(folder["audit"], warnings.Enqueue, mostBytes: 1))
        {
            for (var i = 0; i < 50; i++)
            {
                await log.AddAsync(Entry(i));
            }
        }

        Assert.Contains("cannot be written", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("call-0", File.ReadAllText(folder["audit"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_ToAFullFile_PutsItAside()
    {
        await using (var log = new AuditLog(folder["audit"], message => Assert.Fail(message), mostBytes: 1 << 10))
        {
            for (var i = 0; i < 50; i++)
            {
                await log.AddAsync(Entry(i));
            }
        }

        Assert.True(File.Exists(folder["audit.1"]));
    }

    public void Dispose() => folder.Dispose();

    private static AuditEntry Entry(int i) => new(DateTimeOffset.UnixEpoch, $"call-{i}", "127.0.0.1", "token", "ListTrainingJobs", null, 200, null, 1);
}
