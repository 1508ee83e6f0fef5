using System.Globalization;

namespace Gateway.EndToEnd.Rig;

/// <summary>The kernel's list of TCP connections (Linux).</summary>
internal static class TcpTable
{
    private const string Established = "01";

    /// <summary>Open connections whose far end is this port of this machine.</summary>
    public static int ConnectionsTo(int port)
    {
        var end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return Lines("/proc/net/tcp").Concat(Lines("/proc/net/tcp6")).Count(fields => fields[2].EndsWith(end, StringComparison.Ordinal) && fields[3] == Established);
    }

    /// <summary>Bytes from this port of this machine that the kernel has and nobody has read.</summary>
    public static long UnreadFrom(int port)
    {
        var end = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return Lines("/proc/net/tcp").Concat(Lines("/proc/net/tcp6")).Where(fields => fields[2].EndsWith(end, StringComparison.Ordinal) && fields[3] == Established)
            .Sum(static fields => long.Parse(fields[4][(fields[4].IndexOf(':', StringComparison.Ordinal) + 1)..], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    // Columns: number, local address, remote address, state, bytes to send and to read, …
    private static IEnumerable<string[]> Lines(string path) =>
        File.ReadLines(path).Skip(1).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
