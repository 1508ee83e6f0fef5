using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Streams;

/// <summary>Clients that ask for much and read nothing, or a hundred bytes a second (reliability R3).</summary>
[Collection(Alone.Name)]
public sealed class StalledReaderTests
{
    private const int Readers = 50;

    [Fact]
    public async Task Stalled_readers_cost_little_memory_are_cut_in_time_and_disturb_nobody()
    {
        using var folder = new TempFolder();
        await using var upstream = await ScriptedUpstream.StartAsync(folder);
        await using var gateway = await GatewayProcess.StartAsync(folder, SharedRig.Yaml(upstream.Address));
        var app = gateway.Caller(SharedRig.AppKey);
        for (var i = 0; i < 20; i++)
            await app.ChatAsync(Ask.Chat("fast", new Script()));
        await OneIsCutAsync(gateway);
        var before = ResidentBytes(gateway.ProcessId);
        var name = Ask.NewCase("stalled");
        var request = Request(name);
        var sockets = new List<Socket>();
        var slow = new List<Task>();
        try
        {
            for (var i = 0; i < Readers; i++)
            {
                var socket = await RawHttp.ConnectAsync(gateway.Port, receiveBuffer: 4096);
                sockets.Add(socket);
                await socket.SendAsync(request);
                if (i % 2 == 1)
                    slow.Add(ReadSlowlyAsync(socket));
            }

            var watch = Stopwatch.StartNew();
            var worst = TimeSpan.Zero;
            var peak = 0L;
            var cut = 0;
            // The flush timeout is 3 s; normal requests go on beside it.
            await Eventually.TrueAsync(
                async () =>
                {
                    peak = Math.Max(peak, ResidentBytes(gateway.ProcessId));
                    var one = Stopwatch.StartNew();
                    (await app.ChatAsync(Ask.Chat("fast", new Script()))).Status.Should().Be(System.Net.HttpStatusCode.OK);
                    worst = one.Elapsed > worst ? one.Elapsed : worst;
                    // By the ledger, where a row says that the client is cut.
                    cut = (await gateway.LedgerAsync()).Count(r => r.User == name && r.Status == 499);
                    return cut == Readers;
                },
                TimeSpan.FromSeconds(20),
                () => $"all stalled readers to be cut ({cut} of {Readers} are)");

            watch.Elapsed.Should().BeGreaterThan(TimeSpan.FromSeconds(2), "nobody is cut before the flush timeout");
            (peak - before).Should().BeLessThan(Readers * 1024 * 1024L, $"a stalled stream may cost 1 MiB (before {before}, peak {peak})");
            worst.Should().BeLessThan(TimeSpan.FromSeconds(3), "nobody waits until a reader is cut");
            (await gateway.RowsOfAsync(name, Readers)).Should().HaveCount(Readers);
            // Seen from here and not from the upstream, whose server notices late while its own buffers are full.
            var port = new Uri(upstream.Address).Port;
            await Eventually.TrueAsync(() => Task.FromResult(TcpTable.ConnectionsTo(port) < 5), TimeSpan.FromSeconds(5), () => $"connections to the upstream to be closed ({TcpTable.ConnectionsTo(port)} are open)");
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }

        await Task.WhenAll(slow);
    }

    /// <summary>A hundred bytes a second, until the connection is gone.</summary>
    private static async Task ReadSlowlyAsync(Socket socket)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var few = new byte[10];
        try
        {
            while (await socket.ReceiveAsync(few) > 0)
                await pace.WaitForNextTickAsync();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Cut by the gateway, or the test is over.
        }
    }

    private static long ResidentBytes(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(static l => l.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line["VmRSS:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>What is loaded and compiled for the first one is not what each of them costs.</summary>
    private static async Task OneIsCutAsync(GatewayProcess gateway)
    {
        var name = Ask.NewCase("first");
        using var socket = await RawHttp.ConnectAsync(gateway.Port, receiveBuffer: 4096);
        await socket.SendAsync(Request(name));
        await gateway.RowsOfAsync(name, 1);
    }

    /// <summary>200 MB, if somebody read them.</summary>
    private static byte[] Request(string name) =>
        Encoding.Latin1.GetBytes(RawHttp.Post(Caller.Chat, SharedRig.AppKey, Ask.Chat("fast", new Script { Case = name, Chunks = 20_000, Pad = 10_000 }, stream: true)));
}
