using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace KMeans.Http.Tests.Support;

/// <summary>The client as a process of its own, whose lines can be waited for and which can be killed and stopped.</summary>
internal sealed partial class KMeansProcess : IAsyncDisposable
{
    private const int Stop = 19;
    private const int Continue = 18;
    private const int Terminate = 15;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(120);

    private static readonly string ClientPath = Path.GetFullPath(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "ClientPath").Value!);

    private readonly Process process;
    private readonly string command;
    private readonly Lines output = new();
    private readonly Lines error = new();

    private KMeansProcess(Process process, string command)
    {
        this.process = process;
        this.command = command;
        process.OutputDataReceived += (_, line) => output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => error.Add(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output => output.ToString();

    public string Error => error.ToString();

    public bool HasExited => process.HasExited;

    public static KMeansProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with variables of its environment changed.</summary>
    public static KMeansProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.ArgumentList.Add(ClientPath);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new KMeansProcess(Process.Start(start)!, string.Join(' ', arguments));
    }

    /// <summary>Runs a command to its end and insists on its success.</summary>
    public static async Task<string> RunAsync(params string[] arguments)
    {
        await using var process = Start(arguments);
        Assert.True(await process.ExitAsync() == 0, process.Error);
        return process.Output;
    }

    /// <summary>Waits for a line of standard output.</summary>
    public Task<string> OutputAsync(Func<string, bool> wanted) => Within(output.WaitAsync(wanted));

    /// <summary>Waits for a line of standard error.</summary>
    public Task<string> ErrorAsync(Func<string, bool> wanted) => Within(error.WaitAsync(wanted));

    /// <summary>Waits for the end.</summary>
    public async Task<int> ExitAsync()
    {
        await Within(process.WaitForExitAsync().ContinueWith(_ => "", TaskScheduler.Default));
        return process.ExitCode;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGSTOP.</summary>
    public void Suspend() => Assert.Equal(0, Kill(process.Id, Stop));

    /// <summary>SIGCONT.</summary>
    public void Resume() => Assert.Equal(0, Kill(process.Id, Continue));

    /// <summary>SIGTERM.</summary>
    public void End() => Assert.Equal(0, Kill(process.Id, Terminate));

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }

        process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);

    private async Task<string> Within(Task<string> task)
    {
        try
        {
            return await task.WaitAsync(Longest);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"kmeans {command}: not within {Longest.TotalSeconds} s. It said: {Output} {Error}");
        }
    }

    /// <summary>The lines of one stream so far.</summary>
    private sealed class Lines
    {
        private readonly Lock gate = new();
        private readonly List<string> lines = [];
        private TaskCompletionSource added = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(string? line)
        {
            if (line is null)
            {
                return;
            }

            TaskCompletionSource told;
            lock (gate)
            {
                lines.Add(line);
                (told, added) = (added, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }

            told.SetResult();
        }

        public async Task<string> WaitAsync(Func<string, bool> wanted)
        {
            while (true)
            {
                Task next;
                lock (gate)
                {
                    if (lines.Find(line => wanted(line)) is { } found)
                    {
                        return found;
                    }

                    next = added.Task;
                }

                await next;
            }
        }

        public override string ToString()
        {
            lock (gate)
            {
                return string.Join('\n', lines);
            }
        }
    }
}
