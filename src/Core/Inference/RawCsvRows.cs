using System.Runtime.InteropServices;
using System.Text;
using KMeans.Input;
using KMeans.Input.Csv;
using KMeans.Input.Elements;
using KMeans.Preparation;

namespace KMeans.Inference;

/// <summary>Reads raw rows of CSV and takes them through the model's recipe: a first line that names the columns, or, where the recipe itself names them, as many fields as it does.</summary>
/// <param name="sink">Where rows go.</param>
/// <param name="recipe">The model's.</param>
internal sealed class RawCsvRows(RowSink sink, Recipe recipe)
{
    private const string Request = "the request";

    /// <summary>Enough rows for a column's kind to make no difference: each request is read whole.</summary>
    private const int RowsAtATime = 256;

    private readonly byte delimiter = (byte)(recipe.Delimiter?[0] ?? ',');
    private readonly string[] needed = [.. RecipeProgram.Compile(recipe).Schema is var schema ? schema.Numbers.Concat(schema.Texts) : []];
    private readonly RowBatch<double> batch = new(RowsAtATime, sink.FeatureCount, weighted: false);

    /// <summary>Whether a body is of raw rows. Features that are prepared already are numbers without a first line of names, and another count of them.</summary>
    /// <param name="body">UTF-8 text.</param>
    /// <returns>False where the body is to be read as features.</returns>
    public bool IsRaw(ReadOnlySpan<byte> body)
    {
        var end = body.IndexOf((byte)'\n');
        var fields = Encoding.UTF8.GetString(end < 0 ? body : body[..end]).TrimStart('\uFEFF').Split((char)delimiter).Select(field => field.Trim().Trim('"')).ToHashSet();
        return needed.All(fields.Contains) || IsNamed(body, end);
    }

    /// <summary>Reads a body. O(bytes).</summary>
    /// <param name="body">Raw rows.</param>
    /// <exception cref="InputException">A row is none of the recipe's, or one that it leaves out; the message names it.</exception>
    public void Read(ReadOnlySpan<byte> body)
    {
        var hasHeader = !IsNamed(body, body.IndexOf((byte)'\n'));
        var file = new CsvFile(new RequestBytes(body.ToArray()), new InputFormatOptions { CsvHeader = hasHeader, CsvDelimiter = (char)delimiter });
        var prepared = PreparedInputFile.Wrap([file], recipe)[0];
        using (prepared)
        {
            var d = sink.FeatureCount;
            var names = prepared.Columns.Select(column => column.Name).ToList();
            var selection = new ColumnSelection([.. sink.FeatureNames.Select(name => names.IndexOf(name))]);
            using var reader = prepared.OpenRows(new FileRange(0, body.Length), selection, ColumnTransform.Identity(d));
            batch.Count = 0;
            while (reader.Read(batch, RowsAtATime) is > 0 and var count)
            {
                for (var i = 0; i < count; i++)
                {
                    if (batch.Dropped?[i] == true)
                    {
                        throw new InputException($"row {sink.NextRow}: the model's recipe leaves such rows out, by its condition, its categories, or because a value is missing; send rows of the kind that it was trained on.");
                    }

                    sink.Add(MemoryMarshal.AsBytes(batch.Samples.AsSpan(i * d, d)), ElementType.Float64);
                }

                batch.Count = 0;
            }
        }
    }

    private bool IsNamed(ReadOnlySpan<byte> body, int end) =>
        recipe.Names is { } names && names.Length != sink.FeatureCount && (end < 0 ? body : body[..end]).Count(delimiter) + 1 == names.Length && !names.All(Encoding.UTF8.GetString(end < 0 ? body : body[..end]).Contains);

    /// <summary>The bytes of a request as a file.</summary>
    private sealed class RequestBytes(byte[] bytes) : ByteSource
    {
        public override string Path => Request;

        public override long Length => bytes.Length;

        protected override int ReadSome(long offset, Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Math.Max(0, bytes.Length - offset));
            bytes.AsSpan((int)Math.Min(offset, bytes.Length), count).CopyTo(buffer);
            return count;
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
