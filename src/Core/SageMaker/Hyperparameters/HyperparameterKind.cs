namespace KMeans.SageMaker;

/// <summary>What the text of a hyperparameter holds.</summary>
public enum HyperparameterKind
{
    /// <summary>A whole number.</summary>
    Whole,

    /// <summary>A number with a fraction.</summary>
    Real,

    /// <summary>One of a few words.</summary>
    Categorical,

    /// <summary>Some of a few words, as a list: <c>["msd","ssd"]</c>.</summary>
    List,

    /// <summary>Any text.</summary>
    FreeText,
}
