namespace Gateway.EndToEnd.Rig;

/// <summary>Reads a stream event by event, for tests that act in the middle of it.</summary>
public static class SseReading
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Reads until so many events are complete.</summary>
    /// <returns>All complete events; fewer than asked for where the stream ended.</returns>
    public static async Task<IReadOnlyList<SseEvent>> EventsAsync(Stream body, int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var seen = new MemoryStream();
        var buffer = new byte[4096];
        while (true)
        {
            var events = SseOracle.Parse(seen.GetBuffer().AsSpan(0, (int)seen.Length));
            if (events.Count >= count)
                return events;
            var read = await body.ReadAsync(buffer, limit.Token);
            if (read == 0)
                return events;
            seen.Write(buffer.AsSpan(0, read));
        }
    }
}
