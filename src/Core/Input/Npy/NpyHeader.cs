using System.Globalization;
using System.Text;

namespace KMeans.Input.Npy;

/// <summary>The three facts of a .npy header: a Python dictionary such as {'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }.</summary>
/// <param name="Descr">The element type in NumPy's array-interface notation; null where it is structured (a list of fields).</param>
/// <param name="FortranOrder">Whether columns are stored one after the other.</param>
/// <param name="Shape">Length of each dimension; empty for a single number.</param>
/// <remarks>Source: NEP 1 and numpy.lib.format.</remarks>
internal sealed record NpyHeader(string? Descr, bool FortranOrder, IReadOnlyList<long> Shape)
{
    /// <summary>Parses the dictionary.</summary>
    /// <param name="text">The header's text.</param>
    /// <param name="header">Out; null where the text is no such dictionary.</param>
    /// <returns>Whether all three keys were there, with values of their kinds.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out NpyHeader? header) => new Parser(Encoding.Latin1.GetString(text)).TryParse(out header);

    /// <summary>Reads the few Python literals that a header has.</summary>
    private sealed class Parser(string text)
    {
        private int position;

        public bool TryParse(out NpyHeader? header)
        {
            header = null;
            string? descr = null;
            bool? fortranOrder = null;
            List<long>? shape = null;
            var hasDescr = false;
            if (!Take('{'))
            {
                return false;
            }

            while (!Take('}'))
            {
                if (!TryString(out var key) || !Take(':'))
                {
                    return false;
                }

                var parsed = key switch
                {
                    "descr" => hasDescr = TryString(out descr) || TryList(),
                    "fortran_order" => TryBoolean(out fortranOrder),
                    "shape" => TryTuple(out shape),
                    _ => false,
                };
                if (!parsed || (!Take(',') && Peek() != '}'))
                {
                    return false;
                }
            }

            if (!hasDescr || fortranOrder is null || shape is null)
            {
                return false;
            }

            header = new NpyHeader(descr, fortranOrder.Value, shape);
            return true;
        }

        private char Peek()
        {
            while (position < text.Length && char.IsWhiteSpace(text[position]))
            {
                position++;
            }

            return position < text.Length ? text[position] : '\0';
        }

        private bool Take(char expected)
        {
            if (Peek() != expected)
            {
                return false;
            }

            position++;
            return true;
        }

        private bool TryString(out string? value)
        {
            value = null;
            var quote = Peek();
            if (quote is not ('\'' or '"'))
            {
                return false;
            }

            var end = text.IndexOf(quote, position + 1);
            if (end < 0)
            {
                return false;
            }

            value = text[(position + 1)..end];
            position = end + 1;
            return true;
        }

        private bool TryBoolean(out bool? value)
        {
            _ = Peek();
            value = null;
            foreach (var word in (ReadOnlySpan<string>)["True", "False"])
            {
                if (string.CompareOrdinal(text, position, word, 0, word.Length) == 0)
                {
                    position += word.Length;
                    value = word == "True";
                }
            }

            return value is not null;
        }

        private bool TryTuple(out List<long>? lengths)
        {
            lengths = [];
            if (!Take('('))
            {
                return false;
            }

            while (!Take(')'))
            {
                _ = Peek();
                var begin = position;
                while (position < text.Length && char.IsAsciiDigit(text[position]))
                {
                    position++;
                }

                if (!long.TryParse(text.AsSpan(begin, position - begin), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
                {
                    return false;
                }

                lengths.Add(length);
                if (!Take(',') && Peek() != ')')
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>Passes over a bracketed list, which only a structured type has.</summary>
        private bool TryList()
        {
            if (Peek() != '[')
            {
                return false;
            }

            var depth = 0;
            do
            {
                var c = position < text.Length ? text[position++] : '\0';
                if (c == '\0')
                {
                    return false;
                }

                depth += c switch { '[' => 1, ']' => -1, _ => 0 };
            }
            while (depth > 0);
            return true;
        }
    }
}
