using KMeans.Input;
using KMeans.Jobs;
using KMeans.Training;

namespace KMeans.Tests.Jobs;

public sealed class JobRequestCodecTests
{
    private static readonly JobRequest Plain = new() { Paths = ["rows"], Options = new TrainingOptions { ClusterCount = 3 } };

    [Fact]
    public void Read_WhatWasWritten_GivesTheSame()
    {
        var request = new JobRequest
        {
            Paths = ["a.csv", "b/*.csv"],
            Format = new InputFormatOptions { Format = "csv", CsvHeader = true, CsvDelimiter = ';' },
            Choice = new ColumnChoice(["x", "y"], ["z"], "w"),
            Options = new TrainingOptions
            {
                ClusterCount = 7,
                Seed = 11,
                Epochs = 3,
                InitMethod = InitMethod.Random,
                Missing = MissingPolicy.Mean,
                Scaling = ColumnScaling.Robust,
                SummaryRows = new SummaryRows(null, 0.05),
                LocalLloydTolerance = 0.001,
            },
        };

        var text = JobRequestCodec.Write(request);
        var read = JobRequestCodec.Read(text);

        Assert.Equal(request.Options, read.Options);
        Assert.Equal(request.Format, read.Format);
        Assert.Equal(request.Paths, read.Paths);
        Assert.Equal("w", read.Choice.WeightColumn);
        Assert.Equal(["x", "y"], read.Choice.Columns);
        Assert.Equal(text, JobRequestCodec.Write(read));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"paths":["a"],"options":{"clusterCount":3},"more":1}""")]
    [InlineData("""{"paths":[],"options":{"clusterCount":3}}""")]
    [InlineData("""{"paths":["a"],"options":{"clusterCount":0}}""")]
    public void Read_NotARequest_IsRefused(string text) => Assert.Throws<InputException>(() => JobRequestCodec.Read(text));

    [Fact]
    public void Write_WhatOnlyOneProcessHas_IsRefusedByTheOptionsName()
    {
        foreach (var (option, options) in new (string, TrainingOptions)[]
        {
            ("--checkpoint", Plain.Options with { Checkpoint = "folder" }),
            ("--chaos", Plain.Options with { Chaos = 1 }),
            ("--threads", Plain.Options with { Threads = 2 }),
            ("--memory-limit", Plain.Options with { MemoryLimitBytes = 1 << 30 }),
            ("--max-runtime", Plain.Options with { MaxRuntime = TimeSpan.FromHours(1) }),
        })
        {
            var error = Assert.Throws<InputException>(() => JobRequestCodec.Write(Plain with { Options = options }));
            Assert.StartsWith(option, error.Message);
        }
    }

    [Theory]
    [InlineData("nightly-1_a", true)]
    [InlineData("", false)]
    [InlineData("a/b", false)]
    public void Require_Name_TakesWhatAFileCouldBeCalled(string name, bool allowed)
    {
        if (allowed)
        {
            Assert.Equal(name, JobName.Require(name));
        }
        else
        {
            Assert.Throws<InputException>(() => JobName.Require(name));
        }
    }
}
