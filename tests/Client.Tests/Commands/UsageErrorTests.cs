using System.Text.RegularExpressions;
using KMeans.Client.Tests.Support;

namespace KMeans.Client.Tests.Commands;

public sealed class UsageErrorTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("train --inptu x --k 3 --output m", "--inptu", "did you mean --input?")]
    [InlineData("train --input x --kk 3 --output m", "--kk", "did you mean --k?")]
    [InlineData("train --input x --k 0 --output m", "--k 0", "1 or more")]
    [InlineData("train --input x --k ten --output m", "--k ten", "whole number")]
    [InlineData("train --input x --k --output m", "--k", "needs a value")]
    [InlineData("train --input x --k 3 --k 4 --output m", "--k", "takes one")]
    [InlineData("train --input x --k 3 --output m more", "'more'", "--help")]
    [InlineData("train --input x --output m", "--k N", "required")]
    [InlineData("train --input x --k 3 --output m --init-method kmeans", "--init-method kmeans", "random, kmeans++")]
    [InlineData("train --input x --k 3 --output m --epochs 0", "--epochs 0", "or auto")]
    [InlineData("train --input x --k 3 --output m --local-lloyd-tol 2", "--local-lloyd-tol 2", "from 0 to 1")]
    [InlineData("train --input x --k 3 --output m --summary-rows 0%", "--summary-rows 0%", "5%")]
    [InlineData("train --input x --k 3 --output m --format xml", "--format xml", "parquet")]
    [InlineData("train --input x --k 3 --output m --delimiter ab", "--delimiter ab", "one ASCII character")]
    [InlineData("train --input x --k 3 --output m --backend tpu", "--backend tpu", "auto, scalar, simd, gpu")]
    [InlineData("train --input x --k 3 --output m --gpu 1", "--gpu 1", "--backend gpu")]
    [InlineData("bench --backend gpu --gpu first", "--gpu first", "an index such as 0")]
    [InlineData("bench --backend gpu --gpu 0+other", "--gpu 0+other", "an index such as 0")]
    [InlineData("bench --backend gpu --gpu first+fused", "--gpu first+fused", "an index such as 0")]
    [InlineData("train --input nowhere.csv --k 3 --output m", "nowhere.csv", "no such file")]
    [InlineData("tarin --k 3", "'tarin'", "did you mean train?")]
    [InlineData("score --model nowhere --input x", "nowhere", "")]
    [InlineData("predict --model m --input x --output y.txt", "y.txt", ".parquet")]
    [InlineData("predict --model m --input x --output y.npy --keep id", "y.npy", "--keep")]
    [InlineData("generate --rows 3 --features 2 --clusters 2 --output g --files 4", "--files 4", "3")]
    [InlineData("generate --rows 3 --features 2 --clusters 2 --output nowhere/g.parquet", "nowhere", "does not exist")]
    [InlineData("generate --rows 3 --features 2 --clusters 2 --output g.csv", "g.csv", ".npy")]
    public void Arguments_ThatAreWrong_EndInOneLineAndNothingWritten(string arguments, string names, string remedy)
    {
        TrainCommandTests.AssertOneLine(RunKMeans.In(folder, arguments.Split(' ')), names, remedy);
        Assert.Empty(folder.Entries);
    }

    [Theory]
    [InlineData("", "kmeans demo")]
    [InlineData("--help", "kmeans demo")]
    [InlineData("train --help", "kmeans train --input")]
    [InlineData("score --help", "kmeans score --model")]
    [InlineData("predict --help", "kmeans predict --model")]
    [InlineData("curve --help", "kmeans curve --input")]
    [InlineData("reduce --help", "kmeans reduce --model")]
    [InlineData("merge --help", "kmeans merge")]
    [InlineData("inspect --help", "kmeans inspect --input")]
    [InlineData("generate --help", "kmeans generate --rows")]
    [InlineData("demo --help", "kmeans demo")]
    public void Help_OfEveryCommand_HasAnExample(string arguments, string example)
    {
        var ran = RunKMeans.In(folder, arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Contains(example, ran.Output[ran.Output.IndexOf("Example:", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prepare", 2)]
    [InlineData("merge", 1)]
    [InlineData("reduce", 1)]
    [InlineData("curve", 1)]
    public void Help_OfOutputs_SaysThatTheyMayBeObjects(string command, int outputs)
    {
        var lines = RunKMeans.In(folder, command, "--help").Output.Split("\n  --");
        Assert.Equal(outputs, lines.Count(line => line.Split(' ')[0].EndsWith("output", StringComparison.Ordinal) && Regex.Replace(line, @"\s+", " ").Contains("also s3://", StringComparison.Ordinal)));
    }

    [Fact]
    public void Version_IsOneLine()
    {
        var ran = RunKMeans.In(folder, "--version");
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
        Assert.Matches(@"^kmeans \d+\.\d+\.\d+\n$", ran.Output);
    }
}
