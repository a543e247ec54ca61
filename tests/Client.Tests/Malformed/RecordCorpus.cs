using System.Runtime.InteropServices;
using static KMeans.Client.Tests.Malformed.MalformedInput;

namespace KMeans.Client.Tests.Malformed;

/// <summary>RecordIO files of protobuf messages, written out byte by byte.</summary>
internal static class RecordCorpus
{
    private const string Name = "rows.pbr";
    private const int FloatTensor = 2;

    public static IEnumerable<MalformedInput> RecordIO()
    {
        var first = Record(Features(Tensor(1, 2)));
        var second = Record(Features(Tensor(3, 4)));
        byte[] good = [.. first, .. second];
        var records = new (string What, byte[] Record)[]
        {
            ("no message", Record([])),
            ("no features", Record(Field(3, "uid"u8.ToArray()))),
            ("another feature", Record(Features(Tensor(1, 2), "pixels"))),
            ("a tensor of no kind", Record(Features(Field(9, [1, 2])))),
            ("no values", Record(Features(Tensor()))),
            ("three values", Record(Features(Tensor(1, 2, 3)))),
            ("one value", Record(Features(Tensor(1)))),
            ("half a value", Record(Features(Field(FloatTensor, Field(1, [0, 0, 128, 63, 0, 0]))))),
            ("a value that is not a number", Record(Features(Tensor(1, float.NaN)))),
            ("keys without a shape", Record(Features(Field(FloatTensor, [.. Packed(1, 2), .. Field(2, [0, 1])])))),
            ("a key beyond its shape", Record(Features(Field(FloatTensor, [.. Packed(1, 2), .. Field(2, [0, 2]), .. Field(3, [2])])))),
            ("a key twice", Record(Features(Field(FloatTensor, [.. Packed(1, 2), .. Field(2, [1, 1]), .. Field(3, [2])])))),
            ("more keys than values", Record(Features(Field(FloatTensor, [.. Packed(1), .. Field(2, [0, 1]), .. Field(3, [2])])))),
            ("a shape of five for two values", Record(Features(Field(FloatTensor, [.. Packed(1, 2), .. Field(3, [5])])))),
            ("a shape of 2^63", Record(Features(Field(FloatTensor, [.. Packed(1), .. Field(2, [0]), .. Field(3, [255, 255, 255, 255, 255, 255, 255, 255, 127])])))),
            ("a length beyond the message", Record([0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07])),
            ("a length without its end", Record([0x0A, 0xFF])),
            ("a number of eleven bytes", Record([0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1])),
            ("a wire type that there is not", Record([0x0F, 1, 2])),
            ("field 0", Record([0x02, 0])),
        };
        return
        [
            .. records.Select(record => Of($"{record.What} in the first record", Name, [.. record.Record, .. second])),
            .. records.Select(record => Of($"{record.What} in the last record", Name, [.. good, .. record.Record])),
            .. Enumerable.Range(0, 4).Select(i => Of($"byte {i} of a magic number changed", Name, Patch(good, first.Length + i, (byte)(good[i] ^ 1)))),
            Of("another magic number at the beginning", Name, Patch(good, 0, 0x0B)),
            Of("a length of 512 MB", Name, Patch(good, 4, 255, 255, 255, 0x1F)),
            Of("a record in parts", Name, Patch(good, 7, 0x20)),
            Of("a length of 1", Name, Patch(good, 4, 1)),
            Of("empty", Name, []),
            .. new[] { 1, 4, 7, 8, 9, first.Length - 1, first.Length + 1, first.Length + 8, good.Length - 1 }.Select(length => Of($"cut after {length} bytes", Name, good[..length])),
        ];
    }

    private static byte[] Record(byte[] message) => [0x0A, 0x23, 0xD7, 0xCE, .. ArrayCorpus.Int(message.Length), .. message, .. new byte[(4 - (message.Length % 4)) % 4]];

    private static byte[] Features(byte[] value, string key = "values") => Field(1, [.. Field(1, System.Text.Encoding.ASCII.GetBytes(key)), .. Field(2, value)]);

    private static byte[] Tensor(params float[] values) => Field(FloatTensor, Packed(values));

    private static byte[] Packed(params float[] values) => Field(1, MemoryMarshal.AsBytes<float>(values).ToArray());

    /// <summary>A field of bytes; every length here fits in seven bits.</summary>
    private static byte[] Field(int number, byte[] content) => [(byte)((number << 3) | 2), (byte)content.Length, .. content];
}
