using ILGPU;
using ILGPU.Backends.OpenCL;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace KMeans.Gpu.Kernels;

/// <summary>What the kernel needs and ILGPU 1.5.3 lacks, taught to its compilers.</summary>
internal static class Intrinsics
{
    /// <summary>a b + c. Rounded once by CUDA, once or twice elsewhere; the error bound allows for twice.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">A factor.</param>
    /// <param name="c">The addend.</param>
    /// <returns>The sum.</returns>
    /// <remarks>ILGPU has no function for it, and would emit a product and a sum.</remarks>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float a, float b, float c) => (a * b) + c;

    /// <summary>Waits for all threads of the group; what they wrote to shared memory is seen by all.</summary>
    /// <remarks>ILGPU's own barrier orders global memory alone where it compiles to OpenCL C, whose standard promises nothing for shared memory then.</remarks>
    [IntrinsicImplementation]
    public static void Barrier() => Group.Barrier();

    /// <summary>Teaches the compilers.</summary>
    /// <param name="builder">The context to be.</param>
    public static void Register(Context.Builder builder)
    {
        var manager = builder.GetIntrinsicManager();
        var multiplyAdd = typeof(Intrinsics).GetMethod(nameof(MultiplyAdd))!;
        manager.RegisterMethod(multiplyAdd, new PTXIntrinsic(typeof(Intrinsics), nameof(EmitMultiplyAdd), IntrinsicImplementationMode.GenerateCode));

        // OpenCL's own compilers join these where the device has the instruction.
        manager.RegisterMethod(multiplyAdd, new CLIntrinsic(typeof(Intrinsics), nameof(MultiplyThenAdd), IntrinsicImplementationMode.Redirect));
        var barrier = typeof(Intrinsics).GetMethod(nameof(Barrier))!;
        manager.RegisterMethod(barrier, new PTXIntrinsic(typeof(Intrinsics), nameof(GroupBarrier), IntrinsicImplementationMode.Redirect));
        manager.RegisterMethod(barrier, new CLIntrinsic(typeof(Intrinsics), nameof(EmitBarrier), IntrinsicImplementationMode.GenerateCode));
    }

    /// <summary>Called by the compiler to CUDA for every use.</summary>
    /// <param name="backend">The compiler.</param>
    /// <param name="generator">Takes the instruction.</param>
    /// <param name="value">The call.</param>
    public static void EmitMultiplyAdd(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        ArgumentNullException.ThrowIfNull(backend);
        var (a, b, c) = (generator.LoadPrimitive(value[0]), generator.LoadPrimitive(value[1]), generator.LoadPrimitive(value[2]));
        var sum = generator.AllocateHardware(value);
        using var command = generator.BeginCommand("fma.rn.f32");
        command.AppendArgument(sum);
        command.AppendArgument(a);
        command.AppendArgument(b);
        command.AppendArgument(c);
    }

    /// <summary>Called by the compiler to OpenCL C for every use.</summary>
    /// <param name="backend">The compiler.</param>
    /// <param name="generator">Takes the statement.</param>
    /// <param name="value">The call.</param>
    public static void EmitBarrier(CLBackend backend, CLCodeGenerator generator, Value value)
    {
        ArgumentNullException.ThrowIfNull(backend);
        ArgumentNullException.ThrowIfNull(value);
        using var statement = generator.BeginStatement("work_group_barrier");
        statement.BeginArguments();
        statement.AppendCommand("CLK_LOCAL_MEM_FENCE");
        statement.EndArguments();
    }

    /// <summary>What OpenCL gets for a multiply-add.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">A factor.</param>
    /// <param name="c">The addend.</param>
    /// <returns>The sum.</returns>
    public static float MultiplyThenAdd(float a, float b, float c) => (a * b) + c;

    /// <summary>What CUDA gets for a barrier: one that orders shared memory too.</summary>
    public static void GroupBarrier() => Group.Barrier();
}
