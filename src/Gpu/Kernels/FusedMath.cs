using ILGPU;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;

namespace KMeans.Gpu.Kernels;

/// <summary>The multiply-add that ILGPU has no function for.</summary>
internal static class FusedMath
{
    /// <summary>a b + c. Rounded once by CUDA, once or twice elsewhere; the error bound allows for twice.</summary>
    /// <param name="a">A factor.</param>
    /// <param name="b">A factor.</param>
    /// <param name="c">The addend.</param>
    /// <returns>The sum.</returns>
    [IntrinsicImplementation]
    public static float MultiplyAdd(float a, float b, float c) => (a * b) + c;

    /// <summary>Has the compiler emit one instruction for it where it compiles for CUDA.</summary>
    /// <param name="builder">The context to be.</param>
    public static void Register(Context.Builder builder) => builder.GetIntrinsicManager().RegisterMethod(
        typeof(FusedMath).GetMethod(nameof(MultiplyAdd))!, new PTXIntrinsic(typeof(FusedMath), nameof(EmitMultiplyAdd), IntrinsicImplementationMode.GenerateCode));

    /// <summary>Called by the compiler for every use.</summary>
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
}
