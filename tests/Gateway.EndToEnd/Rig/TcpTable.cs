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

    // Columns: number, local address, remote address, state, …
    private static IEnumerable<string[]> Lines(string path) =>
        File.ReadLines(path).Skip(1).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
