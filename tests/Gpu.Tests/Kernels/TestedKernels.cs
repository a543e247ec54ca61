using KMeans.Gpu;
using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

/// <summary>The kernel that the contract's tests, linked from Core.Tests, are run on here: the device kernel on ILGPU's simulator, with bounds checked.</summary>
internal static class TestedKernels
{
    private static readonly GpuKernel Simulated = new(GpuDevices.OpenSimulator(assertions: true), AssignmentKernels.Best, 1, message => throw new InvalidOperationException(message));

    public static IReadOnlyList<IAssignmentKernel> All => [Simulated];

    public static IAssignmentKernel ByName(string name) => name == Simulated.Name ? Simulated : throw new ArgumentException(name, nameof(name));
}
