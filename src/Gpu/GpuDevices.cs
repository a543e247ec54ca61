using System.Globalization;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using KMeans.Gpu.Kernels;

namespace KMeans.Gpu;

/// <summary>Finds devices: CUDA's first, then OpenCL's GPUs; ILGPU's simulator only where it is asked for, because it is a thousand times slower than the CPU's own kernels.</summary>
internal static class GpuDevices
{
    /// <summary>The word for the simulator.</summary>
    public const string Simulator = "cpu";

    /// <summary>Opens a device.</summary>
    /// <param name="choice">"auto", an index, "cpu", or "cpu:N" for a simulator that is lost at its Nth call.</param>
    /// <returns>The device with the kernel.</returns>
    /// <exception cref="InputException">There is none like that, or it cannot be opened.</exception>
    public static GpuDevice Open(string choice)
    {
        if (choice == Simulator)
        {
            return OpenSimulator(assertions: false);
        }

        if (choice.StartsWith(Simulator + ':', StringComparison.Ordinal) && long.TryParse(choice.AsSpan(Simulator.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var calls))
        {
            return OpenFailing(calls);
        }

        if (choice != "auto" && !(int.TryParse(choice, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted >= 0))
        {
            throw new InputException($"--gpu {choice}: use auto, an index from 0, or cpu (a simulator, for tests).");
        }

        var context = Create(builder => builder.Cuda().OpenCL());
        try
        {
            var devices = Find(context);
            var index = choice == "auto" ? 0 : int.Parse(choice, CultureInfo.InvariantCulture);
            if (index >= devices.Count)
            {
                throw new InputException(devices.Count == 0
                    ? "--backend gpu: this machine has no CUDA or OpenCL GPU, or no driver for it; use --backend simd."
                    : $"--gpu {choice}: this machine has {string.Join(", ", devices.Select((device, i) => $"{i} ({device.Name})"))}.");
            }

            return new GpuDevice(context, devices[index]);
        }
        catch (Exception e) when (GpuFault.IsDevice(e) || e is InternalCompilerException)
        {
            throw new InputException($"--gpu {choice}: the device cannot be opened ({e.Message}); use another, or --backend simd.", e);
        }
        catch (InputException)
        {
            context.Dispose();
            throw;
        }
    }

    /// <summary>Opens ILGPU's simulator.</summary>
    /// <param name="assertions">Whether kernels check bounds and assertions.</param>
    /// <returns>The device.</returns>
    public static GpuDevice OpenSimulator(bool assertions)
    {
        const int warpSize = 4;
        var context = Create(builder =>
        {
            builder.CPU(new CPUDevice(warpSize, SimulatorTile.ThreadCount / warpSize, 1));
            if (assertions)
            {
                builder.Assertions();
            }
        });
        return new GpuDevice(context, context.GetCPUDevice(0));
    }

    /// <summary>A simulator that is lost: shows on whole inputs what happens then (tests/gpu-fingerprints.sh).</summary>
    private static GpuDevice OpenFailing(long calls)
    {
        var device = OpenSimulator(assertions: false);
        device.Before = _ =>
        {
            if (Interlocked.Decrement(ref calls) <= 0)
            {
                throw new CLException(CLError.CL_DEVICE_NOT_AVAILABLE);
            }
        };
        return device;
    }

    /// <summary>Makes a context in which the kernel compiles.</summary>
    /// <param name="configure">Adds devices.</param>
    /// <returns>To be disposed.</returns>
    public static Context Create(Action<Context.Builder> configure) => Context.Create(builder =>
    {
        builder.Optimize(OptimizationLevel.O2);
        Intrinsics.Register(builder);
        configure(builder);
    });

    /// <summary>The GPUs that can run the kernel, in the order of their indices. An NVIDIA card is not counted again as an OpenCL device.</summary>
    private static List<Device> Find(Context context)
    {
        var cuda = context.Devices.Where(device => device.AcceleratorType == AcceleratorType.Cuda).ToList();
        var openCl = context.Devices.OfType<CLDevice>()
            .Where(device => device.DeviceType == CLDeviceType.CL_DEVICE_TYPE_GPU && (cuda.Count == 0 || device.Vendor != CLDeviceVendor.Nvidia));
        return [.. cuda.Concat(openCl).Where(device => device.MaxNumThreadsPerGroup >= DeviceTile.ThreadCount && device.MaxSharedMemoryPerGroup >= ProposalKernel.SharedBytes<DeviceTile>())];
    }
}
