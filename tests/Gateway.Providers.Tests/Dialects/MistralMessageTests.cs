using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>Mistral refuses roles, members and parts that its specification does not have: https://docs.mistral.ai/api.</summary>
public sealed class MistralMessageTests
{
    [Theory]
    [InlineData("""{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}""", """{"type":"document_url","document_url":"data:application/pdf;base64,JVBERi0=","document_name":"a.pdf"}""")]
    [InlineData("""{"type":"url","url":"https://example.com/a.pdf"}""", """{"type":"document_url","document_url":"https://example.com/a.pdf","document_name":"a.pdf"}""")]
    public void A_document_of_the_Messages_API_is_a_document_url(string source, string part) =>
        Messages(ClientDialects.Messages, $$"""{"max_tokens":9,"messages":[{"role":"user","content":[{"type":"document","title":"a.pdf","source":{{source}} }]}]}""")[0]!["content"]![0]!.ToJsonString().Should().Be(part);

    [Theory]
    [InlineData("file_data", "data:application/pdf;base64,JVBERi0=")]
    [InlineData("file_url", "https://example.com/a.pdf")]
    public void A_file_of_the_Responses_API_is_a_document_url(string member, string value) =>
        Messages(ClientDialects.Responses, $$"""{"input":[{"role":"user","content":[{"type":"input_file","filename":"a.pdf","{{member}}":"{{value}}"}]}]}""")[0]!["content"]![0]!.ToJsonString()
            .Should().Be($$"""{"type":"document_url","document_url":"{{value}}","document_name":"a.pdf"}""");

    [Fact]
    public void There_is_no_developer_and_no_refusal()
    {
        var messages = Messages(ClientDialects.Responses, """
            {"input":[{"role":"developer","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":[{"type":"refusal","refusal":"no"}]},{"role":"user","content":"c"}]}
            """);

        messages.ToJsonString().Should().Be("""[{"role":"system","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":"no"},{"role":"user","content":"c"}]""");
    }

    private static JsonArray Messages(IClientDialect dialect, string request)
    {
        var form = dialect.ToChat(Encoding.UTF8.GetBytes(request), Translation.Context, ProviderCatalog.ByKind["mistral"].Manifest.ChatTarget);
        form.Error.Should().BeNull();
        return JsonNode.Parse(form.Value.Body.Span)!["messages"]!.AsArray();
    }
}
