using KMeans.SageMaker;

namespace KMeans.Tests.SageMaker;

public class ChannelContentTests
{
    [Theory]
    [InlineData(null, "recordio", 0)]
    [InlineData("", "recordio", 0)]
    [InlineData("application/x-recordio-protobuf", "recordio", 0)]
    [InlineData("Application/X-RecordIO-Protobuf; version=1.0", "recordio", 0)]
    [InlineData("text/csv", "csv", 1)]
    [InlineData("text/csv;label_size=0", "csv", 0)]
    [InlineData("text/csv; label_size=0", "csv", 0)]
    [InlineData("TEXT/CSV ; Label_Size = 2 ; charset=UTF-8", "csv", 2)]
    [InlineData("application/x-parquet", "parquet", 0)]
    public void Parse_OfAContentType_TellsFormatAndLabels(string? text, string format, int labels)
    {
        var content = ChannelContent.Parse(text, "train");
        Assert.Equal((format, labels), (content.Format.Format, content.LabelSize));
        Assert.Equal(labels == 0 ? null : Enumerable.Range(0, labels).Select(i => $"c{i}"), content.Choice.Exclude);
        Assert.Equal(content.IsCsv ? (false, ',') : ((bool?)null, (char?)null), (content.Format.CsvHeader, content.Format.CsvDelimiter));
    }
}
