using KMeans.Input;

namespace KMeans.Tests.Input;

public class FileOrderTests
{
    private static readonly string[] Names = [.. Enumerable.Range(0, 10).Select(i => $"part-{i}")];

    [Fact]
    public void Shuffle_WithASeed_GivesTheSameFilesInAnOrderOfTheSeed()
    {
        var order = FileOrder.Shuffle(Names, 7);

        Assert.NotEqual(Names, order);
        Assert.Equal(Names, order.Order(StringComparer.Ordinal));
        Assert.Equal(order, FileOrder.Shuffle(Names, 7));
        Assert.NotEqual(order, FileOrder.Shuffle(Names, 8));
    }

    [Fact]
    public void Shuffle_WithoutASeed_LeavesTheOrder() => Assert.Equal(Names, FileOrder.Shuffle(Names, null));
}
