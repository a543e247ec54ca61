namespace KMeans.Client.Display;

/// <summary>What a command that serves says when it has begun.</summary>
internal static class Listening
{
    /// <summary>Prints where it listens: those who start it wait for these lines, and learn the port from them.</summary>
    /// <param name="addresses">The addresses.</param>
    public static void Announce(params IEnumerable<string> addresses)
    {
        foreach (var address in addresses)
        {
            Console.Out.WriteLine($"listening on {address}");
        }
    }
}
