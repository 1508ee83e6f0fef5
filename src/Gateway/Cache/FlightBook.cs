using System.Collections.Concurrent;

namespace Gateway.Cache;

/// <summary>Of requests that are the same and under way at the same time, one goes to the provider and the others wait for it.</summary>
internal sealed class FlightBook
{
    /// <summary>More do not wait for one: they are made, each by itself.</summary>
    private const int MostWaiting = 1000;

    private readonly ConcurrentDictionary<CacheKey, Flight> _flights = new();

    /// <summary>Requests that wait for another one now.</summary>
    public int Waiting => _flights.Values.Sum(static f => f.Waiting);

    /// <param name="leads">Whether the flight is the caller's, who has to <see cref="Land"/> it. Otherwise the caller waits for it, and says <see cref="Flight.Leave"/> afterwards.</param>
    /// <returns>Null: too many wait already.</returns>
    public Flight? Join(CacheKey key, out bool leads)
    {
        var own = new Flight(key);
        var flight = _flights.GetOrAdd(key, own);
        leads = ReferenceEquals(flight, own);
        if (leads || flight.Join() <= MostWaiting) return flight;
        flight.Leave();
        return null;
    }

    /// <summary>Nobody joins any more, and who waits goes on.</summary>
    public void Land(Flight flight, FlightEnd end)
    {
        _flights.TryRemove(new(flight.Key, flight));
        flight.Land(end);
    }
}
