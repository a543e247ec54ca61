using System.CommandLine;
using System.Globalization;

namespace KMeans.Client.CommandLine;

/// <summary>What computes: --backend and --gpu.</summary>
/// <param name="description">What --backend does, for the help.</param>
internal sealed class BackendOptions(string description)
{
    private const string Device = "gpu";

    private readonly Option<string> backend = OptionKinds.Choice("--backend", description, ("auto", "auto"), ("scalar", "scalar"), ("simd", "simd"), (Device, Device));
    private readonly Option<string?> gpu = OptionKinds.Number<string?>(
        "--gpu", "INDEX|auto|cpu", "The device of --backend gpu: auto takes the first CUDA or else OpenCL GPU; cpu simulates one, slowly, for tests", false, "an index such as 0, auto or cpu",
        text => (IsDeviceName(WithoutPath(text)), text));

    /// <summary>Both, in the order of the help.</summary>
    public IEnumerable<Option> All => [backend, gpu];

    /// <summary>The backend's name as Core knows it.</summary>
    /// <param name="parsed">The arguments.</param>
    /// <returns>"auto", "scalar", "simd", or "gpu:" and the device.</returns>
    /// <exception cref="InputException">A device is named for another backend.</exception>
    public string Read(ParseResult parsed)
    {
        var name = parsed.Read(backend) ?? "auto";
        var device = parsed.Read(gpu);
        if (name != Device)
        {
            return device is null ? name : throw new InputException($"--gpu {device}: is about --backend gpu; add that, or leave it out.");
        }

        return $"{Device}:{device ?? "auto"}";
    }

    /// <summary>Whether a backend's name is a device's.</summary>
    /// <param name="name">As read.</param>
    /// <returns>Whether it is.</returns>
    public static bool IsDevice(string name) => name.StartsWith(Device, StringComparison.Ordinal);

    private static bool IsDeviceName(string text) =>
        text is "auto" or "cpu" || text.StartsWith("cpu:", StringComparison.Ordinal) || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    /// <summary>"0+fused" and "0+product" say what makes the scores there, for comparing the two (docs/design/gpu.md).</summary>
    private static string WithoutPath(string text) => text.EndsWith("+fused", StringComparison.Ordinal) || text.EndsWith("+product", StringComparison.Ordinal) ? text[..text.LastIndexOf('+')] : text;
}
