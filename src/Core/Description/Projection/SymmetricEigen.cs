namespace KMeans.Description.Projection;

/// <summary>Eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations.</summary>
/// <remarks>Source: Golub and Van Loan, Matrix Computations, 8.5. O(q^3) a sweep; ten sweeps are more than a matrix of a hundred needs.</remarks>
internal static class SymmetricEigen
{
    private const int MostSweeps = 30;

    /// <summary>Decomposes it.</summary>
    /// <param name="matrix">Row-major (q, q), symmetric; destroyed.</param>
    /// <param name="size">q.</param>
    /// <returns>Eigenvalues, falling, and row-major (q, q) the eigenvectors as columns in the same order.</returns>
    public static (double[] Values, double[] Vectors) Of(double[] matrix, int size)
    {
        var vectors = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            vectors[(i * size) + i] = 1;
        }

        for (var sweep = 0; sweep < MostSweeps && OffDiagonal(matrix, size) > 1e-26 * Diagonal(matrix, size); sweep++)
        {
            for (var p = 0; p < size; p++)
            {
                for (var q = p + 1; q < size; q++)
                {
                    Rotate(matrix, vectors, size, p, q);
                }
            }
        }

        var order = Enumerable.Range(0, size).OrderByDescending(i => matrix[(i * size) + i]).ThenBy(i => i).ToArray();
        var sorted = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++)
            {
                sorted[(i * size) + j] = vectors[(i * size) + order[j]];
            }
        }

        return (order.Select(i => matrix[(i * size) + i]).ToArray(), sorted);
    }

    private static void Rotate(double[] a, double[] v, int size, int p, int q)
    {
        var apq = a[(p * size) + q];
        if (apq == 0)
        {
            return;
        }

        var theta = (a[(q * size) + q] - a[(p * size) + p]) / (2 * apq);
        var t = theta == 0 ? 1 : Math.Sign(theta) / (Math.Abs(theta) + Math.Sqrt((theta * theta) + 1));
        var c = 1 / Math.Sqrt((t * t) + 1);
        var s = t * c;
        for (var i = 0; i < size; i++)
        {
            var (ip, iq) = (a[(i * size) + p], a[(i * size) + q]);
            a[(i * size) + p] = (c * ip) - (s * iq);
            a[(i * size) + q] = (s * ip) + (c * iq);
            (ip, iq) = (v[(i * size) + p], v[(i * size) + q]);
            v[(i * size) + p] = (c * ip) - (s * iq);
            v[(i * size) + q] = (s * ip) + (c * iq);
        }

        for (var i = 0; i < size; i++)
        {
            var (pi, qi) = (a[(p * size) + i], a[(q * size) + i]);
            a[(p * size) + i] = (c * pi) - (s * qi);
            a[(q * size) + i] = (s * pi) + (c * qi);
        }
    }

    private static double OffDiagonal(double[] a, int size)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += i / size == i % size ? 0 : a[i] * a[i];
        }

        return sum;
    }

    private static double Diagonal(double[] a, int size)
    {
        var sum = 0.0;
        for (var i = 0; i < size; i++)
        {
            sum += a[(i * size) + i] * a[(i * size) + i];
        }

        return sum;
    }
}
