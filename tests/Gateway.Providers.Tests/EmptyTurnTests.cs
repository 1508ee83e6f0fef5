using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>A turn of the user's of nothing but empty texts: providers refuse it, without saying which.</summary>
public sealed class EmptyTurnTests
{
    public static TheoryData<string> Kinds => ["anthropic", "bedrock", "gemini", "vertex", "cohere"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void It_is_a_400_that_names_it(string kind)
    {
        foreach (var content in (string[])["[]", """[{"type":"text","text":""}]""", """[{"type":"text","text":""},{"type":"text","text":""}]"""])
        {
            var error = Build(kind, $$"""[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":{{content}} }]""").Error!;

            (error.Param, error.Message).Should().Be(("messages[2].content", "'messages[2].content' is empty."));
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_empty_text_beside_something_else_is_no_matter(string kind) => Build(kind, """[{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"a"}]}]""").Error.Should().BeNull();

    /// <summary>What stands in one turn for the provider says something together.</summary>
    [Theory]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("gemini")]
    public void Beside_the_users_other_messages_it_is_no_matter(string kind) =>
        Build(kind, """[{"role":"user","content":"a"},{"role":"user","content":[{"type":"text","text":""}]}]""").Error.Should().BeNull();

    [Theory]
    [InlineData("anthropic", "system")]
    [InlineData("bedrock", "system")]
    [InlineData("gemini", "systemInstruction")]
    public void A_system_message_that_says_nothing_is_none(string kind, string field)
    {
        var built = Build(kind, """[{"role":"system","content":[{"type":"text","text":""}]},{"role":"system","content":""},{"role":"user","content":"a"}]""");

        built.Error.Should().BeNull();
        JsonNode.Parse(built.Value.Body.Span)!.AsObject().ContainsKey(field).Should().BeFalse();
    }

    [Fact]
    public void A_client_of_messages_is_told_its_own_place()
    {
        var form = ClientDialects.Messages.ToChat("""{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":""},{"type":"text","text":"","cache_control":{"type":"ephemeral"}}]}]}"""u8, Translation.Context, ProviderCatalog.ByKind["anthropic"].Manifest.ChatTarget).Value;

        var error = new Translation("anthropic", InferenceEndpoint.ChatCompletions).Build(System.Text.Encoding.UTF8.GetString(form.Body.Span)).Error!;

        form.Places!.Retell(error).Param.Should().StartWith("messages[0].content");
    }

    private static Gateway.Core.Errors.Outcome<UpstreamRequest> Build(string kind, string messages) => new Translation(kind, InferenceEndpoint.ChatCompletions).Build($$"""{"model":"m","max_tokens":5,"messages":{{messages}} }""");
}
