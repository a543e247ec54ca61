using Spectre.Console;
using Spectre.Console.Rendering;

namespace KMeans.Client.Display;

/// <summary>Progress in a terminal: one line that is redrawn in place and gone when the work is done.</summary>
internal static class LiveProgress
{
    private const int NarrowTerminal = 100;

    /// <summary>Runs work and shows its progress.</summary>
    /// <typeparam name="T">What the work gives.</typeparam>
    /// <param name="work">Is given where to report to.</param>
    /// <returns>What the work gives.</returns>
    public static T Run<T>(Func<Action<Activity>, T> work)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        var clock = new PhaseClock(TimeProvider.System);
        var gate = new Lock();
        var details = new DetailsColumn();
        var bar = new ProgressBarColumn { Width = console.Profile.Width < NarrowTerminal ? 16 : 40 };
        return console.Progress().AutoClear(true).AutoRefresh(true).Columns(new TaskDescriptionColumn(), bar, details).Start(context =>
        {
            var task = context.AddTask("starting", maxValue: 1);
            return work(activity =>
            {
                lock (gate)
                {
                    if (clock.Enter(activity))
                    {
                        task.Description = Markup.Escape(activity.Phase);
                    }

                    task.IsIndeterminate = double.IsNaN(activity.Fraction);
                    task.Value = double.IsNaN(activity.Fraction) ? 0 : activity.Fraction;
                    details.Text = string.Join("  ", clock.Describe(activity, Readable.Short));
                }
            });
        });
    }

    /// <summary>Rows, speed, time left and cost.</summary>
    private sealed class DetailsColumn : ProgressColumn
    {
        public string Text { get; set; } = "";

        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(Text, new Style(Color.Grey)).Overflow(Overflow.Ellipsis);
    }
}
