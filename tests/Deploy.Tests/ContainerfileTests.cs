using System.Text.RegularExpressions;
using KMeans.Deploy.Tests.Support;

namespace KMeans.Deploy.Tests;

/// <summary>The image's recipe, which no test builds: what it names is there and fits the manifests.</summary>
public sealed partial class ContainerfileTests
{
    private static readonly string[] Lines = Repository.Read("deploy/Containerfile").Split('\n');

    [Fact]
    public void Copies_NameFilesThatAreThere()
    {
        var sources = Lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]).ToArray();

        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), $"{source} is not there."));
    }

    [Fact]
    public void Images_AreOfTheVersionThatTheProjectsTarget()
    {
        var target = Regex.Match(Repository.Read("Directory.Build.props"), "<TargetFramework>net([0-9.]+)<").Groups[1].Value;
        var images = Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).ToArray();

        Assert.Equal(2, images.Length);
        Assert.All(images, image => Assert.Matches($@"^mcr\.microsoft\.com/dotnet/(sdk|aspnet):{Regex.Escape(target)}(-|$)", image));
    }

    [Fact]
    public void User_IsTheManifestsAndNotRoot()
    {
        var user = Lines.Single(line => line.StartsWith("USER ", StringComparison.Ordinal))[5..];

        Assert.NotEqual("0", user);
        Assert.All((string[])["base/silo-deployment.yaml", "base/schema-job.yaml", "overlays/gpu/silo-gpu-deployment.yaml"], path => Assert.Contains($"runAsUser: {user}\n", Repository.Read($"deploy/k8s/{path}"), StringComparison.Ordinal));
    }

    [Fact]
    public void ExposedPorts_AreThoseOfTheManifests()
    {
        var exposed = Lines.Single(line => line.StartsWith("EXPOSE ", StringComparison.Ordinal)).Split(' ')[1..];
        var manifest = ContainerPort().Matches(Repository.Read("deploy/k8s/base/silo-deployment.yaml")).Select(match => match.Groups[1].Value);

        Assert.Equal(manifest, exposed);
    }

    [Fact]
    public void SageMakersImage_CopiesWhatIsThereAndRunsAsThePlatformAsks()
    {
        var lines = Repository.Read("deploy/sagemaker/Containerfile").Split('\n');
        var sources = lines.Where(line => line.StartsWith("COPY ", StringComparison.Ordinal) && !line.Contains("--from", StringComparison.Ordinal)).SelectMany(line => line.Split(' ')[1..^1]).ToArray();

        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), $"{source} is not there."));
        Assert.Equal(Lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)), lines.Where(line => line.StartsWith("FROM ", StringComparison.Ordinal)));
        Assert.Contains("""ENTRYPOINT ["dotnet", "/app/kmeans.dll", "container"]""", lines);
        Assert.Contains("EXPOSE 8080", lines);
    }

    [GeneratedRegex("containerPort: ([0-9]+)")]
    private static partial Regex ContainerPort();
}
