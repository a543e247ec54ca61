namespace KMeans.Http.Service.Api;

/// <summary>The names by which the protocol calls things: arn:aws:sagemaker:REGION:ACCOUNT:KIND/NAME.</summary>
/// <param name="region">The region that the service says it is in.</param>
/// <param name="account">The account, 12 digits.</param>
internal sealed class Arn(string region, string account)
{
    /// <summary>Makes the name of a thing.</summary>
    /// <param name="kind">"training-job" and the like.</param>
    /// <param name="name">The thing's own name.</param>
    /// <returns>The whole name.</returns>
    public string Of(string kind, string name) => $"arn:aws:sagemaker:{region}:{account}:{kind}/{name}";

    /// <summary>Takes such a name apart.</summary>
    /// <param name="arn">The whole name.</param>
    /// <returns>Kind and own name.</returns>
    /// <exception cref="ApiException">It is not one of this service's.</exception>
    public (string Kind, string Name) Parse(string arn)
    {
        var prefix = Of("", "")[..^1];
        var slash = arn.IndexOf('/', StringComparison.Ordinal);
        return arn.StartsWith(prefix, StringComparison.Ordinal) && slash > prefix.Length && slash < arn.Length - 1
            ? (arn[prefix.Length..slash], arn[(slash + 1)..])
            : throw ApiErrors.Validation($"Value at 'resourceArn' is no resource of this service: such a name begins with {prefix}");
    }
}
