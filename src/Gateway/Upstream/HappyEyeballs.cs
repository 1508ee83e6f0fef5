using System.Net;
using System.Net.Sockets;

namespace Gateway.Upstream;

/// <summary>
/// Connects to whichever of a name's addresses answers first (RFC 8305, "Happy Eyeballs"): the next one is tried as soon as one refuses, or has not answered for <see cref="AttemptDelay"/>.
/// An address whose packets vanish costs that delay, and not the whole of a provider's <c>timeout.connect</c>.
/// </summary>
internal static class HappyEyeballs
{
    /// <summary>"Connection Attempt Delay", RFC 8305 section 5: long enough that an address that answers is asked alone.</summary>
    public static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <param name="addresses">At least one, in the resolver's order of preference (RFC 6724).</param>
    /// <param name="connect">Makes one connection, and closes what it made where it throws.</param>
    /// <returns>The connection that was there first; the caller's to close. Others are closed, also when they come later.</returns>
    /// <exception cref="SocketException">No address could be reached: what became of the last one.</exception>
    /// <exception cref="OperationCanceledException">The token fired first.</exception>
    public static async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, Func<IPAddress, CancellationToken, Task<Socket>> connect, TimeProvider time, CancellationToken cancellationToken)
    {
        if (addresses.Count == 1) return await connect(addresses[0], cancellationToken);
        using var race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var waiting = new Queue<IPAddress>(ByTurns(addresses));
        var underWay = new List<Task<Socket>>();
        try
        {
            while (true)
            {
                if (waiting.TryDequeue(out var next)) underWay.Add(connect(next, race.Token));
                var patience = Task.Delay(waiting.Count > 0 ? AttemptDelay : Timeout.InfiniteTimeSpan, time, race.Token);
                var ended = await Task.WhenAny([.. underWay, patience]);
                cancellationToken.ThrowIfCancellationRequested();
                if (ended is not Task<Socket> attempt) continue;
                underWay.Remove(attempt);
                if (attempt.IsCompletedSuccessfully || (underWay.Count == 0 && waiting.Count == 0)) return await attempt;
            }
        }
        finally
        {
            await race.CancelAsync();
            foreach (var loser in underWay) _ = CloseAsync(loser);
        }
    }

    /// <summary>The families by turns, the preferred one first (RFC 8305 section 4): where one family leads nowhere, its other addresses need not be waited for.</summary>
    public static IEnumerable<IPAddress> ByTurns(IReadOnlyList<IPAddress> addresses)
    {
        var preferred = addresses.Where(a => a.AddressFamily == addresses[0].AddressFamily).ToList();
        var other = addresses.Where(a => a.AddressFamily != addresses[0].AddressFamily).ToList();
        for (var i = 0; i < Math.Max(preferred.Count, other.Count); i++)
        {
            if (i < preferred.Count) yield return preferred[i];
            if (i < other.Count) yield return other[i];
        }
    }

    private static async Task CloseAsync(Task<Socket> loser)
    {
        await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loser.IsCompletedSuccessfully) (await loser).Dispose();
    }
}
