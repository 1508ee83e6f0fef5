using System.Globalization;
using Gateway.Core.Errors;

namespace Gateway.Admin;

/// <summary>Revisions as <c>ETag</c> and <c>If-Match</c> (RFC 9110, 13.1.1).</summary>
internal static class Revisions
{
    public static string ETag(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");

    /// <summary>Why a change to this revision is refused; null: it may be made.</summary>
    public static GatewayError? Refuse(HttpRequest request, long revision)
    {
        if (request.Headers.IfMatch.Count == 0)
            return null;
        var tags = request.Headers.IfMatch.SelectMany(static h => (h ?? "").Split(',', StringSplitOptions.TrimEntries));
        return tags.Any(t => t == "*" || t == ETag(revision))
            ? null
            : new(ErrorKind.PreconditionFailed, $"If-Match does not name the revision that is there, {ETag(revision)}: read it again, and make the change on that.");
    }
}
