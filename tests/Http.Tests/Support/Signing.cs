using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KMeans.Http.Service.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace KMeans.Http.Tests.Support;

/// <summary>Signs requests. That the signatures are the reference product's is shown elsewhere, by its own clients and its documentation's examples.</summary>
internal static class Signing
{
    public static void Sign(HttpRequestMessage request, byte[] body, DateTimeOffset time, string id = Service.KeyId, string secret = Service.Secret)
    {
        var date = time.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        request.Headers.Remove("Authorization");
        request.Headers.Remove("X-Amz-Date");
        request.Headers.TryAddWithoutValidation("X-Amz-Date", date);
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = request.RequestUri!.Authority };
        foreach (var (name, values) in request.Headers)
        {
            headers[name.ToLowerInvariant()] = string.Join(',', values);
        }

        var context = Context(request.Method.Method, request.RequestUri.PathAndQuery, headers);
        var scope = $"{date[..8]}/us-east-1/sagemaker/aws4_request";
        var signed = new SignedRequest(id, scope, [.. headers.Keys], new string('0', 64), date, null);
        var signature = SignatureVersion4.Compute(context.Request, signed, Encoding.UTF8.GetBytes("AWS4" + secret), Convert.ToHexStringLower(SHA256.HashData(body)));
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{SignedRequest.Algorithm} Credential={id}/{scope}, SignedHeaders={string.Join(';', headers.Keys)}, Signature={Convert.ToHexStringLower(signature)}");
    }

    public static DefaultHttpContext Context(string method, string target, IReadOnlyDictionary<string, string> headers)
    {
        var context = new DefaultHttpContext();
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = target;
        context.Request.Method = method;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        context.Request.QueryString = new QueryString(question < 0 ? "" : target[question..]);
        foreach (var (name, value) in headers)
        {
            context.Request.Headers[name] = value;
        }

        return context;
    }
}
