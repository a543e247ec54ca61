namespace KMeans.Client;

/// <summary>Makes known what other projects add to Core. Called once, first thing.</summary>
internal static partial class Adapters
{
    /// <summary>Registers the adapters of this build.</summary>
    public static void Register() => RegisterFullBuild();

    /// <summary>The adapters that need the full build's packages. Its body is in Adapters.FullBuild.cs; without it the call compiles to nothing.</summary>
    static partial void RegisterFullBuild();
}
