using System.Net;
using System.Net.Sockets;

namespace Gateway.EndToEnd.Rig;

/// <summary>For programs that cannot bind to port 0 and say which one they got.</summary>
public static class Ports
{
    /// <summary>A port nobody listens on; somebody else may take it before its user does.</summary>
    public static int Free()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
