using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json.Nodes;
using KMeans.Http.Remote;
using KMeans.Http.Tests.Support;
using KMeans.Jobs;
using KMeans.Training;

namespace KMeans.Http.Tests.Service.Own;

public sealed class OwnEndpointsTests(SharedService shared) : IClassFixture<SharedService>
{
    private static readonly HttpClient Http = new();
    private readonly Folder folder = shared.Folder;
    private readonly Support.Service service = shared.Service;

    [Fact]
    public async Task Events_OfAJob_TellOfItsProgressToItsEnd()
    {
        folder.WriteNpy("data/rows.npy", 10, 0, 200_000);
        await using var jobs = new ServiceJobs(service.Url, new WorkerClientOptions(), TimeProvider.System);
        await jobs.SubmitAsync("watched", Request("rows.npy", 50), CancellationToken.None);

        var views = new List<JsonObject>();
        await using var stream = await Http.GetStreamAsync(new Uri($"{service.Url}/v1/jobs/watched/events"));
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            views.Add(JsonNode.Parse(item.Data)!.AsObject());
        }

        Assert.Equal("Finished", views[^1]["state"]!.GetValue<string>());
        Assert.NotNull(views[^1]["report"]);
        var history = views.SelectMany(view => view["history"]!.AsArray()).Select(sample => sample!["time"]!.GetValue<long>()).ToList();
        Assert.NotEmpty(history);
        Assert.Equal(history.Order(), history);
        var page = JsonNode.Parse(await Http.GetStringAsync(new Uri($"{service.Url}/v1/jobs")))!;
        Assert.Equal("watched", page["jobs"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Submit_OfTheSame_ChangesNothing_AndOfAnother_IsRefused()
    {
        folder.WriteCsv("data/same.csv", 50);
        await using var jobs = new ServiceJobs(service.Url, new WorkerClientOptions(), TimeProvider.System);

        var first = await jobs.SubmitAsync("same", Request("same.csv", 2), CancellationToken.None);
        var second = await jobs.SubmitAsync("same", Request("same.csv", 2), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<InputException>(() => jobs.SubmitAsync("same", Request("same.csv", 3), CancellationToken.None));

        Assert.Equal(first.Submitted, second.Submitted);
        Assert.Contains("another job of this name", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InputException>(() => jobs.StatusAsync("absent", CancellationToken.None));
    }

    [Fact]
    public async Task Submit_OfFilesOutsideTheRoots_Fails()
    {
        await using var jobs = new ServiceJobs(service.Url, new WorkerClientOptions(), TimeProvider.System);
        await jobs.SubmitAsync("outside", Request("/etc/passwd", 2), CancellationToken.None);

        JobStatus? end = null;
        await foreach (var status in jobs.WatchAsync("outside", CancellationToken.None))
        {
            end = status;
        }

        Assert.Equal(JobState.Failed, end!.State);
        Assert.Contains("outside the ", end.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PUT", "/v1/jobs/job", "{}", 400)]
    [InlineData("PUT", "/v1/jobs/job", "nonsense", 400)]
    [InlineData("PUT", "/v1/jobs/..%2fjob", "{}", 400)]
    [InlineData("GET", "/v1/jobs/absent", null, 404)]
    [InlineData("GET", "/v1/jobs/absent/events", null, 404)]
    [InlineData("GET", "/v1/jobs/absent/model/..%2f..%2fservice.db", null, 404)]
    [InlineData("GET", "/v1/jobs?count=1000", null, 400)]
    [InlineData("GET", "/v1/jobs?count=x", null, 400)]
    [InlineData("GET", "/v1/nothing", null, 404)]
    [InlineData("DELETE", "/v1/jobs", null, 404)]
    public async Task Calls_ThatAreWrong_GetAProblem(string method, string path, string? body, int status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), service.Url + path) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };

        using var response = await Http.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Model_OfAJob_HasItsFilesAndNoOthers()
    {
        folder.WriteCsv("data/fetched.csv", 50);
        await using var jobs = new ServiceJobs(service.Url, new WorkerClientOptions(), TimeProvider.System);
        await jobs.SubmitAsync("fetched", Request("fetched.csv", 2), CancellationToken.None);
        await service.EndAsync("fetched");

        var listing = JsonNode.Parse(await Http.GetStringAsync(new Uri($"{service.Url}/v1/jobs/fetched/model")))!;
        var other = await Http.GetAsync(new Uri($"{service.Url}/v1/jobs/fetched/model/..%2fjob.json"));

        Assert.Contains("state/coreset.bin", listing["files"]!.AsArray().Select(file => file!["name"]!.GetValue<string>()));
        Assert.Equal(404, (int)other.StatusCode);
    }

    [Fact]
    public async Task OpenApi_DescribesWhatIsOurs_AndMetricsCount()
    {
        await service.DoAsync("ListTrainingJobs", []);

        var document = JsonNode.Parse(await Http.GetStringAsync(new Uri($"{service.Url}/v1/openapi.json")))!;
        var metrics = await Http.GetStringAsync(new Uri($"{service.Url}/metrics"));

        Assert.Superset(
            new HashSet<string> { "/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/curve", "/v1/jobs/{id}/events", "/v1/jobs/{id}/model", "/v1/jobs/{id}/model/{file}", "/v1/jobs/{id}/stop" },
            document["paths"]!.AsObject().Select(path => path.Key).ToHashSet());
        Assert.DoesNotContain("/", document["paths"]!.AsObject().Select(path => path.Key));
        Assert.NotNull(document["components"]!["schemas"]!["JobView"]!["properties"]!["history"]);
        Assert.Contains("""kmeans_service_call_duration_seconds_count{""", metrics, StringComparison.Ordinal);
        Assert.Contains("operation=\"ListTrainingJobs\"", metrics, StringComparison.Ordinal);
    }

    private static JobRequest Request(string path, int k) => new() { Paths = [path], Options = new TrainingOptions { ClusterCount = k, MeasuresQuality = false } };
}
