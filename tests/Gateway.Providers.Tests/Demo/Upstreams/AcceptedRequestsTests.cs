using System.Text.Json.Nodes;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>What a provider accepted, the demo in its place accepts: it is not stricter than the real one. Signatures of real thoughts it cannot know.</summary>
public sealed class AcceptedRequestsTests
{
    [SkippableFact]
    public void Requests_that_a_provider_accepted_are_accepted()
    {
        var file = Path.Combine(SharedFolder.Recordings, "accepted-requests.jsonl");
        Skip.IfNot(File.Exists(file), $"no recordings at {file}: set GATEWAY_RECORDINGS to the folder that holds them");
        var (refused, answered) = (new List<string>(), 0);
        foreach (var line in File.ReadLines(file))
        {
            var row = JsonNode.Parse(line)!.AsObject();
            var path = ((string)row["url"]!).Split("://")[1].Split('?')[0];
            var answer = Native.Send($"/{row["provider"]}{Uri.UnescapeDataString(path[path.IndexOf('/')..])}", row["native_request"]!.ToJsonString(), query: "alt=sse");
            if (answer.Reply.Status == 200) answered++;
            else if (!answer.Text.Contains("signature", StringComparison.OrdinalIgnoreCase)) refused.Add($"{row["from"]} {row["interaction"]}: {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
        }

        refused.Should().BeEmpty();
        answered.Should().BeGreaterThan(150);
    }
}
