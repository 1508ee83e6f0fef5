using System.Net.Sockets;
using Gateway.Demo;
using Gateway.Hosting;

namespace Gateway.Commands;

/// <summary><c>demo</c>: the demo model as an upstream of every kind, for people who test their applications and their gateways.</summary>
internal static class DemoCommand
{
    public const string DefaultUrls = "http://127.0.0.1:4010";

    private const int CannotStart = 1;

    /// <summary>About what a fast model takes for a token.</summary>
    public static readonly TimeSpan DefaultPace = TimeSpan.FromMilliseconds(15);

    /// <returns>0 after a signal, 1 where it cannot listen.</returns>
    public static async Task<int> RunAsync(string urls, TimeSpan pace, TextWriter err)
    {
        using var signals = new Signals(static () => { });
        await using var app = DemoServer.Build(urls, new DemoServer(TimeProvider.System, pace));
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            err.WriteLine($"The demo cannot start: {e.Message}");
            return CannotStart;
        }

        DemoBanner.Write(err, app.Urls);
        await signals.Stopping;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();   // its streams are nobody's money
        await app.StopAsync(now.Token);
        return 0;
    }
}
