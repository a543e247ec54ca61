using System.Globalization;
using KMeans.Coordination;

namespace KMeans.Grains;

/// <summary>The pass that a job is at, written once for all shards and kept for them to pull. Thread-safe.</summary>
/// <param name="job">The job's name.</param>
/// <param name="input">The rows as shards open them.</param>
internal sealed class PassOffers(string job, InputSpec input)
{
    private readonly Lock gate = new();
    private Pass? offered;
    private Lazy<(Ticket Ticket, Payload Content)>? offer;

    /// <summary>Offers a pass; the one before is not offered any more.</summary>
    /// <param name="pass">The pass.</param>
    /// <returns>What shards are told. Its name is the content's: a pass that a silo has from an earlier term is not pulled again.</returns>
    public Ticket Offer(Pass pass)
    {
        Lazy<(Ticket Ticket, Payload Content)> current;
        lock (gate)
        {
            if (!ReferenceEquals(offered, pass))
            {
                offered = pass;
                offer = new Lazy<(Ticket, Payload)>(() => Write(pass));
            }

            current = offer!;
        }

        return current.Value.Ticket;
    }

    /// <summary>Gives a chunk.</summary>
    /// <param name="name">The ticket's name.</param>
    /// <param name="index">The chunk.</param>
    /// <returns>The chunk; null where the pass is over.</returns>
    public Chunk? Pull(string name, int index)
    {
        Lazy<(Ticket Ticket, Payload Content)>? current;
        lock (gate)
        {
            current = offer;
        }

        return current is { IsValueCreated: true, Value: var (ticket, content) } && ticket.Name == name && index >= 0 && index < content.ChunkCount ? content.ToChunk(index) : null;
    }

    private (Ticket Ticket, Payload Content) Write(Pass pass)
    {
        var spec = new PassSpec(pass.Id, pass.Context, input);
        var key = 0UL;
        var content = Payload.Of(stream => key = PassSpecCodec.Write(stream, spec));
        return (new Ticket { Name = string.Create(CultureInfo.InvariantCulture, $"{job}/{key:x16}"), Length = content.Length }, content);
    }
}
