using System.Runtime.ExceptionServices;
using KMeans.Http.Service.Api;
using KMeans.Http.Service.Jobs;
using KMeans.Inference;
using KMeans.Inference.Batch;
using KMeans.Input;
using KMeans.Input.Csv;
using KMeans.Models;
using KMeans.Output;

namespace KMeans.Http.Service.Transform;

/// <summary>Transforms the files that a job means: one ".out" for each, seen whole or not at all.</summary>
/// <param name="input">Finds files.</param>
/// <param name="threads">Files at a time where the job does not say.</param>
internal sealed class TransformFiles(TrainingJobInput input, int threads)
{
    private const string Extension = ".out";

    /// <summary>Transforms all files of a job.</summary>
    /// <param name="document">The job.</param>
    /// <param name="model">Its model.</param>
    /// <param name="stop">Stops it within a payload; files that are complete stay.</param>
    /// <exception cref="InputException">A file is missing, damaged or has a row that is none of the model's; or an answer cannot be written.</exception>
    public void Run(TransformJobDocument document, InferenceModel model, CancellationToken stop)
    {
        var plan = TransformJobPlan.Parse(ApiFields.Of(document.Request), input.Roots);
        var files = InputDiscovery.Find(input.Paths(plan.Source, plan.IsManifest), input.Roots.Require);
        if (files.GroupBy(file => file.RelativeName, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InputException($"{twice.ElementAt(1).Path}: another file has the name {twice.Key} too, and both would be written to {twice.Key}{Extension}; name one of them otherwise.");
        }

        try
        {
            Parallel.ForEach(
                files,
                new ParallelOptions { MaxDegreeOfParallelism = Math.Min(plan.Concurrency ?? threads, threads), CancellationToken = stop },
                file => Transform(file, $"{plan.OutputPath.TrimEnd('/')}/{file.RelativeName}{Extension}", plan, model, stop));
        }
        catch (AggregateException e)
        {
            // The first in the order of the files would be nicer to have, but which of them failed first is as good a reason.
            ExceptionDispatchInfo.Throw(e.InnerExceptions.FirstOrDefault(each => each is not OperationCanceledException) ?? e.InnerExceptions[0]);
        }
    }

    private void Transform(FoundFile file, string output, TransformJobPlan plan, InferenceModel model, CancellationToken stop)
    {
        OutputPlace.Prepare(input.Roots, output);
        using var staged = new StagedFile(output, overwrite: true);
        using (var source = file.Open())
        using (var rows = plan.IsPacked ? (Stream)new ForwardStream(new GzipBytes(source)) : new ByteSourceStream(source))
        {
            FileTransform.Run(rows, file.Path, staged.Stream, model, plan.Options, stop);
        }

        stop.ThrowIfCancellationRequested();
        staged.Commit();
    }
}
