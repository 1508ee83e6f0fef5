using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.EndToEnd.Rig;

/// <summary>A loopback network of its own (a network namespace), whose ports a test can use up without taking one of the machine's. Whoever may not make one is skipped.</summary>
public sealed class SmallNetwork : IAsyncDisposable
{
    private const int NetworkKind = 0x40000000;   // CLONE_NEWNET

    private readonly ChildProcess _holder;
    private int _clientPort = 20_000;

    private SmallNetwork(ChildProcess holder)
    {
        _holder = holder;
        Inside = new([Places.Program("nsenter")!, $"--net={Path}"], (context, _) => new(ConnectAsync(context.DnsEndPoint.Port)));
    }

    /// <summary>What to start programs in.</summary>
    public Surroundings Inside { get; }

    private string Path => $"/proc/{_holder.Id}/ns/net";

    public static async Task<SmallNetwork> StartAsync()
    {
        string[] programs = ["unshare", "nsenter", "ip", "bash"];
        var missing = programs.Where(static p => Places.Program(p) is null).ToArray();
        Skip.If(missing.Length > 0, $"{string.Join(", ", missing)} not installed; run: apt-get install util-linux iproute2 bash");
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs the right to make a network of its own: run as root");
        var holder = ChildProcess.Start(Places.Program("unshare")!, ["--net", Places.Program("bash")!, "-c", "ip link set lo up && echo 'network: up' && exec sleep infinity"], "/");
        await Eventually.TrueAsync(() => holder.HasExited || holder.Output.Length > 0, TimeSpan.FromSeconds(10), () => "a network");
        if (holder.HasExited)
        {
            var said = holder.Errors;
            await holder.DisposeAsync();
            Skip.If(true, $"cannot make a network: {said}");
        }

        return new(holder);
    }

    /// <summary>The ports that connections may go out from. Those that are in use stay so.</summary>
    public async Task BoundPortsAsync(int first, int last)
    {
        var range = string.Create(CultureInfo.InvariantCulture, $"{first} {last}");
        var (code, said) = await ChildProcess.RunAsync("nsenter", [$"--net={Path}", Places.Program("bash")!, "-c", $"echo {range} > /proc/sys/net/ipv4/ip_local_port_range"]);
        if (code != 0)
            throw new IOException($"cannot bound the ports: {said}");
    }

    public ValueTask DisposeAsync() => _holder.DisposeAsync();

    /// <summary>A socket belongs to the network its thread was in when it was made: so a thread goes there, and ends there.</summary>
    private Task<Stream> ConnectAsync(int port)
    {
        var done = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
        var from = Interlocked.Increment(ref _clientPort);   // below the range: a client takes nothing of what the test counts
        new Thread(() =>
        {
            try
            {
                using (var network = File.OpenHandle(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
                {
                    if (SetNamespace(network, NetworkKind) != 0)
                        throw new IOException($"setns failed: {Marshal.GetLastPInvokeErrorMessage()}");
                }

                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                socket.Bind(new IPEndPoint(IPAddress.Loopback, from));
                socket.Connect(IPAddress.Loopback, port);
                done.SetResult(new NetworkStream(socket, ownsSocket: true));
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                done.SetException(e);
            }
        }).Start();
        return done.Task;
    }

    [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int SetNamespace(SafeHandle network, int kind);
}
