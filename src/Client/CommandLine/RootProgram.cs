using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Reflection;
using KMeans.Client.Commands;

namespace KMeans.Client.CommandLine;

/// <summary>The program's commands.</summary>
internal static class RootProgram
{
    private const string Purpose = "Clusters data of any size with k-means, in one pass.";

    private const string FirstSteps = """
          kmeans demo
          kmeans train --input data.csv --k 10 --output model
        """;

    /// <summary>Builds the tree of commands.</summary>
    /// <param name="interruption">What stops a running command.</param>
    /// <returns>The root.</returns>
    public static RootCommand Create(Interruption interruption)
    {
        var root = new RootCommand(Purpose)
        {
            DemoCommand.Create(interruption),
            TrainCommand.Create(interruption),
            ScoreCommand.Create(interruption),
            PredictCommand.Create(interruption),
            DescribeCommand.Create(interruption),
            ExportCommand.Create(interruption),
            InspectCommand.Create(interruption),
            CurveCommand.Create(interruption),
            ReduceCommand.Create(interruption),
            MergeCommand.Create(interruption),
            PrepareCommand.Create(interruption),
            GenerateCommand.Create(interruption),
            BenchCommand.Create(interruption),
            WorkerCommand.Create(interruption),
            ContainerCommand.Create(interruption),
            ServeCommand.Create(interruption),
            SubmitCommand.Create(interruption),
            ListCommand.Create(interruption),
            StatusCommand.Create(interruption),
            WatchCommand.Create(interruption),
            StopCommand.Create(interruption),
            FetchCommand.Create(interruption),
        };
        root.HelpName = "kmeans";

        // No directives: a path may begin with '['.
        root.Directives.Clear();
        var help = new HelpWithExample(FirstSteps);
        foreach (var option in root.Options)
        {
            switch (option)
            {
                case HelpOption:
                    option.Action = help;
                    break;
                case VersionOption:
                    option.Action = new PrintVersion();
                    break;
            }
        }

        root.SetAction(help.Invoke);
        return root;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            Console.Out.WriteLine($"kmeans {Assembly.GetExecutingAssembly().GetName().Version!.ToString(3)}");
            return ExitCode.Done;
        }
    }
}
