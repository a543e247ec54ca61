using System.Globalization;

namespace KMeans.Preparation.Expressions;

/// <summary>Reads an expression about a row: columns, numbers, texts, comparisons, and, or, not, in, arithmetic, isnull. Nothing else can be said, so any text may be given to it.</summary>
/// <remarks>
/// By falling strength: parentheses; minus; * /; + -; comparisons and in; not; and; or. A missing number is NaN and a missing text null: no comparison is true of it but !=, as in pandas.
/// Text compares by its UTF-16 units. O(length).
/// </remarks>
internal sealed class ExpressionParser
{
    private const int DeepestNesting = 100;

    private readonly List<ExpressionToken> tokens;
    private readonly Func<string, RawColumn> resolve;
    private readonly string origin;
    private int next;
    private int depth;

    private ExpressionParser(string text, string origin, Func<string, RawColumn> resolve)
    {
        this.origin = origin;
        this.resolve = resolve;
        tokens = ExpressionLexer.Cut(text, Fail);
    }

    private ExpressionToken Current => tokens[next];

    /// <summary>Reads a condition.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="origin">Begins every message: "--where".</param>
    /// <param name="resolve">Gives the column of a name.</param>
    /// <returns>Whether it is true of a row.</returns>
    /// <exception cref="InputException">It is none; names the position, counted from 1.</exception>
    public static RowTest Parse(string text, string origin, Func<string, RawColumn> resolve)
    {
        var parser = new ExpressionParser(text, origin, resolve);
        var term = parser.Or();
        if (parser.Current.Kind != TokenKind.End)
        {
            throw parser.Fail(parser.Current.Position, $"expected and, or, or the end, found {parser.Current}");
        }

        return parser.NeedTest(term, "the expression must be a condition, such as x > 0");
    }

    private Term Or()
    {
        if (++depth > DeepestNesting)
        {
            throw Fail(Current.Position, $"nested more than {DeepestNesting} deep");
        }

        var left = And();
        while (TakeWord("or"))
        {
            var (a, b) = (NeedTest(left, "or joins conditions"), NeedTest(And(), "or joins conditions"));
            left = left with { Test = (rows, row) => a(rows, row) || b(rows, row) };
        }

        depth--;
        return left;
    }

    private Term And()
    {
        var left = Not();
        while (TakeWord("and"))
        {
            var (a, b) = (NeedTest(left, "and joins conditions"), NeedTest(Not(), "and joins conditions"));
            left = left with { Test = (rows, row) => a(rows, row) && b(rows, row) };
        }

        return left;
    }

    private Term Not()
    {
        var position = Current.Position;
        var denials = 0;
        while (TakeWord("not"))
        {
            denials++;
        }

        var term = Comparison();
        if (denials == 0)
        {
            return term;
        }

        var test = NeedTest(term, "not denies a condition");
        return new Term(position, Test: denials % 2 == 0 ? test : (rows, row) => !test(rows, row));
    }

