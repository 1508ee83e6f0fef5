using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Reply;

/// <summary>
/// The value of <c>x-gateway-dropped-params</c>: what of the client's request was left out, in its order. Names are the client's, at any depth and in any number, so that they are encoded where they are no plain
/// text, and a long list ends in how many more there are.
/// </summary>
internal static class DroppedHeader
{
    /// <summary>Characters. Many clients and proxies take 8 KiB of headers and no more.</summary>
    public const int Longest = 4096;

    private static readonly SearchValues<char> Plain = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-[]$@:/");

    public static string Of(IReadOnlyList<string> names)
    {
        var header = new StringBuilder();
        for (var i = 0; i < names.Count; i++)
        {
            var name = names[i].Length > Longest ? names[i][..Longest] : names[i];
            if (name.AsSpan().ContainsAnyExcept(Plain)) name = Encode(name);
            if (header.Length + name.Length + 1 > Longest)
            {
                header.Append(CultureInfo.InvariantCulture, $"{(i > 0 ? "," : "")}+{names.Count - i}");
                break;
            }

            if (i > 0) header.Append(',');
            header.Append(name);
        }

        return header.ToString();
    }

    /// <summary>Places stay readable: brackets are no danger.</summary>
    private static string Encode(string name) => Uri.EscapeDataString(name).Replace("%5B", "[", StringComparison.Ordinal).Replace("%5D", "]", StringComparison.Ordinal);
}
