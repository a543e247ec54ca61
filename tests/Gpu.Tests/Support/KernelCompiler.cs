using System.Reflection;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu.Tests.Support;

/// <summary>What kernels become for devices: neither compiler needs one.</summary>
internal static class KernelCompiler
{
    /// <summary>A kernel with a GPU's tile.</summary>
    /// <param name="type">Its class.</param>
    /// <param name="name">The method.</param>
    /// <returns>The method to compile.</returns>
    public static MethodInfo Kernel(Type type, string name) => type.GetMethod(name)! is { IsGenericMethod: true } generic ? generic.MakeGenericMethod(typeof(DeviceTile)) : type.GetMethod(name)!;

    /// <summary>For CUDA, an H100's architecture.</summary>
    /// <param name="kernel">The method.</param>
    /// <param name="groups">Groups of a multiprocessor, or null.</param>
    /// <returns>PTX.</returns>
    public static string Ptx(MethodInfo kernel, int? groups)
    {
        using var context = GpuDevices.Create(_ => { });
        using var backend = new PTXBackend(context, CudaArchitecture.SM_90, CudaInstructionSet.ISA_80, null!);
        return ((PTXCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(DeviceTile.ThreadCount, groups))).PTXAssembly;
    }

    /// <summary>For an OpenCL device that can do everything that ILGPU may ask of one.</summary>
    /// <param name="kernel">The method.</param>
    /// <returns>OpenCL C.</returns>
    public static string OpenCl(MethodInfo kernel)
    {
        using var context = GpuDevices.Create(_ => { });
        var constructor = Array.Find(typeof(CLCapabilityContext).GetConstructors(), each => Array.TrueForAll(each.GetParameters(), parameter => parameter.ParameterType == typeof(bool)))!;
        var capabilities = (CLCapabilityContext)constructor.Invoke([.. constructor.GetParameters().Select(_ => (object)true)]);
        using var backend = new CLBackend(context, capabilities, CLDeviceVendor.AMD, new CLCVersion(3, 0));
        return ((CLCompiledKernel)backend.Compile(EntryPointDescription.FromExplicitlyGroupedKernel(kernel), new KernelSpecialization(DeviceTile.ThreadCount, 2))).Source;
    }
}
