using System.Diagnostics.CodeAnalysis;

namespace KMeans.Input.Parquet.Columns;

/// <summary>The next values of one flat column as float32 in memory, with what is still to be done to them.</summary>
/// <param name="Data">The array that holds them: a window onto the file, or scratch.</param>
/// <param name="Start">Byte at which they begin, aligned to nothing.</param>
/// <param name="Shift">To be subtracted in double; 0 where that is done.</param>
/// <param name="Factor">To be multiplied by in double; 1 where that is done.</param>
[SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "Never compared.")]
internal readonly record struct FloatColumn(byte[] Data, int Start, double Shift, double Factor);
