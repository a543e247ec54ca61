namespace KMeans.Jobs;

/// <summary>Names of jobs.</summary>
internal static class JobName
{
    /// <summary>Insists on a proper name.</summary>
    /// <param name="id">From a user or another machine.</param>
    /// <returns>The same.</returns>
    /// <exception cref="InputException">It is not one.</exception>
    public static string Require(string id) =>
        id is { Length: > 0 and <= 64 } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? id
            : throw new InputException($"job '{id}': a name has 1 to 64 letters, digits, '-' and '_'.");

    /// <summary>Makes a name that nobody has.</summary>
    /// <returns>20 characters; those made later sort behind.</returns>
    public static string New() => Guid.CreateVersion7().ToString("n")[..20];
}
