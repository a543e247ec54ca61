namespace KMeans.Http.Tests.Support;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    public static string PathOf(string name)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "KMeans.sln")))
        {
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("The tests run outside the repository.");
        }

        return Path.Combine(root, name);
    }
}
