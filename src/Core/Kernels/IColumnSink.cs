namespace KMeans.Kernels;

/// <summary>What becomes of the scores of a tile with samples across the lanes. A type argument, so that it is compiled into the loops.</summary>
/// <typeparam name="TVector">Of samples.</typeparam>
internal interface IColumnSink<TVector>
    where TVector : struct
{
    /// <summary>Takes the scores of one vector of samples against the next six centers.</summary>
    /// <param name="s0">Against the first of them, and so on.</param>
    /// <param name="s1">Second.</param>
    /// <param name="s2">Third.</param>
    /// <param name="s3">Fourth.</param>
    /// <param name="s4">Fifth.</param>
    /// <param name="s5">Sixth.</param>
    /// <param name="sample">Of the tile, the first in the vector.</param>
    void TakeSix(TVector s0, TVector s1, TVector s2, TVector s3, TVector s4, TVector s5, nint sample);

    /// <summary>The same against the next four.</summary>
    /// <param name="s0">Against the first of them, and so on.</param>
    /// <param name="s1">Second.</param>
    /// <param name="s2">Third.</param>
    /// <param name="s3">Fourth.</param>
    /// <param name="sample">Of the tile, the first in the vector.</param>
    void TakeFour(TVector s0, TVector s1, TVector s2, TVector s3, nint sample);

    /// <summary>Goes on to the next centers, when all samples have been taken.</summary>
    /// <param name="centers">How many have been.</param>
    void Pass(int centers);
}
