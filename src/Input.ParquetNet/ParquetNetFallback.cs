namespace KMeans.Input.ParquetNet;

/// <summary>Opens through Parquet.Net the files whose numbers lie deeper than Core's reader goes: in lists of structs or lists, or in maps.</summary>
/// <remarks>
/// Memory: Parquet.Net reads a column of a row group whole, so a reader holds one row group of its columns: the value, 8 bytes for its
/// levels and 9 for the unpacked form, for each value. Write row groups of moderate size for it.
/// Parquet.Net does not check what an LZ4 page unpacks to, and would hand out whatever lay in the buffer before where a page is damaged:
/// columns in LZ4 are refused rather than read wrongly. LZO it does not read at all. Nor does it bound the lengths that a damaged footer
/// declares, which is why only files whose footer Core's reader has found sound are offered to it.
/// </remarks>
public sealed class ParquetNetFallback : IInputFallback
{
    /// <inheritdoc/>
    public string Name => "Parquet.Net";

    /// <inheritdoc/>
    public InputFile? TryOpen(ByteSource source, string refusal)
    {
        Span<byte> magic = stackalloc byte[4];
        if (source.Length < 12 || source.Read(0, magic) != magic.Length || !magic.SequenceEqual("PAR1"u8))
        {
            return null;
        }

        var file = ParquetNetInputFile.TryOpen(source);
        return file is not null && file.Columns.Any(column => column.IsNumeric) ? file : null;
    }
}
