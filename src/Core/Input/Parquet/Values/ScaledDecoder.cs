using System.Numerics;

namespace KMeans.Input.Parquet.Values;

/// <summary>Decimals stored as integers.</summary>
/// <typeparam name="TStored">int or long.</typeparam>
/// <param name="stored">Decodes the integers.</param>
/// <param name="scale">Digits behind the point.</param>
internal sealed class ScaledDecoder<TStored>(ValueDecoder<TStored> stored, int scale) : ValueDecoder<double>
    where TStored : unmanaged, IBinaryInteger<TStored>
{
    /// <inheritdoc/>
    public override void Begin(byte[] data, int start, int end) => stored.Begin(data, start, end);

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Read(int count)
    {
        var source = stored.Read(count);
        var values = Scratch(count);
        for (var i = 0; i < source.Length; i++)
        {
            values[i] = DecimalValues.Scale(long.CreateTruncating(source[i]), scale);
        }

        return values;
    }

    /// <inheritdoc/>
    public override void Skip(int count) => stored.Skip(count);
}
