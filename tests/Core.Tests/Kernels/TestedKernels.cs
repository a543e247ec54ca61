using KMeans.Kernels;

namespace KMeans.Tests.Kernels;

/// <summary>The kernels that the contract's tests are run on: here those of this machine. Other test projects link the tests and name kernels of their own.</summary>
internal static class TestedKernels
{
    public static IReadOnlyList<IAssignmentKernel> All => AssignmentKernels.Available;

    public static IAssignmentKernel ByName(string name) => AssignmentKernels.ByName(name);
}
