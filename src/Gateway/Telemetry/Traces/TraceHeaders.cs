using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Telemetry.Traces;

/// <summary>W3C trace context as it stands in headers; both null where there is none.</summary>
/// <param name="Parent"><c>traceparent</c></param>
/// <param name="State"><c>tracestate</c></param>
internal readonly record struct TraceHeaders(string? Parent, string? State)
{
    /// <remarks>512: what https://www.w3.org/TR/trace-context/#tracestate-limits asks everyone to pass on at least.</remarks>
    private const int MaxState = 512;

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Reads a client's. A malformed <c>traceparent</c>, or more than one, counts as none, and takes <c>tracestate</c> with it.</summary>
    public static TraceHeaders Of(IHeaderDictionary headers)
    {
        var parent = headers.TraceParent;
        if (parent.Count != 1 || !IsWellFormed(parent[0]))
            return default;
        var state = headers.TraceState.Count == 0 ? null : headers.TraceState.ToString();
        return new(parent[0], state is null || IsPlain(state) ? state : null);
    }

    /// <summary>What the upstream gets: our span as parent where there is one, else what the client sent, as it came.</summary>
    public TraceHeaders Under(Activity? span) => span is null ? this : new(span.Id, span.TraceStateString);

    // version 00 is exactly "00-" 32 hex "-" 16 hex "-" 2 hex; a later version may go on behind a dash.
    private static bool IsWellFormed([NotNullWhen(true)] string? value) =>
        value is { Length: >= 55 and <= 256 }
        && (value.Length == 55 || IsLater(value))
        && value[2] == '-' && value[35] == '-' && value[52] == '-'
        && IsHex(value.AsSpan(0, 2)) && IsHex(value.AsSpan(3, 32)) && IsHex(value.AsSpan(36, 16)) && IsHex(value.AsSpan(53, 2))
        && !value.StartsWith("ff", StringComparison.Ordinal)
        && value.AsSpan(3, 32).ContainsAnyExcept('0') && value.AsSpan(36, 16).ContainsAnyExcept('0');

    private static bool IsLater(string value) =>
        value[55] == '-' && !value.StartsWith("00", StringComparison.Ordinal) && !value.AsSpan(55).ContainsAnyExceptInRange('!', '~');

    // What would not survive as a header towards the upstream is left out, not refused.
    private static bool IsPlain(string state) => state.Length <= MaxState && !state.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);
}
