namespace KMeans.Coordination;

/// <summary>An instance could not run a block, through no fault of the data: it is away, overloaded, has other files or another version.</summary>
internal sealed class InstanceFaultException : Exception
{
    /// <summary>Creates one.</summary>
    /// <param name="message">One line: what happened, without the instance's name.</param>
    /// <param name="transient">Whether trying again there may help. Otherwise the instance gets no more blocks of the pass.</param>
    /// <param name="inner">The cause; where every attempt ends like this one, the job ends with it.</param>
    public InstanceFaultException(string message, bool transient, Exception? inner = null)
        : base(message, inner) => IsTransient = transient;

    /// <summary>Whether trying again there may help.</summary>
    public bool IsTransient { get; }
}
