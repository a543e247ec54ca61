using System.Globalization;
using KMeans.Deploy.Tests.Support;
using YamlDotNet.RepresentationModel;

namespace KMeans.Deploy.Tests.Kubernetes;

/// <summary>What every overlay keeps: pods without rights, secrets by reference, names and ports that fit together and fit the silo.</summary>
public sealed class PodTests
{
    [OverlayTheory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Pods_Run_WithoutRights(string overlay)
    {
        foreach (var manifest in Pods(overlay))
        {
            var pod = Manifest.Find(manifest.PodTemplate, "spec");
            Assert.Equal("true", Manifest.Text(pod, "securityContext", "runAsNonRoot"));
            Assert.NotEqual("0", Manifest.Text(pod, "securityContext", "runAsUser"));
            Assert.Equal("RuntimeDefault", Manifest.Text(pod, "securityContext", "seccompProfile", "type"));
            Assert.Equal("false", Manifest.Text(pod, "automountServiceAccountToken"));
            Assert.All((string[])["hostNetwork", "hostPID", "hostIPC"], key => Assert.Null(Manifest.Find(pod, key)));
            Assert.All(Manifest.Items(pod, "volumes"), volume => Assert.Null(Manifest.Find(volume, "hostPath")));
            foreach (var container in manifest.Containers)
            {
                Assert.Equal("true", Manifest.Text(container, "securityContext", "readOnlyRootFilesystem"));
                Assert.Equal("false", Manifest.Text(container, "securityContext", "allowPrivilegeEscalation"));
                Assert.Equal("ALL", ((YamlScalarNode)Assert.Single((YamlSequenceNode)Manifest.Find(container, "securityContext", "capabilities", "drop")!)).Value);
                Assert.Null(Manifest.Find(container, "securityContext", "privileged"));
            }
        }
    }

    [OverlayTheory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Containers_Have_TheirMemoryForThemselvesAndNoLimitOnProcessorTime(string overlay)
    {
        foreach (var container in Pods(overlay).SelectMany(manifest => manifest.Containers))
        {
            var requests = Manifest.Map(container, "resources", "requests");
            var limits = Manifest.Map(container, "resources", "limits");
            Assert.Contains("cpu", requests.Keys);
            Assert.DoesNotContain("cpu", limits.Keys);
            Assert.Equal(limits["memory"], requests["memory"]);
            if (Environment(container).FirstOrDefault(variable => Manifest.Text(variable, "name") == "Silo__MemoryLimit") is { } limit)
            {
                var gibibytes = double.Parse(limits["memory"].Replace("Gi", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
                Assert.InRange(double.Parse(Manifest.Text(limit, "value")!, CultureInfo.InvariantCulture) / (1L << 30) / gibibytes, 0.5, 0.75);
            }
        }
    }

    [OverlayTheory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Secrets_AreNamed_AndNeverWritten(string overlay)
    {
        var manifests = Overlays.Parse(overlay);

        Assert.DoesNotContain(manifests, manifest => manifest.Kind == "Secret");
        Assert.DoesNotContain("password", Overlays.Render(overlay), StringComparison.OrdinalIgnoreCase);
        var written = manifests.Where(manifest => manifest.Kind == "ConfigMap").SelectMany(manifest => Manifest.Map(manifest.Root, "data").Keys);
        Assert.DoesNotContain("Silo__PostgreSql", written);
        foreach (var container in Pods(overlay).SelectMany(manifest => manifest.Containers))
        {
            var database = Assert.Single(Environment(container), variable => Manifest.Text(variable, "name") == "Silo__PostgreSql");
            Assert.NotNull(Manifest.Text(database, "valueFrom", "secretKeyRef", "name"));
            Assert.Null(Manifest.Find(database, "value"));
        }
    }

    [OverlayTheory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Names_FitTogether(string overlay)
    {
        var manifests = Overlays.Parse(overlay);
        var maps = manifests.Where(manifest => manifest.Kind == "ConfigMap").Select(manifest => manifest.Name).ToArray();
        var accounts = manifests.Where(manifest => manifest.Kind == "ServiceAccount").Select(manifest => manifest.Name).ToArray();
        foreach (var manifest in Pods(overlay))
        {
            Assert.Contains(Manifest.Text(manifest.PodTemplate, "spec", "serviceAccountName"), accounts);
            Assert.All(manifest.Containers.SelectMany(container => Manifest.Items(container, "envFrom")), source => Assert.Contains(Manifest.Text(source, "configMapRef", "name"), maps));
            var volumes = Manifest.Items(manifest.PodTemplate, "spec", "volumes").Select(volume => Manifest.Text(volume, "name")).ToArray();
            Assert.All(manifest.Containers.SelectMany(container => Manifest.Items(container, "volumeMounts")), mount => Assert.Contains(Manifest.Text(mount, "name"), volumes));
            if (manifest.Kind == "Deployment")
            {
                Assert.True(Selects(Manifest.Map(manifest.Root, "spec", "selector", "matchLabels"), manifest));
            }
        }

        foreach (var service in manifests.Where(manifest => manifest.Kind == "Service"))
        {
            var pods = Pods(overlay).Where(pod => Selects(Manifest.Map(service.Root, "spec", "selector"), pod)).ToArray();
            Assert.NotEmpty(pods);
            var ports = pods.SelectMany(pod => pod.Containers).SelectMany(container => Manifest.Items(container, "ports")).Select(port => Manifest.Text(port, "name")).ToArray();
            Assert.All(Manifest.Items(service.Root, "spec", "ports"), port => Assert.Contains(Manifest.Text(port, "targetPort"), ports));
        }

        foreach (var selecting in manifests.Where(manifest => manifest.Kind is "PodDisruptionBudget" or "NetworkPolicy"))
        {
            var labels = Manifest.Map(selecting.Root, "spec", selecting.Kind == "NetworkPolicy" ? "podSelector" : "selector", "matchLabels");
            Assert.Contains(Pods(overlay), pod => Selects(labels, pod));
        }

        foreach (var scaler in manifests.Where(manifest => manifest.Kind == "HorizontalPodAutoscaler"))
        {
            var target = Assert.Single(manifests, manifest => manifest.Kind == Manifest.Text(scaler.Root, "spec", "scaleTargetRef", "kind") && manifest.Name == Manifest.Text(scaler.Root, "spec", "scaleTargetRef", "name"));
            Assert.Null(Manifest.Find(target.Root, "spec", "replicas"));
        }

        // No two Deployments take each other's pods.
        var deployments = manifests.Where(manifest => manifest.Kind == "Deployment").ToArray();
        Assert.All(deployments, pod => Assert.Single(deployments, other => Selects(Manifest.Map(other.Root, "spec", "selector", "matchLabels"), pod)));
    }

    [OverlayTheory]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Silos_AreStopped_LaterThanTheyStopThemselves(string overlay)
    {
        var seconds = int.Parse(Settings(overlay)["Silo__ShutdownSeconds"], CultureInfo.InvariantCulture);
        foreach (var silo in Pods(overlay).Where(manifest => manifest.Kind == "Deployment"))
        {
            Assert.True(int.Parse(Manifest.Text(silo.PodTemplate, "spec", "terminationGracePeriodSeconds")!, CultureInfo.InvariantCulture) >= seconds + 20);
            var startup = Manifest.Find(Assert.Single(silo.Containers), "startupProbe");
            var patience = int.Parse(Manifest.Text(startup, "periodSeconds")!, CultureInfo.InvariantCulture) * int.Parse(Manifest.Text(startup, "failureThreshold")!, CultureInfo.InvariantCulture);
            // Orleans gives up joining after five minutes; the probe must not do so before.
            Assert.True(patience > 300);
        }
    }

    [SiloTheory(Prerequisite.Kubectl)]
    [InlineData("cpu")]
    [InlineData("gpu")]
    [InlineData("production")]
    public void Settings_Ports_PathsAndArguments_AreTheSilos(string overlay)
    {
        var defaults = SiloSource.Defaults();
        var settings = Settings(overlay);
        Assert.Equal("11111", defaults["SiloPort"]);
        foreach (var container in Pods(overlay).SelectMany(manifest => manifest.Containers))
        {
            var names = Environment(container).Select(variable => Manifest.Text(variable, "name")!).Concat(settings.Keys).Where(name => name.StartsWith("Silo__", StringComparison.Ordinal));
            Assert.All(names, name => Assert.Contains(name["Silo__".Length..], defaults.Keys));
            Assert.All(((YamlSequenceNode?)Manifest.Find(container, "args"))?.Children ?? [], argument => Assert.Contains(((YamlScalarNode)argument).Value, SiloSource.Arguments()));
            foreach (var probe in (string[])["startupProbe", "readinessProbe", "livenessProbe"])
            {
                if (Manifest.Text(container, probe, "httpGet", "path") is { } path)
                {
                    Assert.Contains(path, SiloSource.Paths());
                    Assert.Equal("http", Manifest.Text(container, probe, "httpGet", "port"));
                }
            }

            foreach (var port in Manifest.Items(container, "ports"))
            {
                var setting = Manifest.Text(port, "name") switch { "silo" => "SiloPort", "gateway" => "GatewayPort", "http" => "HttpPort", var other => other! };
                Assert.Equal(defaults[setting], Manifest.Text(port, "containerPort"));
                Assert.Equal(defaults[setting], settings[$"Silo__{setting}"]);
            }
        }

        string[] open = [defaults["SiloPort"], defaults["GatewayPort"], defaults["HttpPort"]];
        var policy = Overlays.Parse(overlay).Single(manifest => manifest is { Kind: "NetworkPolicy", Name: "silo" });
        var allowed = Manifest.Items(policy.Root, "spec", "ingress").SelectMany(rule => Manifest.Items(rule, "ports")).Select(port => Manifest.Text(port, "port")!);
        Assert.Equal(open.Order(StringComparer.Ordinal), allowed.Distinct().Order(StringComparer.Ordinal));
    }

    private static IEnumerable<Manifest> Pods(string overlay) => Overlays.Parse(overlay).Where(manifest => manifest.PodTemplate is not null);

    private static IEnumerable<YamlMappingNode> Environment(YamlNode container) => Manifest.Items(container, "env");

    private static IReadOnlyDictionary<string, string> Settings(string overlay) => Manifest.Map(Overlays.Parse(overlay).Single(manifest => manifest.Kind == "ConfigMap").Root, "data");

    private static bool Selects(IReadOnlyDictionary<string, string> labels, Manifest manifest)
    {
        var own = Manifest.Map(manifest.PodTemplate, "metadata", "labels");
        return labels.Count > 0 && labels.All(label => own.TryGetValue(label.Key, out var value) && value == label.Value);
    }
}
