namespace KMeans.Training;

/// <summary>How centers are chosen from points.</summary>
public enum InitMethod
{
    /// <summary>Points drawn uniformly, without repetition.</summary>
    Random,

    /// <summary>Each point drawn with a probability in proportion to its squared distance to those drawn before (Arthur and Vassilvitskii 2007).</summary>
    KMeansPlusPlus,
}
