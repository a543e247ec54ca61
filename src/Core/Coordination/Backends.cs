using KMeans.Kernels;

namespace KMeans.Coordination;

/// <summary>Finds the kernel that a backend's name stands for.</summary>
internal static class Backends
{
    /// <summary>Finds it.</summary>
    /// <param name="name">"auto", "scalar", "simd", or a kernel's own name.</param>
    /// <returns>The kernel. The choice never changes a result.</returns>
    /// <exception cref="InputException">There is none of that name here.</exception>
    public static IAssignmentKernel Kernel(string name) => name switch
    {
        "auto" or "simd" => AssignmentKernels.Best,
        "scalar" => new ScalarKernel(),
        "gpu" => throw new InputException("--backend gpu: there is no GPU backend in this build; use auto, scalar or simd."),
        _ => throw new InputException($"--backend '{name}': use auto, scalar or simd."),
    };
}
