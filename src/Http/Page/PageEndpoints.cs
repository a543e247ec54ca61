using KMeans.Http.Service;
using KMeans.Http.Service.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace KMeans.Http.Page;

/// <summary>The web page: files of this assembly, which anybody may have. What they show comes from the service's own endpoints, with the key or token that its user gives.</summary>
internal static class PageEndpoints
{
    /// <summary>The page.</summary>
    public const string Home = "/";

    /// <summary>Where its files are.</summary>
    public const string FilesPath = "/page/{file}";

    /// <summary>Nothing is loaded from other hosts or written into the page, no form is sent anywhere, and no other page may frame this one.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'";

    private static readonly PageFiles Files = PageFiles.Load();

    /// <summary>Puts them into an application.</summary>
    /// <param name="routes">The application.</param>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Home, http => SendAsync(http, PageFiles.Home)).With(CallRules.Open).ExcludeFromDescription();
        routes.MapGet(FilesPath, http => SendAsync(http, (string)http.Request.RouteValues["file"]!)).With(CallRules.Open).ExcludeFromDescription();
    }

    private static Task SendAsync(HttpContext http, string name)
    {
        var file = Files.Find(name) ?? throw new ApiException("ResourceNotFound", "The page has no such file.", StatusCodes.Status404NotFound);
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        http.Response.ContentType = file.Type;
        http.Response.ContentLength = file.Content.Length;
        return http.Response.Body.WriteAsync(file.Content, http.RequestAborted).AsTask();
    }
}
