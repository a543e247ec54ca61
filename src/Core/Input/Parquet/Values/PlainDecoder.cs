using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KMeans.Input.Parquet.Values;

/// <summary>PLAIN numbers: the page holds them as memory does, so they are not copied.</summary>
/// <typeparam name="TValue">int, uint, long, ulong, float or double.</typeparam>
internal sealed class PlainDecoder<TValue> : ValueDecoder<TValue>
    where TValue : unmanaged
{
    private byte[] page = [];
    private int position;
    private int stop;
    private int last;

    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end)
    {
        page = data;
        position = start;
        stop = end;
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<TValue> Read(int count)
    {
        last = position;
        Skip(count);
        return MemoryMarshal.Cast<byte, TValue>(page.AsSpan(last, position - last));
    }

    /// <inheritdoc/>
    public override byte[] Origin(out int start)
    {
        start = last;
        return page;
    }

    /// <inheritdoc/>
    public override void Skip(int count)
    {
        if (count > (stop - position) / Unsafe.SizeOf<TValue>())
        {
            throw TooShort();
        }

        position += count * Unsafe.SizeOf<TValue>();
    }
}
