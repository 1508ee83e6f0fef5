using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Admin;

/// <summary>The body of <c>POST /admin/v1/explain</c>: a request as a client would send it, and whose.</summary>
/// <param name="Key">A virtual key's name; null: a request of nobody's.</param>
/// <param name="Team">Where no key is named.</param>
/// <param name="Body">The request's own, as it was written.</param>
internal sealed record ExplainAsk(string? Key, string? Team, InferenceEndpoint Endpoint, IReadOnlyList<(string Name, string Value)> Headers, string Body)
{
    public static Outcome<ExplainAsk> Read(JsonElement json)
    {
        string? key = null, team = null, body = null;
        var endpoint = InferenceEndpoint.ChatCompletions;
        var headers = new List<(string, string)>();
        foreach (var member in json.EnumerateObject())
        {
            var isText = member.Value.ValueKind == JsonValueKind.String;
            switch (member.Name)
            {
                case "key" when isText:
                    key = member.Value.GetString();
                    break;
                case "team" when isText:
                    team = member.Value.GetString();
                    break;
                case "endpoint" when isText:
                    if (EndpointOf(member.Value.GetString()!) is not { } known) return Wrong("endpoint", "is no endpoint for models: write /v1/chat/completions, say");
                    endpoint = known;
                    break;
                case "headers" when member.Value.ValueKind == JsonValueKind.Object:
                    foreach (var header in member.Value.EnumerateObject())
                    {
                        if (header.Value.ValueKind != JsonValueKind.String) return Wrong("headers", "is an object of header names and texts");
                        headers.Add((header.Name, header.Value.GetString()!));
                    }

                    break;
                case "body" when member.Value.ValueKind == JsonValueKind.Object:
                    body = member.Value.GetRawText();
                    break;
                case "headers" or "body":
                    return Wrong(member.Name, "must be an object");
                case "key" or "team" or "endpoint":
                    return Wrong(member.Name, "must be a string");
                default:
                    return new GatewayError(ErrorKind.InvalidRequest, "The body has a member that is none of key, team, endpoint, headers and body.");
            }
        }

        if (body is null) return Wrong("body", "is missing: it is the request to explain");
        return key is not null && team is not null ? Wrong("team", "stands beside 'key', which has one of its own: name one of them") : new ExplainAsk(key, team, endpoint, headers, body);
    }

    private static InferenceEndpoint? EndpointOf(string route)
    {
        foreach (var endpoint in Enum.GetValues<InferenceEndpoint>())
            if (endpoint != InferenceEndpoint.Pass && endpoint.Route() == route) return endpoint;
        return null;
    }

    private static GatewayError Wrong(string member, string problem) => new(ErrorKind.InvalidRequest, $"'{member}' {problem}.", member);
}
