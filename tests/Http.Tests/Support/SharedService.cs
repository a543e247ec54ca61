namespace KMeans.Http.Tests.Support;

/// <summary>A service for all tests of a class, none of which is in another's way: starting one a test would take longer than they do, on a silo above all.</summary>
public class SharedService : IAsyncLifetime
{
    internal Folder Folder { get; } = new();

    internal Service Service { get; private set; } = null!;

    /// <summary>Whether calls must be signed.</summary>
    protected virtual bool Signs => false;

    public async Task InitializeAsync()
    {
        Service = await Service.StartAsync(Folder, Signs);
        await PrepareAsync();
    }

    public async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        Folder.Dispose();
    }

    /// <summary>Makes what the tests find there.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;
}

/// <summary>One whose calls must be signed.</summary>
public sealed class SharedSigningService : SharedService
{
    protected override bool Signs => true;
}

/// <summary>One with the model "m" and the endpoint "e" of it: centers at (0, 0) and (3, 4).</summary>
public sealed class SharedHostingService : SharedService
{
    private protected override async Task PrepareAsync()
    {
        await Service.AddModelAsync(Folder, "m", 0, 0, 3, 4);
        await Service.AddEndpointAsync("e", "m");
    }
}
