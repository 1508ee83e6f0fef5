using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.EndToEnd.Rig;

/// <summary>What a <see cref="NameServer"/> says of a name that has no address.</summary>
public enum NameFault
{
    /// <summary>There is no such name (NXDOMAIN).</summary>
    Unknown = 3,

    /// <summary>It could not find out (SERVFAIL).</summary>
    Failure = 2,

    /// <summary>Nothing.</summary>
    Silence = 0,
}

/// <summary>A DNS server on loopback, and surroundings in which a program asks nobody else. Whoever may not mount is skipped.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private const int Port = 53;   // resolv.conf has no place for another one

    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<string, (NameFault Fault, IPAddress[] Addresses)> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Task _serving;

    private NameServer(Socket socket, Surroundings inside)
    {
        (_socket, Inside) = (socket, inside);
        _serving = ServeAsync();
    }

    /// <summary>What to start programs in.</summary>
    public Surroundings Inside { get; }

    public static NameServer Start(TempFolder folder)
    {
        string[] programs = ["unshare", "mount", "bash"];
        var missing = programs.Where(static p => Places.Program(p) is null).ToArray();
        Skip.If(!OperatingSystem.IsLinux() || missing.Length > 0, $"{string.Join(", ", missing)} not installed; run: apt-get install util-linux mount bash");
        Skip.IfNot(Environment.IsPrivilegedProcess, "needs the right to mount a resolv.conf of its own: run as root");
        // Any address of 127.0.0.0/8 is ours: by the process's number, so that tests beside this one have others.
        var address = new IPAddress([127, 53, (byte)(Environment.ProcessId >> 8), (byte)Environment.ProcessId]);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, Port));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            Skip.If(true, $"cannot listen on {address}:{Port}: {e.Message}");
        }

        File.WriteAllText(folder.File("resolv.conf"), $"nameserver {address}\noptions attempts:1\n");
        File.WriteAllText(folder.File("nsswitch.conf"), "hosts: files dns\n");
        var shell = $"mount --bind {folder.File("resolv.conf")} /etc/resolv.conf && {{ [ ! -e /etc/nsswitch.conf ] || mount --bind {folder.File("nsswitch.conf")} /etc/nsswitch.conf; }} && exec \"$@\"";
        return new(socket, new([Places.Program("unshare")!, "--mount", Places.Program("bash")!, "-c", shell, "bash"]));
    }

    /// <summary>Of a name without a fault or an address nothing is known.</summary>
    public void Set(string name, params IPAddress[] addresses) => _names[name] = (NameFault.Unknown, addresses);

    public void Set(string name, NameFault fault) => _names[name] = (fault, []);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _serving;
        _socket.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        var buffer = new byte[1500];
        try
        {
            while (true)
            {
                var asked = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
                if (Answer(buffer.AsSpan(0, asked.ReceivedBytes)) is { } answer)
                    await _socket.SendToAsync(answer, SocketFlags.None, asked.RemoteEndPoint, _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: no more questions.
        }
    }

    /// <summary>RFC 1035 section 4: the question again, and its addresses.</summary>
    private byte[]? Answer(ReadOnlySpan<byte> asked)
    {
        var labels = new List<string>();
        var at = 12;
        for (; asked[at] > 0; at += asked[at] + 1)
            labels.Add(Encoding.ASCII.GetString(asked.Slice(at + 1, asked[at])));
        var (fault, addresses) = _names.TryGetValue(string.Join('.', labels), out var known) ? known : (NameFault.Unknown, []);
        if (addresses.Length == 0 && fault == NameFault.Silence)
            return null;
        var isIpv4 = BinaryPrimitives.ReadUInt16BigEndian(asked[(at + 1)..]) == 1;
        var code = addresses.Length == 0 ? (byte)fault : (byte)0;
        var records = isIpv4 ? addresses : [];
        List<byte> answer = [asked[0], asked[1], 0x81, (byte)(0x80 | code), 0, 1, 0, (byte)records.Length, 0, 0, 0, 0, .. asked[12..(at + 5)]];
        foreach (var address in records)
            answer.AddRange([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, .. address.GetAddressBytes()]);
        return [.. answer];
    }
}
