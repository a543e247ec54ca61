using System.Globalization;
using System.Text;

namespace KMeans.Preparation.Expressions;

/// <summary>Cuts an expression into tokens.</summary>
internal static class ExpressionLexer
{
    private const int MostCharacters = 20_000;
    private static readonly string[] Words = ["and", "or", "not", "in", "isnull"];
    private static readonly string[] Signs = ["==", "!=", "<=", ">=", "<>", "=", "<", ">", "+", "-", "*", "/", "(", ")", ","];

    /// <summary>Cuts it.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="fail">Makes the error of a position and a problem.</param>
    /// <returns>The tokens, the end last.</returns>
    public static List<ExpressionToken> Cut(string text, Func<int, string, InputException> fail)
    {
        if (text.Length > MostCharacters)
        {
            throw fail(MostCharacters, $"an expression has at most {MostCharacters} characters");
        }

        var tokens = new List<ExpressionToken>();
        var at = 0;
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                tokens.Add(new ExpressionToken(TokenKind.End, "", 0, at + 1));
                return tokens;
            }

            tokens.Add(Next(text, ref at, fail));
        }
    }

    private static ExpressionToken Next(string text, ref int at, Func<int, string, InputException> fail)
    {
        var start = at;
        if (text[at] is '\'' or '"')
        {
            var quote = text[at];
            return new ExpressionToken(quote == '"' ? TokenKind.Name : TokenKind.Text, Quoted(text, ref at, fail), 0, start + 1);
        }

        if (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])))
        {
            return Number(text, ref at, fail);
        }

        if (char.IsLetter(text[at]) || text[at] == '_')
        {
            while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '.'))
            {
                at++;
            }

            var word = text[start..at];
            var lower = word.ToLowerInvariant();
            return Words.Contains(lower) ? new ExpressionToken(TokenKind.Word, lower, 0, start + 1) : new ExpressionToken(TokenKind.Name, word, 0, start + 1);
        }

        foreach (var sign in Signs)
        {
            if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
            {
                at += sign.Length;
                return new ExpressionToken(TokenKind.Sign, sign switch { "=" => "==", "<>" => "!=", _ => sign }, 0, start + 1);
            }
        }

        throw fail(start + 1, $"'{text[start]}' means nothing here; use and, or, not, in, isnull, + - * /, == != < <= > >= and parentheses");
    }

    /// <summary>The content between quotes; a doubled quote stands for one.</summary>
    private static string Quoted(string text, ref int at, Func<int, string, InputException> fail)
    {
        var start = at;
        var quote = text[at++];
        var content = new StringBuilder();
        while (at < text.Length)
        {
            var c = text[at++];
            if (c != quote)
            {
                content.Append(c);
            }
            else if (at < text.Length && text[at] == quote)
            {
                content.Append(quote);
                at++;
            }
            else
            {
                return content.ToString();
            }
        }

        throw fail(start + 1, $"the quote {quote} is not closed");
    }

    private static ExpressionToken Number(string text, ref int at, Func<int, string, InputException> fail)
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '.' || (text[at] is '+' or '-' && text[at - 1] is 'e' or 'E')))
        {
            at++;
        }

        var number = text[start..at];
        return double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
            ? new ExpressionToken(TokenKind.Number, number, value, start + 1)
            : throw fail(start + 1, $"'{number}' is not a number; put a name that begins with a digit into double quotes");
    }
}
