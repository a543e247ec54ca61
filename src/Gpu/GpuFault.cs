using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;

namespace KMeans.Gpu;

/// <summary>Tells a device's failures from errors of the program.</summary>
internal static class GpuFault
{
    /// <summary>Whether an exception came from a device, its driver or its memory.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>False for what should end the job.</returns>
    public static bool IsDevice(Exception exception) => exception is AcceleratorException or OutOfMemoryException;

    /// <summary>Whether smaller tiles may help.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>True where memory did not suffice.</returns>
    public static bool IsOutOfMemory(Exception exception) => exception switch
    {
        CudaException cuda => cuda.Error == nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY),
        CLException openCl => openCl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE,
        _ => exception is OutOfMemoryException,
    };
}
