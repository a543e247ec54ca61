using System.Numerics;
using KMeans.Coordination;

namespace KMeans.Tests.Coordination.Simulation;

/// <summary>How a schedule ended.</summary>
internal sealed record Outcome(string Kind, PassCounts Counts, int Crashes, int RunPartitions, double Seconds, int WriteFailures);

/// <summary>One job in a world where everything that can fail does, all drawn from one seed.</summary>
internal sealed class Schedule(int seed, Problem problem)
{
    private readonly Random random = new(seed);
    private readonly VirtualWorld world = new();
    private readonly PassCounts counts = new();
    private int crashes;

    /// <summary>The faults; drawn from the seed unless given.</summary>
    public FaultPlan? Plan { get; init; }

    /// <summary>Runs it.</summary>
    /// <returns>"same" or "error": the fingerprint of the undisturbed run, or the error that the fault deserves. Anything else is thrown.</returns>
    public Outcome Run()
    {
        var plan = Plan ?? FaultPlan.Draw(random);
        int[] bad = [.. Enumerable.Range(0, plan.BadPartitions).Select(_ => random.Next(problem.Partitions.Count))];
        var fleet = new VirtualFleet(world, random, plan, new VirtualJob(problem, bad));
        using var folder = new VirtualFolder(random, plan.WriteFault);
        var damaged = default(string);
        while (true)
        {
            try
            {
                var result = RunOnce(plan, fleet, folder);

                // Damage may have hit a file that no manifest named yet; then nobody looks at it.
                Require(bad.Length == 0, "data that is wrong was not noticed");
                Require(Problem.Print(result) == problem.Fingerprint, "the result differs");
                return End("same", fleet, folder);
            }
            catch (SimulatedCrash)
            {
                crashes++;
                if (plan.Damage && damaged is null && random.Next(2) == 0)
                {
                    damaged = folder.Damage();
                }
            }
            catch (InputException e)
            {
                var isOfBadData = bad.Length > 0 && e.Message == $"partition {bad.Min()} is bad";
                var isOfDamage = damaged is not null && e.Message.Contains(damaged, StringComparison.Ordinal) && e.Message.Contains("remove the folder", StringComparison.Ordinal);
                Require(isOfBadData || isOfDamage, $"not the error that bad partitions {string.Join(',', bad)} or the damage of {damaged} deserve: {e.Message}");
                return End("error", fleet, folder);
            }
        }
    }

    private PassResult RunOnce(FaultPlan plan, VirtualFleet fleet, VirtualFolder folder)
    {
        var mailbox = new VirtualMailbox(world, random, plan);
        var mayCrash = crashes < plan.Crashes;
        folder.StepsToCrash = mayCrash && plan.HasCheckpoint && random.Next(2) == 0 ? random.Next(60) : -1;
        var takes = mayCrash && folder.StepsToCrash < 0 ? random.Next(60) : -1;
        mailbox.OnTake = () =>
        {
            if (takes >= 0 && takes-- == 0)
            {
                throw new SimulatedCrash();
            }
        };
        var coordinator = new Coordinator(fleet, new LeaseOptions { MostFailures = 40 }, world, mailbox, null);
        try
        {
            var checkpoint = plan.HasCheckpoint ? Checkpoint.Open(folder, problem.Identity, problem.Partitions.Count, Problem.FeatureCount, world, _ => { }) : null;
            if (checkpoint is { Start: null })
            {
                checkpoint.Begin(problem.Start);
            }

            return problem.Runner(coordinator).Run(checkpoint?.Start ?? problem.Start, null, problem.RowMode, problem.Identity, checkpoint, CancellationToken.None);
        }
        finally
        {
            mailbox.IsClosed = true;
            counts.Add(coordinator.Counts);
        }
    }

    private Outcome End(string kind, VirtualFleet fleet, VirtualFolder folder)
    {
        var bound = Bound(problem.Partitions.Count, fleet.MostInstances);
        Require(counts.MostHeld <= bound, $"{counts.MostHeld} summaries were held where {bound} are the bound");
        Require(folder.MostBlocks <= bound, $"{folder.MostBlocks} blocks were in the checkpoint where {bound} are the bound");
        return new Outcome(kind, counts, crashes, fleet.RunPartitions, world.Seconds, folder.Failures);
    }

    /// <summary>log2(partitions) + 2 x instances.</summary>
    public static int Bound(int partitions, int instances) => BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)partitions)) + (2 * instances);

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
