using KMeans.Kernels;

namespace KMeans.Coordination;

/// <summary>Finds devices and makes kernels that run on them. Implemented outside Core, where the packages are.</summary>
public interface IDeviceBackend
{
    /// <summary>The word after --backend.</summary>
    string Name { get; }

    /// <summary>Opens a device.</summary>
    /// <param name="device">"auto" for the best there is, an index, or another word that the backend knows.</param>
    /// <param name="host">The CPU's kernel.</param>
    /// <param name="threads">Threads that will stream to it: what the memory plan counts with.</param>
    /// <param name="log">Told of what changes the speed, a line each, from any thread.</param>
    /// <returns>The kernel, to be disposed.</returns>
    /// <exception cref="InputException">There is no such device here: names it, and what there is.</exception>
    IDeviceKernel Open(string device, IAssignmentKernel host, int threads, Action<string> log);
}
