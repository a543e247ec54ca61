using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using KMeans.Coordination;

namespace KMeans.Client.CommandLine;

/// <summary>Runs the command that the user named. The one place where failures become exit codes.</summary>
internal static class Invocation
{
    /// <summary>Runs it.</summary>
    /// <param name="arguments">As the system gives them, without the program's name.</param>
    /// <returns>See <see cref="ExitCode"/>.</returns>
    [SuppressMessage("Design", "CA1031", Justification = "The last place where a failure can be explained.")]
    public static int Run(string[] arguments)
    {
        using var interruption = new Interruption();
        Adapters.RegisterStores();
        try
        {
            var root = RootProgram.Create(interruption);

            // Paths may begin with '@', and options have one dash only where they have two.
            var parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (UsageError.Find(parsed, arguments) is { } message)
            {
                throw new InputException(message);
            }

            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e)
        {
            return Explain(e, interruption);
        }
    }

    private static int Explain(Exception e, Interruption interruption)
    {
        switch (e)
        {
            // Also what fails because the work is being taken down: a part of an upload whose connection is closed.
            case OperationCanceledException or IOException or ObjectDisposedException or AggregateException when interruption.Token.IsCancellationRequested:
                Messages.Stopped(interruption.Kept);
                return interruption.Code;
            case InputException:
                Messages.Error(e.Message);
                return ExitCode.Misused;
            case TrainingStoppedException:
                Messages.Error(e.Message);
                return ExitCode.Failed;
            case IOException or UnauthorizedAccessException:
                Messages.Error($"{e.Message.TrimEnd('.')}.");
                return ExitCode.Failed;
            case OutOfMemoryException:
                Messages.Error("there is not enough memory; use fewer --threads, or fewer clusters or columns.");
                return ExitCode.Failed;
            default:
                Messages.Error("a fault of the program; please report it with these lines:");
                Console.Error.WriteLine(e);
                return ExitCode.Failed;
        }
    }
}
