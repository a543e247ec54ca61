using System.Security.Cryptography;
using System.Text;
using KMeans.SageMaker;

namespace KMeans.Http.Container;

/// <summary>The token that the hosts of one job share where none is configured.</summary>
/// <remarks>
/// Made of what the platform tells every host of the job: its ARN or name, its hosts, its parameters. So hosts of another job that reach this one by mistake are refused. It is no secret from
/// somebody who knows all of that and reaches the network, which the platform keeps between the job's own hosts.
/// </remarks>
internal static class JobToken
{
    private static readonly string[] Variables = ["TRAINING_JOB_ARN", "TRAINING_JOB_NAME"];

    /// <summary>Makes it.</summary>
    /// <param name="job">The job.</param>
    /// <returns>64 letters and digits.</returns>
    public static string Of(ContainerJob job)
    {
        var text = new StringBuilder("kmeans container token");
        foreach (var variable in Variables)
        {
            text.Append('\0').Append(Environment.GetEnvironmentVariable(variable));
        }

        text.Append('\0').AppendJoin('\0', job.Hosts.All).Append('\0').Append(job.Hyperparameters.Options).Append('\0').Append(job.Hyperparameters.FeatureDim);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
