using System.Runtime.Intrinsics;

namespace KMeans.Kernels;

/// <summary>The kernels of this process. All give the same labels and the same bits; they differ in speed.</summary>
public static class AssignmentKernels
{
    /// <summary>Those that this machine accelerates, fastest first; "scalar" is always the last.</summary>
    public static IReadOnlyList<IAssignmentKernel> Available { get; } = Find();

    /// <summary>The fastest.</summary>
    public static IAssignmentKernel Best => Available[0];

    /// <summary>A kernel by its name.</summary>
    /// <param name="name">"vector512", "vector256", "vector128" or "scalar".</param>
    /// <returns>The kernel.</returns>
    /// <exception cref="ArgumentException">This machine has no such kernel; the message lists those that it has.</exception>
    public static IAssignmentKernel ByName(string name)
    {
        foreach (var kernel in Available)
        {
            if (string.Equals(kernel.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                return kernel;
            }
        }

        throw new ArgumentException($"There is no kernel '{name}' on this machine; it has {string.Join(", ", Available.Select(kernel => kernel.Name))}.", nameof(name));
    }

    private static List<IAssignmentKernel> Find()
    {
        var kernels = new List<IAssignmentKernel>();
        if (Vector512.IsHardwareAccelerated)
        {
            kernels.Add(new SimdKernel<Lanes512, Vector512<float>>("vector512"));
        }

        if (Vector256.IsHardwareAccelerated)
        {
            kernels.Add(new SimdKernel<Lanes256, Vector256<float>>("vector256"));
        }

        if (Vector128.IsHardwareAccelerated)
        {
            kernels.Add(new SimdKernel<Lanes128, Vector128<float>>("vector128"));
        }

        kernels.Add(new ScalarKernel());
        return kernels;
    }
}
