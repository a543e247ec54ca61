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
    public static bool IsDevice(Exception exception) => exception is AcceleratorException or OutOfMemoryException or CuBlasException;

    /// <summary>Whether a matrix library is missing or failed, which says nothing about the device.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>True where the device goes on without it.</returns>
    public static bool IsLibrary(Exception exception) => exception is TypeLoadException or BadImageFormatException || (exception is CuBlasException && !IsOutOfMemory(exception));

    /// <summary>What a failure says, in one line.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>The text.</returns>
    public static string Reason(Exception exception) => exception switch
    {
        CuBlasException library => library.Error.ToString(),

        // The first sentence names the library; a dozen places where it was looked for follow.
        DllNotFoundException => exception.Message.Split(". ", 2)[0],
        _ => exception.Message.ReplaceLineEndings(" ").Trim(),
    };

    /// <summary>Whether smaller tiles may help.</summary>
    /// <param name="exception">The exception.</param>
    /// <returns>True where memory did not suffice.</returns>
    public static bool IsOutOfMemory(Exception exception) => exception switch
    {
        CuBlasException library => library.Error == CuBlasStatus.CUBLAS_STATUS_ALLOC_FAILED,
        CudaException cuda => cuda.Error == nameof(CudaError.CUDA_ERROR_OUT_OF_MEMORY),
        CLException openCl => openCl.Error is CLError.CL_MEM_OBJECT_ALLOCATION_FAILURE or CLError.CL_OUT_OF_RESOURCES or CLError.CL_OUT_OF_HOST_MEMORY or CLError.CL_INVALID_BUFFER_SIZE,
        _ => exception is OutOfMemoryException,
    };
}
