using System.Text.RegularExpressions;
using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests.Local;

/// <summary>The cluster on one machine; tests/Cluster.Tests run one.</summary>
public sealed class ClusterScriptTests
{
    private const string Script = "deploy/local/cluster.sh";

    [SiloTheory]
    [InlineData(Script)]
    public void Settings_OfTheScript_AreTheSilos(string script)
    {
        var settings = Regex.Matches(Repository.Read(script), "--Silo:([A-Za-z]+)").Select(match => match.Groups[1].Value).Distinct().ToArray();

        Assert.NotEmpty(settings);
        Assert.All(settings, setting => Assert.Contains(setting, SiloSource.Defaults().Keys));
    }

    [Theory]
    [InlineData("--k", "3")]
    [InlineData("--input", "/nowhere/at/all.csv", "--k", "3")]
    public void Script_WithoutAnInputThatIsThere_SaysSoAndStartsNothing(params string[] arguments)
    {
        var start = new System.Diagnostics.ProcessStartInfo("bash", [Repository.PathOf(Script), .. arguments]) { RedirectStandardError = true };
        using var process = System.Diagnostics.Process.Start(start)!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.Equal(2, process.ExitCode);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [PrerequisiteFact(Prerequisite.Postgres)]
    public void Postgres_AfterAKill_StartsAgainWithItsData()
    {
        var folder = Directory.CreateTempSubdirectory("kmeans-pg-").FullName;
        try
        {
            using (var database = Npgsql.NpgsqlDataSource.Create(Postgres("start", folder).Trim() + ";Pooling=false"))
            {
                // Durable only because it is in a checkpoint: the private server does not flush otherwise.
                Execute(database, "CREATE TABLE t AS SELECT 1 AS x");
                Execute(database, "CHECKPOINT");
            }

            Postgres("kill", folder);
            using (var database = Npgsql.NpgsqlDataSource.Create(Postgres("start", folder).Trim() + ";Pooling=false"))
            {
                Assert.Equal(1, Execute(database, "SELECT x FROM t"));
                Assert.Equal("", Execute(database, "SHOW listen_addresses"));
            }
        }
        finally
        {
            Postgres("stop", folder);
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Postgres(string action, string folder) => Kubernetes.Overlays.Run(Repository.PathOf("deploy/local/postgres.sh"), [action, folder], "");

    private static object? Execute(Npgsql.NpgsqlDataSource database, string text)
    {
        using var command = database.CreateCommand(text);
        return command.ExecuteScalar();
    }
}
