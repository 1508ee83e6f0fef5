using System.Buffers;
using System.Net.Http.Headers;

namespace Gateway.Upstream;

/// <summary>
/// The only way a value becomes an upstream header. <c>TryAddWithoutValidation</c> writes CR and LF as they come, which is a second
/// request; the validating Add parses known headers and changes them. This one refuses control characters and leaves the rest alone;
/// and what is not ASCII, which the client would refuse when it is too late: at the sending.
/// </summary>
internal static class HeaderText
{
    private static readonly SearchValues<char> Allowed = SearchValues.Create(['\t', .. Enumerable.Range(' ', '~' - ' ' + 1).Select(static c => (char)c)]);

    public static bool IsValid(string value) => !value.AsSpan().ContainsAnyExcept(Allowed);

    /// <exception cref="FormatException">The value has a control character, or one beyond ASCII.</exception>
    public static void Add(HttpHeaders headers, string name, string value)
    {
        if (!IsValid(value)) throw new FormatException($"The value of the header '{name}' has a control character, or one beyond ASCII.");
#pragma warning disable RS0030 // the value has just been checked; names come from the configuration or from this code
        headers.TryAddWithoutValidation(name, value);
#pragma warning restore RS0030
    }
}
