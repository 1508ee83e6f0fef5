using System.Diagnostics;

namespace Gateway.EndToEnd.Rig;

/// <summary>Bounded polling: the only place where a test waits for something that nobody announces.</summary>
public static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    public static Task TrueAsync(Func<bool> condition, TimeSpan within, Func<string> what) =>
        TrueAsync(() => Task.FromResult(condition()), within, what);

    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan within, Func<string> what)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > within)
                throw new TimeoutException($"waited {within.TotalSeconds} s in vain for {what()}");
            await Task.Delay(Step);
        }
    }

    /// <summary>The first value that satisfies, or a <see cref="TimeoutException"/> that shows the last one.</summary>
    public static async Task<T> ValueAsync<T>(Func<Task<T>> read, Func<T, bool> satisfies, TimeSpan within, string what)
    {
        var last = await read();
        await TrueAsync(
            async () => satisfies(last) || satisfies(last = await read()),
            within,
            () => $"{what}; last seen: {last}");
        return last;
    }
}
