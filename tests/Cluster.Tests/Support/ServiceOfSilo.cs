namespace KMeans.Http.Tests.Support;

/// <summary>The service of a silo that is there.</summary>
internal sealed partial class Service
{
    public Service(string url) => Url = url;

#pragma warning disable CA1822 // Other services' calls are signed.
    private void SignIfNeeded(HttpRequestMessage request, byte[] body)
    {
    }
#pragma warning restore CA1822
}
