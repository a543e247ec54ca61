namespace KMeans.Input;

/// <summary>Matches one name against one segment of a glob: * any run, ? any one character, [abc], [a-z], [!abc] one of a set.</summary>
internal static class GlobPattern
{
    /// <summary>Whether a path has wildcards.</summary>
    /// <param name="path">A path or one segment of it.</param>
    /// <returns>True where it has one of * ? [.</returns>
    public static bool HasWildcard(string path) => path.AsSpan().ContainsAny('*', '?', '[');

    /// <summary>Matches a whole name, case and all. Names that begin with a dot or an underscore match only patterns that do too.</summary>
    /// <param name="pattern">One segment, without separators.</param>
    /// <param name="name">A file's or folder's name.</param>
    /// <returns>Whether it matches. O(pattern * name).</returns>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (name.Length > 0 && name[0] is '.' or '_' && (pattern.Length == 0 || pattern[0] != name[0]))
        {
            return false;
        }

        // After a mismatch only the last star needs another try: an earlier one could give it no match that it cannot find itself.
        var (p, n, star, starName) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                starName = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out var length))
            {
                p += length;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }

        return !pattern[p..].ContainsAnyExcept('*');
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        if (pattern[0] == '?')
        {
            return true;
        }

        // A closing bracket directly after the opening one is a member of the set; without a closing one the bracket stands for itself.
        var close = pattern[0] == '[' && pattern.Length > 2 ? pattern[2..].IndexOf(']') + 2 : 1;
        if (close < 2)
        {
            return pattern[0] == c;
        }

        length = close + 1;
        var set = pattern[1..close];
        var negated = set.Length > 1 && set[0] == '!';
        if (negated)
        {
            set = set[1..];
        }

        return Contains(set, c) != negated;
    }

    private static bool Contains(ReadOnlySpan<char> set, char c)
    {
        for (var i = 0; i < set.Length; i++)
        {
            if (i + 2 < set.Length && set[i + 1] == '-')
            {
                if (c >= set[i] && c <= set[i + 2])
                {
                    return true;
                }

                i += 2;
            }
            else if (set[i] == c)
            {
                return true;
            }
        }

        return false;
    }
}
