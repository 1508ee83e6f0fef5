using System.Text.Json;
using Gateway.Providers.Shared;

namespace Gateway.Providers.Dialects;

/// <summary>Members of a client's request, which may have any type: a wrong one is the client's 400. Absent and null are the same.</summary>
internal static class ClientFields
{
    /// <returns><see cref="JsonValueKind.Undefined"/> where there is none.</returns>
    public static JsonElement Member(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : default;

    /// <returns>A member of that kind; else <see cref="JsonValueKind.Undefined"/>.</returns>
    /// <param name="at">Where <paramref name="of"/> stands, with a dot behind; empty at the top.</param>
    public static JsonElement Member(JsonElement of, string name, JsonValueKind kind, string at, RequestFit fit)
    {
        var value = Member(of, name);
        if (value.ValueKind == kind || value.ValueKind == JsonValueKind.Undefined) return value;
        WrongType(at + name, kind, fit);
        return default;
    }

    /// <returns>Null where there is none.</returns>
    public static string? Text(JsonElement of, string name, string at, RequestFit fit) =>
        Member(of, name, JsonValueKind.String, at, fit) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A text that must be there and not be empty; null where it is not, and the request is refused.</summary>
    public static string? Needed(JsonElement of, string name, string at, RequestFit fit)
    {
        var text = Text(of, name, at, fit);
        if (text is { Length: > 0 }) return text;
        if (text is not null || Member(of, name).ValueKind == JsonValueKind.Undefined) fit.Fail($"'{at}{name}' is missing.", at + name);
        return null;
    }

    public static bool? Flag(JsonElement of, string name, string at, RequestFit fit)
    {
        var value = Member(of, name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Undefined) return value.ValueKind == JsonValueKind.Undefined ? null : value.ValueKind == JsonValueKind.True;
        fit.Fail($"'{at}{name}' must be true or false.", at + name);
        return null;
    }

    public static void WrongType(string at, JsonValueKind kind, RequestFit fit) => fit.Fail($"'{at}' must be {Said(kind)}.", at);

    /// <summary>Results, and what a provider wants back with a call, are found by its id.</summary>
    /// <param name="member">Of the call: its id.</param>
    /// <param name="at">Where the call stands.</param>
    /// <param name="seen">The ids of the calls before it in the turn; takes this one.</param>
    public static void CheckCallId(JsonElement call, string member, string at, HashSet<string> seen, RequestFit fit)
    {
        if (JsonFields.Text(call, member) is { Length: > 0 } id && !seen.Add(id)) fit.Fail($"'{at}.{member}' is the id of another call of this turn: each needs one of its own.", $"{at}.{member}");
    }

    private static string Said(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        _ => "a number",
    };
}
