using System.Buffers;
using System.Net.Http.Headers;

namespace Gateway.Upstream;

/// <summary>
/// The only way a value becomes an upstream header. <c>TryAddWithoutValidation</c> writes CR and LF as they come, which is a second
/// request; the validating Add parses known headers and changes them. This one refuses control characters and leaves the rest alone.
/// </summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Forbidden = SearchValues.Create([.. Enumerable.Range(0, 32).Where(static c => c != '\t').Select(static c => (char)c), '\x7f']);

    public static bool IsValid(string value) => !value.AsSpan().ContainsAny(Forbidden);

    /// <exception cref="FormatException">The value has a control character.</exception>
    public static void Add(HttpHeaders headers, string name, string value)
    {
        if (!IsValid(value)) throw new FormatException($"The value of the header '{name}' has a control character.");
#pragma warning disable RS0030 // the value has just been checked; names come from the configuration or from this code
        headers.TryAddWithoutValidation(name, value);
#pragma warning restore RS0030
    }
}