    private Term Comparison()
    {
        var left = Sum();
        if (Current is { Kind: TokenKind.Word, Text: "not" } && tokens[next + 1] is { Kind: TokenKind.Word, Text: "in" })
        {
            next++;
            var test = In(left).Test!;
            return new Term(left.Position, Test: (rows, row) => !test(rows, row));
        }

        if (Current is { Kind: TokenKind.Word, Text: "in" })
        {
            return In(left);
        }

        if (Current is not { Kind: TokenKind.Sign, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
        {
            return left;
        }

        var sign = tokens[next++];
        return ExpressionComparison.Make(left, sign.Text, Sum()) is { } comparison
            ? comparison
            : throw Fail(sign.Position, $"{sign} compares two numbers or two texts; put texts into single quotes and names into none or double ones");
    }

    private Term In(Term left)
    {
        next++;
        Expect("(");
        var numbers = new HashSet<double>();
        var texts = new HashSet<string>(StringComparer.Ordinal);
        do
        {
            var isNegative = TakeSign("-");
            var item = tokens[next++];
            if (left.Number is not null && item.Kind == TokenKind.Number)
            {
                numbers.Add(isNegative ? -item.Number : item.Number);
            }
            else if (left.Text is not null && !isNegative && item.Kind == TokenKind.Text)
            {
                texts.Add(item.Text);
            }
            else
            {
                throw Fail(item.Position, $"expected {(left.Text is not null ? "a text in single quotes" : "a number")}, found {item}");
            }
        }
        while (TakeSign(","));
        Expect(")");
        return left switch
        {
            { Number: { } number } => new Term(left.Position, Test: (rows, row) => numbers.Contains(number(rows, row))),
            { Text: { } text } => new Term(left.Position, Test: (rows, row) => text(rows, row) is { } value && texts.Contains(value)),
            _ => throw Fail(left.Position, "in asks for a number or a text"),
        };
    }

    private Term Sum()
    {
        var left = Product();
        while (Current is { Kind: TokenKind.Sign, Text: "+" or "-" })
        {
            var sign = tokens[next++].Text;
            var (a, b) = (NeedNumber(left, sign), NeedNumber(Product(), sign));
            left = new Term(left.Position, sign == "+" ? (rows, row) => a(rows, row) + b(rows, row) : (rows, row) => a(rows, row) - b(rows, row));
        }

        return left;
    }

    private Term Product()
    {
        var left = Negation();
        while (Current is { Kind: TokenKind.Sign, Text: "*" or "/" })
        {
            var sign = tokens[next++].Text;
            var (a, b) = (NeedNumber(left, sign), NeedNumber(Negation(), sign));
            left = new Term(left.Position, sign == "*" ? (rows, row) => a(rows, row) * b(rows, row) : (rows, row) => a(rows, row) / b(rows, row));
        }

        return left;
    }

    private Term Negation()
    {
        var position = Current.Position;
        var negations = 0;
        while (TakeSign("-"))
        {
            negations++;
        }

        var term = Primary();
        if (negations == 0)
        {
            return term;
        }

        var number = NeedNumber(term, "-");
        return new Term(position, negations % 2 == 0 ? number : (rows, row) => -number(rows, row));
    }

    private Term Primary()
    {
        var token = tokens[next++];
        switch (token)
        {
            case { Kind: TokenKind.Number }:
                var value = token.Number;
                return new Term(token.Position, (_, _) => value);
            case { Kind: TokenKind.Text }:
                return new Term(token.Position, Text: (_, _) => token.Text);
            case { Kind: TokenKind.Name }:
                var column = resolve(token.Text);
                var index = column.Index;
                return column.IsText ? new Term(token.Position, Text: (rows, row) => rows.Text(row, index)) : new Term(token.Position, (rows, row) => rows.Number(row, index));
            case { Kind: TokenKind.Word, Text: "isnull" }:
                Expect("(");
                var term = Sum();
                Expect(")");
                return term switch
                {
                    { Number: { } number } => new Term(token.Position, Test: (rows, row) => double.IsNaN(number(rows, row))),
                    { Text: { } text } => new Term(token.Position, Test: (rows, row) => text(rows, row) is null),
                    _ => throw Fail(token.Position, "isnull asks for a number or a text"),
                };
            case { Kind: TokenKind.Sign, Text: "(" }:
                var inner = Or();
                Expect(")");
                return inner;
            default:
                next--;
                throw Fail(token.Position, $"expected a column, a number, a text or a parenthesis, found {token}");
        }
    }

    private RowTest NeedTest(Term term, string rule) => term.Test ?? throw Fail(term.Position, rule);

    private RowNumber NeedNumber(Term term, string sign) => term.Number ?? throw Fail(term.Position, $"'{sign}' takes numbers");

    private bool TakeWord(string word)
    {
        var isThere = Current.Kind == TokenKind.Word && Current.Text == word;
        next += isThere ? 1 : 0;
        return isThere;
    }

    private bool TakeSign(string sign)
    {
        var isThere = Current.Kind == TokenKind.Sign && Current.Text == sign;
        next += isThere ? 1 : 0;
        return isThere;
    }

    private void Expect(string sign)
    {
        if (!TakeSign(sign))
        {
            throw Fail(Current.Position, $"expected '{sign}', found {Current}");
        }
    }

    private InputException Fail(int position, string problem) => new($"{origin}, position {position.ToString(CultureInfo.InvariantCulture)}: {problem}.");
}
