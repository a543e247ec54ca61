namespace KMeans.Input;

/// <summary>One column of an input file, as its header or schema declares it.</summary>
/// <param name="Name">Its name; "c0", "c1", ... where the format has no names.</param>
/// <param name="Type">Its type for people: "int64", "float", "list of float, 768 long", "text".</param>
/// <param name="Width">How many features it gives: 1, or the length of a list column's lists; 0 where it cannot be a feature.</param>
/// <param name="Obstacle">Why it cannot be a feature ("is text", "is nested", "lists differ in length"); null where it can.</param>
public sealed record InputColumn(string Name, string Type, int Width = 1, string? Obstacle = null)
{
    /// <summary>Whether the column can be a feature.</summary>
    public bool IsNumeric => Obstacle is null;
}
