using System.Diagnostics.CodeAnalysis;

namespace Gateway.Admission;

/// <summary>IANA time zones by name, for the configuration's validation and for budgets.</summary>
internal static class TimeZones
{
    /// <summary>Finds a zone; where there is none, <paramref name="problem"/> says what is wrong and what to do.</summary>
    /// <remarks><c>UTC</c> always exists. Everything else is read from the machine's tzdata, which slim container images leave out.</remarks>
    public static bool TryFind(string id, [NotNullWhen(true)] out TimeZoneInfo? zone, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        if (id is "UTC" or "Etc/UTC")
        {
            zone = TimeZoneInfo.Utc;
            return true;
        }
        if (TimeZoneInfo.TryFindSystemTimeZoneById(id, out zone))
            return true;
        problem = TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out _)
            ? $"'{id}' is no time zone (an IANA name is meant, such as Europe/Madrid or UTC)"
            : $"time zone '{id}' cannot be read, because this machine has no time zone data: install tzdata, or use UTC";
        return false;
    }
}
