using System.Globalization;
using System.Text;

namespace Gateway.Providers.Demo.Model;

/// <summary>What a proxy in front of a provider says in its place.</summary>
internal static class DemoPage
{
    public static ReadOnlyMemory<byte> Of(int status) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"<html>\r\n<head><title>{status} Demo</title></head>\r\n<body>\r\n<center><h1>{status} The demo model plays a proxy</h1></center>\r\n</body>\r\n</html>\r\n"));
}
