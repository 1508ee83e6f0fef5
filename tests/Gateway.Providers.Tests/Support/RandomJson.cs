using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Support;

/// <summary>JSON with values of any type in any place.</summary>
internal static class RandomJson
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e30", "-1e-30", "2147483648", "79228162514264337593543950335", "\"\"", "\"text\"", "\"demo:cut\"", "\"\\u0000\\uFFFF🙂\"", "[]", "[[]]",
        "[null]", "[1,\"a\",{}]", "{}", "{\"type\":\"text\"}", "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}", "{\"$ref\":\"#/x/y\"}", "{\"pattern\":\"((((\"}",
        "{\"type\":5,\"enum\":5,\"required\":5,\"properties\":5}", "{\"type\":\"integer\",\"minimum\":1e28,\"multipleOf\":1e-28}",
    ];

    /// <summary>Replaces one to three values, anywhere.</summary>
    public static string Mutate(string body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        if (random.Next(3) == 0) root["stream"] = true;
        for (var i = random.Next(3); i >= 0; i--)
        {
            var places = Places(root).ToList();
            if (places.Count == 0) break;
            var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
            switch (places[random.Next(places.Count)])
            {
                case (JsonObject parent, string name): parent[name] = value; break;
                case (JsonArray parent, int index): parent[index] = value; break;
            }
        }

        return root.ToJsonString();
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o)
                {
                    yield return (o, name);
                    foreach (var inner in Places(value)) yield return inner;
                }

                break;
            case JsonArray a:
                for (var i = 0; i < a.Count; i++)
                {
                    yield return (a, i);
                    foreach (var inner in Places(a[i])) yield return inner;
                }

                break;
        }
    }
}
