using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Providers.Tests.Dialects.Places;

/// <summary>Places in JSON as errors write them: <c>messages[2].content[0]</c>.</summary>
internal static partial class JsonPlace
{
    /// <summary>All places of an object, but for those inside members whose names cannot be told from places.</summary>
    public static IEnumerable<(string Place, JsonNode? Value)> All(JsonNode? of, string at = "")
    {
        var inner = of switch
        {
            JsonObject o => o.Where(static m => Plain().IsMatch(m.Key)).Select(m => (Place: at.Length == 0 ? m.Key : $"{at}.{m.Key}", m.Value)),
            JsonArray a => a.Select((v, i) => (Place: $"{at}[{i}]", Value: v)),
            _ => [],
        };
        return inner.SelectMany(static i => All(i.Value, i.Place).Prepend(i));
    }

    /// <returns>False where there is nothing: null is something.</returns>
    public static bool TryFind(JsonNode root, string place, out JsonNode? found)
    {
        found = root;
        if (Step().Replace(place, "").Length > 0) return false;
        foreach (var step in Step().Matches(place).Select(static m => m.Value.TrimStart('.')))
        {
            if (step[0] == '[')
            {
                if (found is not JsonArray list || int.Parse(step[1..^1], System.Globalization.CultureInfo.InvariantCulture) is var i && i >= list.Count) return false;
                found = list[i];
            }
            else if (found is not JsonObject o || !o.TryGetPropertyValue(step, out found))
            {
                return false;
            }
        }

        return true;
    }

    [GeneratedRegex(@"^[\w$-]+$")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\[\d+\]|(?:^|\.)[\w$-]+")]
    private static partial Regex Step();
}
