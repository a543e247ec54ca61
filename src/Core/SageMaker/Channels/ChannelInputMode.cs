namespace KMeans.SageMaker;

/// <summary>How a channel's data come into the container.</summary>
public enum ChannelInputMode
{
    /// <summary>Files, copied before the training begins.</summary>
    File,

    /// <summary>Files that are fetched as they are read.</summary>
    FastFile,

    /// <summary>One named pipe an epoch, read once from front to back.</summary>
    Pipe,
}
