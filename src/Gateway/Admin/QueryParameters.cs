using System.Globalization;
using Gateway.Core.Errors;
using Gateway.Core.Stores;

namespace Gateway.Admin;

/// <summary>Reads the query strings of the ledger's endpoints. Whatever is wrong is an error that names the parameter.</summary>
internal static class QueryParameters
{
    /// <summary>Characters a value may have; no name in the ledger is longer.</summary>
    private const int LongestValue = 512;

    private const int DefaultLimit = 100;
    private const int HighestLimit = 1000;

    /// <summary>Of an export: <c>csv</c>, <c>jsonl</c>.</summary>
    public const string Format = "format";

    private static readonly string[] Filters = ["from", "to", "key", "team", "model", "provider"];
    public static readonly IReadOnlyList<string> OfLedger = [.. Filters, "cursor", "limit", Format];
    private static readonly string[] OfExport = [.. Filters, Format];
    public static readonly IReadOnlyList<string> OfUsage = [.. Filters, "group_by", Format];

    private static readonly string[] InstantFormats =
    [
        "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>The dimensions by the names they have in <c>group_by</c> and in the answer.</summary>
    private static readonly (string Name, UsageDimension Dimension)[] Dimensions =
    [
        ("key", UsageDimension.Key), ("team", UsageDimension.Team), ("model", UsageDimension.Model), ("provider", UsageDimension.Provider),
        ("target_model", UsageDimension.TargetModel), ("endpoint", UsageDimension.Endpoint), ("status", UsageDimension.Status),
        ("day", UsageDimension.Day), ("hour", UsageDimension.Hour), ("minute", UsageDimension.Minute), ("user", UsageDimension.User), ("instance", UsageDimension.Instance),
        ("tag", UsageDimension.Tag),
    ];

    public static Outcome<LedgerQuery> Ledger(IQueryCollection query)
    {
        if (Check(query, [.. OfLedger]) is { } wrong)
            return wrong;
        if (Filter(query, out var filter) is { } wrongFilter)
            return wrongFilter;
        if (Limit(query, out var limit) is { } wrongLimit)
            return wrongLimit;
        var cursor = Value(query, "cursor");
        if (cursor is not null && !LedgerCursor.TryParse(cursor, out _))
            return Wrong("cursor", "must be the 'next' of the page before, as it came");
        return new LedgerQuery(filter, cursor, limit);
    }

    /// <summary>An export has no pages, and so neither limit nor cursor.</summary>
    public static Outcome<LedgerFilter> LedgerExport(IQueryCollection query)
    {
        if (Check(query, OfExport) is { } wrong)
            return wrong;
        return Filter(query, out var filter) is { } wrongFilter ? wrongFilter : filter;
    }

    /// <summary>How many entries a page has.</summary>
    public static GatewayError? Limit(IQueryCollection query, out int limit)
    {
        limit = DefaultLimit;
        return Value(query, "limit") is not { } text || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out limit) && limit is >= 1 and <= HighestLimit)
            ? null
            : Wrong("limit", $"must be a whole number from 1 to {HighestLimit}");
    }

    public static Outcome<UsageQuery> Usage(IQueryCollection query)
    {
        if (Check(query, [.. OfUsage]) is { } wrong)
            return wrong;
        if (Filter(query, out var filter) is { } wrongFilter)
            return wrongFilter;
        var groupBy = new List<UsageDimension>();
        foreach (var name in Value(query, "group_by")?.Split(',', StringSplitOptions.TrimEntries) ?? [])
        {
            var found = Array.FindIndex(Dimensions, d => d.Name == name);
            if (found < 0)
                return Wrong("group_by", $"must be a list of these, with commas: {string.Join(", ", DimensionNames)}");
            if (groupBy.Contains(Dimensions[found].Dimension))
                return Wrong("group_by", $"names '{name}' twice");
            groupBy.Add(Dimensions[found].Dimension);
        }
        return new UsageQuery(filter, groupBy);
    }

    public static IEnumerable<string> DimensionNames => Dimensions.Select(static d => d.Name);

    public static string NameOf(UsageDimension dimension) => Array.Find(Dimensions, d => d.Dimension == dimension).Name;

    private static GatewayError? Filter(IQueryCollection query, out LedgerFilter filter)
    {
        filter = new();
        if (!TryInstant(query, "from", out var from))
            return NotAnInstant("from");
        if (!TryInstant(query, "to", out var to))
            return NotAnInstant("to");
        if (from > to)
            return Wrong("to", "must not be before 'from'");
        filter = new(from, to, Value(query, "key"), Value(query, "team"), Value(query, "model"), Value(query, "provider"));
        return null;
    }

    private static bool TryInstant(IQueryCollection query, string name, out DateTimeOffset? instant)
    {
        instant = null;
        if (Value(query, name) is not { } text)
            return true;
        // A plus sign that was not escaped arrives as a blank.
        var isInstant = DateTimeOffset.TryParseExact(text.Replace(' ', '+'), InstantFormats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var parsed);
        instant = isInstant ? parsed : null;
        return isInstant;
    }

    /// <summary>Blames a parameter that the endpoint does not have, that stands twice, is empty or endless; null: all is well.</summary>
    public static GatewayError? Check(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        foreach (var (name, values) in query)
        {
            if (!known.Contains(name))
                return Wrong(name.Length <= 64 ? name : name[..64], $"is not a parameter of this endpoint; it has {(known.IsEmpty ? "none" : string.Join(", ", known))}");
            if (values.Count > 1)
                return Wrong(name, "is given twice");
            if (values[0] is null or "")
                return Wrong(name, "is empty; leave it out for any");
            if (values[0]!.Length > LongestValue)
                return Wrong(name, $"is longer than {LongestValue} characters");
        }
        return null;
    }

    public static string? Value(IQueryCollection query, string name) => query.TryGetValue(name, out var values) ? values[0] : null;

    private static GatewayError NotAnInstant(string name) => Wrong(name, "must be an instant like 2026-11-20T08:30:00Z, or a day like 2026-11-20 (UTC)");

    public static GatewayError Wrong(string name, string what) => new(ErrorKind.InvalidRequest, $"'{name}' {what}.", name);
}
