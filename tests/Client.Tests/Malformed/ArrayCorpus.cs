using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static KMeans.Client.Tests.Malformed.MalformedInput;

namespace KMeans.Client.Tests.Malformed;

/// <summary>Files of plain numbers behind a header: .npy, fvecs, bvecs and IDX.</summary>
internal static class ArrayCorpus
{
    private static readonly byte[] Values = MemoryMarshal.AsBytes<float>([1, 2, 3, 4, 5, 6, 7, 8]).ToArray();

    public static IEnumerable<MalformedInput> Npy()
    {
        const string Name = "rows.npy";
        var good = Array("(4, 2)");
        var headers = new (string What, byte[] Content)[]
        {
            ("more rows than there are", Array("(5, 2)")),
            ("fewer rows than there are", Array("(3, 2)")),
            ("rows beyond any file", Array("(9223372036854775807, 2)")),
            ("sizes whose product overflows", Array("(4294967296, 4294967296)")),
            ("a size beyond 64 bits", Array("(99999999999999999999, 2)")),
            ("a negative size", Array("(-4, 2)")),
            ("a size that is text", Array("('4', 2)")),
            ("a shape without its end", Array("(4, 2")),
            ("no dimension", Array("()")),
            ("three dimensions", Array("(2, 2, 2)")),
            ("no columns", Array("(8, 0)")),
            ("no rows", Array("(0, 2)")[..128]),
            ("two million columns", Array("(1, 2000000)")),
            ("complex numbers", Array("(4, 1)", "'<c8'")),
            ("text", Array("(4, 2)", "'<U1'")),
            ("objects", Array("(4, 1)", "'|O'")),
            ("an unknown type", Array("(4, 2)", "'<q4'")),
            ("a type over two lines", Array("(4, 2)", "'<f\n4'")),
            ("fields", Array("(4,)", "[('a', '<f4'), ('b', '<f4')]")),
            ("fields without their end", Array("(4,)", "[('a', '<f4'), (")),
            ("columns one after the other", Array("(4, 2)", fortranOrder: "True")),
            ("an order that is no boolean", Array("(4, 2)", fortranOrder: "Maybe")),
            ("a value that is not a number", Patch(good, 128, MemoryMarshal.AsBytes<float>([float.NaN]).ToArray())),
            ("an infinite value", Patch(good, 128 + 12, MemoryMarshal.AsBytes<float>([float.NegativeInfinity]).ToArray())),
            ("no dictionary", Patch(good, 10, (byte)'[')),
            ("version 0", Patch(good, 6, 0)),
            ("version 4", Patch(good, 6, 4)),
            ("a header of no bytes", Patch(good, 8, 0, 0)),
            ("a header beyond the file", Patch(good, 8, 0xFF, 0xFF)),
            ("a header of 4 GB", Patch(good, 6, 2, 0, 0xFF, 0xFF, 0xFF, 0xFF)),
            ("a byte too many", [.. good, 0]),
        };
        return
        [
            .. headers.Select(header => Of(header.What, Name, header.Content)),
            .. Enumerable.Range(0, 6).Select(i => Of($"byte {i} of the magic changed", Name, Patch(good, i, (byte)(good[i] ^ 4)))),
            .. Truncated(Name, good, 14),
        ];
    }

    public static IEnumerable<MalformedInput> Vecs()
    {
        byte[] floats = [.. Row(2, Values[..8]), .. Row(2, Values[8..16]), .. Row(2, Values[16..24])];
        byte[] bytes = [.. Row(3, [1, 2, 3]), .. Row(3, [4, 5, 6]), .. Row(3, [7, 8, 9])];
        foreach (var (name, good) in new[] { ("rows.fvecs", floats), ("rows.bvecs", bytes) })
        {
            var second = good.Length / 3;
            foreach (var width in new[] { 0, -1, 1, int.MaxValue, int.MinValue, 1 << 24 })
            {
                yield return Of($"a first row of {width} values", name, Patch(good, 0, Int(width)));
                yield return Of($"a second row of {width} values", name, Patch(good, second, Int(width)));
            }

            // A cut between rows would leave a shorter file that is right.
            foreach (var length in new[] { 0, 1, 3, 5, second - 1, second + 2, (2 * second) + 4, good.Length - 1 })
            {
                yield return Of($"cut after {length} bytes", name, good[..length]);
            }

            yield return Of("a byte too many", name, [.. good, 0]);
        }

        yield return Of("a value that is not a number", "rows.fvecs", Patch(floats, 4, MemoryMarshal.AsBytes<float>([float.NaN]).ToArray()));
    }

    public static IEnumerable<MalformedInput> Idx()
    {
        const string Name = "rows-idx2-ubyte";
        byte[] good = [0, 0, 8, 2, 0, 0, 0, 4, 0, 0, 0, 3, .. Enumerable.Range(0, 12).Select(i => (byte)i)];
        return
        [
            Of("another magic", Name, Patch(good, 0, 1)),
            Of("another magic", Name, Patch(good, 1, 1)),
            Of("an unknown type", Name, Patch(good, 2, 7)),
            Of("a wider type", Name, Patch(good, 2, 0x0E)),
            Of("no dimensions", Name, Patch(good, 3, 0)),
            Of("255 dimensions", Name, Patch(good, 3, 255)),
            Of("more rows", Name, Patch(good, 7, 5)),
            Of("fewer rows", Name, Patch(good, 7, 3)),
            Of("4 billion rows", Name, Patch(good, 4, 255, 255, 255, 255)),
            Of("4 billion columns", Name, Patch(good, 8, 255, 255, 255, 255)),
            Of("sizes whose product overflows", Name, Patch(good, 4, 255, 255, 255, 255, 255, 255, 255, 255)),
            Of("no columns", Name, Patch(good, 11, 0)),
            Of("no rows", Name, Patch(good, 7, 0)[..12]),
            Of("a byte too many", Name, [.. good, 0]),
            .. Truncated(Name, good, 8),
        ];
    }

    /// <summary>A .npy file of eight floats whose header takes 118 bytes.</summary>
    public static byte[] Array(string shape, string descr = "'<f4'", string fortranOrder = "False")
    {
        var header = $"{{'descr': {descr}, 'fortran_order': {fortranOrder}, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.Latin1.GetBytes(header), .. Values];
    }

    public static byte[] Int(int value)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    private static byte[] Row(int width, byte[] values) => [.. Int(width), .. values];
}
