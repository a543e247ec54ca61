using System.Text.RegularExpressions;

namespace KMeans.Gpu.Tests.Support;

/// <summary>How many registers a PTX kernel needs at once: those whose value is still wanted, found by following it backwards along every branch.</summary>
/// <remarks>An assembler needs no more to avoid spilling, and may need fewer: it takes arguments and addresses of shared memory as constants, and moves instructions.</remarks>
internal static partial class PtxRegisters
{
    /// <summary>The most live registers of 32 bits at any instruction; those of 64 bits count twice, predicates not at all.</summary>
    /// <param name="ptx">A module whose last function is the kernel.</param>
    /// <returns>The count.</returns>
    public static int MostLive(string ptx)
    {
        var instructions = new List<string>();
        var labels = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in ptx[ptx.LastIndexOf(".entry", StringComparison.Ordinal)..].Split('\n').Skip(1).Select(line => line.Split("//")[0].Trim()))
        {
            if (line.EndsWith(':'))
            {
                labels[line[..^1]] = instructions.Count;
            }
            else if (line.EndsWith(';') && line[0] != '.')
            {
                instructions.Add(line);
            }
        }

        var steps = instructions.Select((instruction, i) => Step.Of(instruction, i, labels, instructions.Count)).ToArray();
        var live = steps.Select(_ => new HashSet<string>()).ToArray();
        for (var isChanged = true; isChanged;)
        {
            isChanged = false;
            for (var i = steps.Length - 1; i >= 0; i--)
            {
                var wanted = new HashSet<string>(steps[i].Next.SelectMany(next => live[next]));
                wanted.ExceptWith(steps[i].Sets);
                wanted.UnionWith(steps[i].Reads);
                isChanged |= wanted.Count > live[i].Count;
                live[i] = wanted;
            }
        }

        return live.Max(registers => registers.Sum(register => register[1] switch { 'p' => 0, 'r' when register[2] == 'd' => 2, _ => 1 }));
    }

    private sealed record Step(IReadOnlyCollection<string> Sets, IReadOnlyCollection<string> Reads, int[] Next)
    {
        public static Step Of(string instruction, int index, Dictionary<string, int> labels, int count)
        {
            var match = Instruction().Match(instruction);
            var (guard, name, arguments) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
            var registers = Register().Matches(arguments).Select(register => register.Value).ToArray();

            // A vector load sets all that stand in braces, other instructions their first, and some none.
            var setCount = name.StartsWith("st.", StringComparison.Ordinal) || name.StartsWith("bra", StringComparison.Ordinal) || name.StartsWith("bar", StringComparison.Ordinal) ? 0
                : name.StartsWith("ld.", StringComparison.Ordinal) && arguments.TrimStart().StartsWith('{') ? Register().Count(arguments[..arguments.IndexOf('}', StringComparison.Ordinal)])
                : Math.Min(1, registers.Length);
            string[] reads = [.. registers[setCount..], .. guard.Length > 0 ? [guard] : Array.Empty<string>()];
            int[] next = !name.StartsWith("bra", StringComparison.Ordinal)
                ? name.StartsWith("ret", StringComparison.Ordinal) || index + 1 == count ? [] : [index + 1]
                : guard.Length > 0 ? [labels[arguments.Trim(' ', ';', '\t')], index + 1] : [labels[arguments.Trim(' ', ';', '\t')]];
            return new Step(registers[..setCount], reads, next);
        }
    }

    [GeneratedRegex(@"^(?:@!?(%p\d+)\s+)?(\S+?)(?:;|\s+(.*))$")]
    private static partial Regex Instruction();

    [GeneratedRegex(@"%(?:rd|rs|fd|r|f|p)\d+")]
    private static partial Regex Register();
}
