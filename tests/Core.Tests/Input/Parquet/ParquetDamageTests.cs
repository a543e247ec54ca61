using KMeans.Input;
using KMeans.Input.Parquet;

namespace KMeans.Tests.Input.Parquet;

/// <summary>Damaged files: an <see cref="InputException"/> or a result, never another exception, a hang or a huge allocation.</summary>
public class ParquetDamageTests
{
    [Fact]
    public void Open_TruncatedAtEveryLength_IsAnInputError()
    {
        var whole = File.ReadAllBytes(Path.Combine(ParquetSamples.Folder, "arrow-rs-v2-text-delta.parquet"));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<InputException>(() => ReadAll(whole[..length]));
        }
    }

    [Theory]
    [InlineData("arrow-rs-v2-text-delta.parquet")]
    [InlineData("arrow-rs-v1-delta.parquet")]
    [InlineData("arrow-rs-v2-snappy-lists-dictionary.parquet")]
    [InlineData("hyparquet-decimals-snappy.parquet")]
    [InlineData("parquetjs-gzip.parquet")]
    public void Read_WithAnyByteChanged_IsAnInputErrorOrAResult(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(ParquetSamples.Folder, name));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var flip in new byte[] { (byte)(1 << (i % 8)), 0xFF })
            {
                bytes[i] ^= flip;
                try
                {
                    ReadAll(bytes);
                }
                catch (InputException e)
                {
                    Assert.StartsWith("memory.parquet: ", e.Message);
                    Assert.DoesNotContain('\n', e.Message);
                }
                finally
                {
                    bytes[i] ^= flip;
                }
            }
        }

        var perRead = (GC.GetAllocatedBytesForCurrentThread() - before) / (2 * bytes.Length);
        Assert.InRange(perRead, 0, 8 << 20);
    }

    [Fact]
    public void Read_OfDamage_NamesColumnAndRowGroup()
    {
        var bytes = File.ReadAllBytes(Path.Combine(ParquetSamples.Folder, "hyparquet-decimals-snappy.parquet"));
        bytes[4] = 0xFF;
        var error = Assert.Throws<InputException>(() => ReadAll(bytes));
        Assert.StartsWith("memory.parquet: column 'decimal_int32', row group 1: ", error.Message);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "too short")]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 }, "does not end as a Parquet file")]
    [InlineData(new byte[] { 80, 65, 82, 49, 255, 255, 255, 255, 80, 65, 82, 49 }, "claims 4294967295 bytes")]
    [InlineData(new byte[] { 80, 65, 82, 49, 0, 0, 0, 0, 80, 65, 82, 69 }, "encrypted")]
    public void Open_OfOtherBytes_SaysWhatIsWrong(byte[] bytes, string reason)
    {
        var error = Assert.Throws<InputException>(() => new ParquetInputFile(new MemoryByteSource(bytes)));
        Assert.Contains(reason, error.Message);
    }

    private static void ReadAll(byte[] bytes)
    {
        using var file = new ParquetInputFile(new MemoryByteSource(bytes));
        var rows = Math.Min(file.RowCount!.Value, 1000);
        for (var c = 0; c < file.Columns.Count; c++)
        {
            var column = file.Columns[c];
            if (column.IsNumeric)
            {
                using var reader = file.OpenRows(new FileRange(0, rows), new ColumnSelection([c]), ColumnTransform.Identity(column.Width));
                var batch = new RowBatch<float>((int)Math.Min(rows, 200_000 / column.Width) + 1, column.Width, false);
                reader.Read(batch, int.MaxValue);
            }
            else if (column.Type == "text")
            {
                using var reader = file.OpenValues(new FileRange(0, rows), [c]);
                reader.Read([new ValueColumn(reader.Kinds[0], (int)rows)], (int)rows);
            }
        }
    }
}
