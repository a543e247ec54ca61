namespace KMeans.Http.Protocol;

/// <summary>What a frame of an answer holds. An answer is a sequence of frames, each a type, a length of four bytes and so many bytes.</summary>
internal enum FrameType : byte
{
    /// <summary>How far a block is: rows and their weighted squared distances since the last such frame. Also tells, many times a minute, that the worker is alive.</summary>
    Progress = 1,

    /// <summary>A piece of the payload.</summary>
    Data = 2,

    /// <summary>The payload is complete.</summary>
    End = 3,

    /// <summary>It failed: a <see cref="Protocol.Problem"/>. Nothing follows.</summary>
    Problem = 4,
}
