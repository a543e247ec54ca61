using System.Text.RegularExpressions;

namespace KMeans.Deploy.Tests.Support;

/// <summary>The silo's settings and paths, read from its sources: the core build does not compile them.</summary>
internal static partial class SiloSource
{
    public const string Settings = "src/Silo/SiloSettings.cs";
    private const string Health = "src/Silo/Health.cs";
    private const string Program = "src/Silo/SiloProgram.cs";

    /// <summary>The names of the settings, with their defaults as written.</summary>
    public static IReadOnlyDictionary<string, string> Defaults() =>
        SettingPattern().Matches(Repository.Read(Settings)).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value.Trim('"'));

    /// <summary>The paths that an orchestrator may ask, with those of the libraries.</summary>
    public static IEnumerable<string> Paths() => PathPattern().Matches(Repository.Read(Health)).Select(match => match.Groups[1].Value);

    /// <summary>The arguments that are no settings.</summary>
    public static IEnumerable<string> Arguments() => ArgumentPattern().Matches(Repository.Read(Program)).Select(match => match.Groups[1].Value);

    [GeneratedRegex("""public (?:string|int|long|bool) (\w+) \{ get; init; \}(?: = ([^;]+);)?""")]
    private static partial Regex SettingPattern();

    [GeneratedRegex("""const string \w+ = "(/[^"]+)";""")]
    private static partial Regex PathPattern();

    [GeneratedRegex("""const string \w+ = "(--[^"]+)";""")]
    private static partial Regex ArgumentPattern();
}

/// <summary>A theory that compares with the silo's sources.</summary>
internal sealed class SiloTheoryAttribute : TheoryAttribute
{
    public SiloTheoryAttribute(params string[] variables)
    {
        Skip = File.Exists(Repository.PathOf(SiloSource.Settings)) ? new PrerequisiteFactAttribute(variables).Skip : $"{SiloSource.Settings} is not there.";
    }
}
