namespace KMeans.SageMaker;

/// <summary>A cost that is computed on the test channel.</summary>
public enum EvaluationMetric
{
    /// <summary>The mean squared distance of the rows to their nearest center (<c>test:msd</c>).</summary>
    Msd,

    /// <summary>The sum of the squared distances (<c>test:ssd</c>).</summary>
    Ssd,
}
