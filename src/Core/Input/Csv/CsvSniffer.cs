namespace KMeans.Input.Csv;

/// <summary>Finds out how a CSV file is written from its first hundred lines.</summary>
/// <remarks>
/// Delimiter: of comma, tab, semicolon and pipe, one that cuts all lines into equally many fields, more than one; of several the one that cuts most.
/// Where none does, the one that occurs most in the first line, or the comma where a line is one field.
/// Header: the first line is one where some field of it is text above a column of numbers, and none of its fields is a number with a point, sign or
/// exponent (whole numbers may be names: "label,0,1,2"). Where no column has numbers, it is one where no field is a number or empty.
/// Text columns: those in which more values are text than are numbers; missing values count as neither.
/// </remarks>
internal static class CsvSniffer
{
    /// <summary>How much of a file is looked at, and more where two lines take more.</summary>
    public const int SampleBytes = 1 << 18;

    private static ReadOnlySpan<byte> Delimiters => ",\t;|"u8;

    /// <summary>UTF-8's byte order mark.</summary>
    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <summary>Looks at the beginning of a file.</summary>
    /// <param name="window">At the file's first byte.</param>
    /// <param name="path">Begins every message.</param>
    /// <param name="options">What the user says: it is not looked for.</param>
    /// <returns>How the file is written.</returns>
    /// <exception cref="InputException">The file is no UTF-8 text, has no line ends, or its first line is too long or has an unclosed quote.</exception>
    public static CsvDialect Sniff(CsvWindow window, string path, InputFormatOptions options)
    {
        byte? given = options.CsvDelimiter is { } c
            ? c < 128 && c is not ('"' or '\r' or '\n') ? (byte)c : throw new InputException("--delimiter: must be one ASCII character other than a quote or a line end.")
            : null;
        var target = SampleBytes;
        while (true)
        {
            var more = true;
            while (more && window.Limit < target)
            {
                more = window.Fill();
            }

            target = 2 * window.Limit;
            var text = window.Text.ToArray();
            var start = CheckText(text, path);
            var delimiter = given ?? FindDelimiter(text, start, !more);
            var sample = CsvSample.Cut(text, start, !more, delimiter);
            if (!more || sample.LineCount > 1)
            {
                return Conclude(sample, text, start, path, delimiter, options.CsvHeader);
            }
        }
    }

    private static int CheckText(ReadOnlySpan<byte> text, string path)
    {
        if (text.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || text.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            throw new InputException($"{path}: is UTF-16 text; save it as UTF-8.");
        }

        if (text.Contains((byte)0))
        {
            throw new InputException($"{path}: is not text (it has NUL bytes); name its format with --format.");
        }

        return text.StartsWith(Mark) ? Mark.Length : 0;
    }

    private static byte FindDelimiter(byte[] text, int start, bool isWhole)
    {
        var best = (byte)',';
        var (bestIsEven, bestCount) = (false, 1);
        foreach (var candidate in Delimiters)
        {
            var sample = CsvSample.Cut(text, start, isWhole, candidate);
            if (sample.LineCount == 0)
            {
                continue;
            }

            var count = sample.FieldCount(0);
            var isEven = count > 1;
            for (var line = 1; line < sample.LineCount && isEven; line++)
            {
                isEven = sample.FieldCount(line) == count;
            }

            if (isEven == bestIsEven ? count > bestCount : isEven)
            {
                (best, bestIsEven, bestCount) = (candidate, isEven, count);
            }
        }

        return best;
    }

    private static CsvDialect Conclude(CsvSample sample, byte[] text, int start, string path, byte delimiter, bool? header)
    {
        if (sample.LineCount == 0)
        {
            var content = text.AsSpan(start).Trim("\r\n"u8);
            return content.Length == 0
                ? new CsvDialect(delimiter, false, text.Length - 1, [])
                : throw new InputException($"{path}: line 1 has a quote that is not closed; close it or double it.");
        }

        if (text.AsSpan()[..^1].Contains((byte)'\r') && !text.AsSpan()[..^1].Contains((byte)'\n'))
        {
            throw new InputException($"{path}: its lines end in CR alone; save it with LF or CRLF line ends.");
        }

        var columnCount = sample.FieldCount(0);
        if (columnCount > NumberedColumns.MaxCount)
        {
            throw new InputException($"{path}: line 1 has {columnCount} fields, more than the limit of {NumberedColumns.MaxCount}.");
        }

        // How many more values of a column are numbers than are text, below the first line.
        var balances = new int[columnCount];
        var hasNumbers = new bool[columnCount];
        for (var line = 1; line < sample.LineCount; line++)
        {
            for (var column = 0; column < Math.Min(columnCount, sample.FieldCount(line)); column++)
            {
                var content = CsvNumber.Read(CsvFields.Trim(sample.Field(line, column)), out _);
                balances[column] += content switch { FieldContent.Number => 1, FieldContent.Text => -1, _ => 0 };
                hasNumbers[column] |= content == FieldContent.Number;
            }
        }

        var hasHeader = header ?? HasHeader(sample, balances, hasNumbers);
        var columns = new InputColumn[columnCount];
        for (var column = 0; column < columnCount; column++)
        {
            var field = sample.Field(0, column);
            var content = CsvNumber.Read(CsvFields.Trim(field), out _);
            var balance = balances[column] + (hasHeader ? 0 : content switch { FieldContent.Number => 1, FieldContent.Text => -1, _ => 0 });
            var name = hasHeader ? CsvFields.Decode(field) : "";
            name = name.Length == 0 ? NumberedColumns.Name(column) : name;
            columns[column] = balance < 0 ? new InputColumn(name, "text", 0, "is text") : new InputColumn(name, "number");
        }

        return new CsvDialect(delimiter, hasHeader, hasHeader ? sample.SecondLine : start, columns);
    }

    private static bool HasHeader(CsvSample sample, int[] balances, bool[] hasNumbers)
    {
        var (isAboveNumbers, hasNumber, hasEmpty) = (false, false, false);
        for (var column = 0; column < balances.Length; column++)
        {
            var field = CsvFields.Trim(sample.Field(0, column));
            var content = CsvNumber.Read(field, out _);
            if (content == FieldContent.Number && field.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return false;
            }

            isAboveNumbers |= content == FieldContent.Text && balances[column] > 0;
            hasNumber |= content == FieldContent.Number;
            hasEmpty |= field.Length == 0;
        }

        return isAboveNumbers || (!hasNumbers.Contains(true) && !hasNumber && !hasEmpty);
    }
}
