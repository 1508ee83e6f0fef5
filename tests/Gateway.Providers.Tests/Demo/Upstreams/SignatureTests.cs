using System.Text.Json.Nodes;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>Claude's signatures are good with Anthropic, on Bedrock and on Vertex AI, whichever of them gave them; Gemini's and OpenAI's are their own.</summary>
public sealed class SignatureTests
{
    private const string Converse = "/bedrock/model/anthropic.claude-x/converse";

    private static readonly string[] Homes =
    [
        "/anthropic/v1/messages", Converse, "/bedrock/model/anthropic.claude-x/invoke", "/vertex/v1/projects/p/locations/l/publishers/anthropic/models/claude-x:rawPredict",
    ];

    public static IEnumerable<object[]> Ways => from there in Homes from here in Homes select new object[] { there, here };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_signature_of_Claudes_is_good_wherever_Claude_is(string given, string shown)
    {
        var (thought, signature) = Thought(given);

        Show(shown, thought, signature).Should().Be(200);
        Show(shown, thought + ".", signature).Should().Be(400, "it is of other words");
        Show(shown, thought, "AAAA").Should().Be(400, "it is no signature");
    }

    private static (string Thought, string Signature) Thought(string home)
    {
        var answer = Native.Send(home, Ask(home, User));
        answer.Reply.Status.Should().Be(200, answer.Text);
        var body = JsonNode.Parse(answer.Text)!;
        var block = home == Converse ? body["output"]!["message"]!["content"]![0]!["reasoningContent"]!["reasoningText"]! : body["content"]![0]!;
        return ((string)block[home == Converse ? "text" : "thinking"]!, (string)block["signature"]!);
    }

    private static int Show(string home, string thought, string signature)
    {
        JsonNode block = home == Converse
            ? new JsonObject { ["reasoningContent"] = new JsonObject { ["reasoningText"] = new JsonObject { ["text"] = thought, ["signature"] = signature } } }
            : new JsonObject { ["type"] = "thinking", ["thinking"] = thought, ["signature"] = signature };
        var turn = new JsonObject { ["role"] = "assistant", ["content"] = new JsonArray(block, Text(home, "a")) };
        return Native.Send(home, Ask(home, User, _ => turn, User)).Reply.Status;
    }

    private static JsonObject User(string home) => new() { ["role"] = "user", ["content"] = new JsonArray(Text(home, "why?")) };

    private static JsonObject Text(string home, string text) => home == Converse ? new JsonObject { ["text"] = text } : new JsonObject { ["type"] = "text", ["text"] = text };

    private static string Ask(string home, params Func<string, JsonObject>[] turns)
    {
        var thinking = new JsonObject { ["type"] = "enabled", ["budget_tokens"] = 1024 };
        var body = new JsonObject { ["messages"] = new JsonArray([.. turns.Select(t => t(home))]) };
        if (home == Converse)
        {
            body["additionalModelRequestFields"] = new JsonObject { ["thinking"] = thinking };
            body["inferenceConfig"] = new JsonObject { ["maxTokens"] = 3000 };
            return body.ToJsonString();
        }

        body["max_tokens"] = 3000;
        body["thinking"] = thinking;
        if (home == Homes[0]) body["model"] = "m";
        else body["anthropic_version"] = home.StartsWith("/vertex", StringComparison.Ordinal) ? "vertex-2023-10-16" : "bedrock-2023-05-31";
        return body.ToJsonString();
    }
}
