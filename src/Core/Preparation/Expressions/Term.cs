namespace KMeans.Preparation.Expressions;

/// <summary>A number of a row; NaN where it is missing.</summary>
/// <param name="rows">The rows.</param>
/// <param name="row">Which one.</param>
/// <returns>The number.</returns>
internal delegate double RowNumber(RawBatch rows, int row);

/// <summary>A text of a row; null where it is missing.</summary>
/// <param name="rows">The rows.</param>
/// <param name="row">Which one.</param>
/// <returns>The text.</returns>
internal delegate string? RowText(RawBatch rows, int row);

/// <summary>Whether something is true of a row.</summary>
/// <param name="rows">The rows.</param>
/// <param name="row">Which one.</param>
/// <returns>The answer.</returns>
internal delegate bool RowTest(RawBatch rows, int row);

/// <summary>A part of an expression, compiled: exactly one of the three.</summary>
/// <param name="Position">Where it begins, counted from 1.</param>
/// <param name="Number">Its value, where it is a number.</param>
/// <param name="Text">Its value, where it is a text.</param>
/// <param name="Test">Its value, where it is a condition.</param>
internal sealed record Term(int Position, RowNumber? Number = null, RowText? Text = null, RowTest? Test = null);

/// <summary>Compiles comparisons.</summary>
internal static class ExpressionComparison
{
    /// <summary>Compiles one.</summary>
    /// <param name="left">What stands left.</param>
    /// <param name="sign">The operator.</param>
    /// <param name="right">What stands right.</param>
    /// <returns>The condition; null where the two cannot be compared.</returns>
    public static Term? Make(Term left, string sign, Term right) => (left, right) switch
    {
        ({ Number: { } a }, { Number: { } b }) => new Term(left.Position, Test: Numbers(a, sign, b)),
        ({ Text: { } a }, { Text: { } b }) => new Term(left.Position, Test: Texts(a, sign, b)),
        _ => null,
    };

    private static RowTest Numbers(RowNumber a, string sign, RowNumber b) => sign switch
    {
        "==" => (rows, row) => a(rows, row) == b(rows, row),
        "!=" => (rows, row) => a(rows, row) != b(rows, row),
        "<" => (rows, row) => a(rows, row) < b(rows, row),
        "<=" => (rows, row) => a(rows, row) <= b(rows, row),
        ">" => (rows, row) => a(rows, row) > b(rows, row),
        _ => (rows, row) => a(rows, row) >= b(rows, row),
    };

    private static RowTest Texts(RowText a, string sign, RowText b)
    {
        Func<int, bool> wants = sign switch
        {
            "==" => order => order == 0,
            "!=" => order => order != 0,
            "<" => order => order < 0,
            "<=" => order => order <= 0,
            ">" => order => order > 0,
            _ => order => order >= 0,
        };
        var whereMissing = sign == "!=";
        return (rows, row) => a(rows, row) is { } left && b(rows, row) is { } right ? wants(string.CompareOrdinal(left, right)) : whereMissing;
    }
}
