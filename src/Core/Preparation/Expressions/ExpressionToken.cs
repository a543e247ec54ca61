namespace KMeans.Preparation.Expressions;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>Behind the last token.</summary>
    End,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A text in single quotes.</summary>
    Text,

    /// <summary>A column's name, bare or in double quotes.</summary>
    Name,

    /// <summary>A word of the language.</summary>
    Word,

    /// <summary>An operator or a parenthesis.</summary>
    Sign,
}

/// <summary>A piece of an expression.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its content: without quotes, words in lower case.</param>
/// <param name="Number">Its value, for a number.</param>
/// <param name="Position">Where it begins, counted from 1.</param>
internal readonly record struct ExpressionToken(TokenKind Kind, string Text, double Number, int Position)
{
    /// <summary>For messages.</summary>
    /// <returns>What the user wrote, or nearly.</returns>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "the end",
        TokenKind.Text => $"the text '{Text}'",
        TokenKind.Name => $"the name {Text}",
        _ => $"'{Text}'",
    };
}
