using KMeans.Kernels;

namespace KMeans.Coordination;

/// <summary>The kernels of one training or instance.</summary>
/// <param name="Host">The CPU's: finishes, and whatever is not streamed.</param>
/// <param name="Device">A device's, or null.</param>
internal sealed record BackendKernels(IAssignmentKernel Host, IDeviceKernel? Device) : IDisposable
{
    /// <summary>What the passes run on.</summary>
    public IAssignmentKernel Streaming => Device ?? Host;

    /// <inheritdoc/>
    public void Dispose() => Device?.Dispose();
}

/// <summary>Finds the kernels that a backend's name stands for. The choice never changes a result.</summary>
public static class Backends
{
    private static readonly Lock Gate = new();
    private static volatile IDeviceBackend[] registered = [];

    /// <summary>Adds a backend; registering one of the same name again changes nothing. Called at start.</summary>
    /// <param name="backend">The backend.</param>
    public static void Register(IDeviceBackend backend)
    {
        lock (Gate)
        {
            if (!Array.Exists(registered, other => other.Name == backend.Name))
            {
                registered = [.. registered, backend];
            }
        }
    }

    /// <summary>Whether a name is one of a backend: "auto", "scalar", "simd", "gpu", or "gpu:" and a device.</summary>
    /// <param name="name">The name.</param>
    /// <returns>Whether it is. The device is looked for when it is opened.</returns>
    public static bool IsKnown(string name) => name is "auto" or "scalar" or "simd" || Split(name).Backend == "gpu";

    /// <summary>Finds the CPU's kernel.</summary>
    /// <param name="name">A backend's name.</param>
    /// <returns>The kernel that does the CPU's part.</returns>
    /// <exception cref="InputException">There is none of that name.</exception>
    internal static IAssignmentKernel Host(string name) => name switch
    {
        "scalar" => new ScalarKernel(),
        _ when IsKnown(name) => AssignmentKernels.Best,
        _ => throw new InputException($"--backend '{name}': use auto, scalar, simd or gpu."),
    };

    /// <summary>Opens a backend.</summary>
    /// <param name="name">"auto" (which is the CPU's fastest), "scalar", "simd", "gpu", or "gpu:" and a device.</param>
    /// <param name="threads">Threads that will stream to a device.</param>
    /// <param name="log">Told of what changes the speed of a device, a line each, from any thread.</param>
    /// <returns>The kernels, to be disposed.</returns>
    /// <exception cref="InputException">There is no such backend in this build, or no such device here.</exception>
    internal static BackendKernels Open(string name, int threads, Action<string> log)
    {
        var host = Host(name);
        var (backend, device) = Split(name);
        if (backend is "auto" or "scalar" or "simd")
        {
            return new BackendKernels(host, null);
        }

        var opener = Array.Find(registered, each => each.Name == backend) ?? throw new InputException(
            $"--backend {backend}: this program was built without its packages (the core build, docs/design/two-builds.md); use auto, scalar or simd.");
        return new BackendKernels(host, opener.Open(device, host, threads, log));
    }

    private static (string Backend, string Device) Split(string name) =>
        name.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? (name[..colon], name[(colon + 1)..]) : (name, "auto");
}
