namespace KMeans.Preparation;

/// <summary>Preparations that are known by name.</summary>
public static class Presets
{
    /// <summary>The name of <see cref="Gdelt"/>.</summary>
    public const string GdeltName = "gdelt";

    private static readonly string[] ActorParts =
        ["Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code"];

    private static readonly string[] PlaceParts = ["Type", "FullName", "CountryCode", "ADM1Code", "Lat", "Long", "FeatureID"];

    /// <summary>
    /// The table of the reference product's k-means notebook: GDELT 1.0 event files as they are published for 1979 to 2013 (57 columns, separated by tabs, without names). Six numbers and the 20 most
    /// frequent event codes, without the rows where an actor's place is unknown and stands at latitude 0, longitude 0: 26 features.
    /// </summary>
    public static PreparationOptions Gdelt { get; } = new()
    {
        Names =
        [
            "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
            .. Actor(1), .. Actor(2),
            "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions", "NumSources", "NumArticles", "AvgTone",
            .. Place("Actor1"), .. Place("Actor2"), .. Place("Action"),
            "DATEADDED",
        ],
        Header = false,
        Delimiter = '\t',
        Columns = ["AvgTone", "NumArticles", "Actor1Geo_Lat", "Actor1Geo_Long", "Actor2Geo_Lat", "Actor2Geo_Long"],
        OneHot = [("EventCode", 20)],
        Others = OtherCategories.Drop,
        Where = "not (Actor1Geo_Lat == 0 and Actor1Geo_Long == 0) and not (Actor2Geo_Lat == 0 and Actor2Geo_Long == 0)",
        Missing = MissingNumbers.Keep,
    };

    private static IEnumerable<string> Actor(int number) =>
        ActorParts.Select(end => $"Actor{number}{end}");

    private static IEnumerable<string> Place(string whose) =>
        PlaceParts.Select(end => $"{whose}Geo_{end}");
}
