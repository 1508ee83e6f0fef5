using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>A schema of the inputs over HTTP: what fits goes to the provider, what does not is named, and anybody who may use the function can read it.</summary>
public sealed class FunctionInputTests
{
    [Fact]
    public async Task The_schema_is_listed_and_kept()
    {
        await using var rig = await FunctionGateway.StartAsync("""
            prompts:
              - name: p
                versions:
                  - input_schema: { type: object, required: [items], properties: { items: { type: array, items: { type: object, required: [sku] } } } }
                    messages: [{ role: system, content: "{{#items}}{{sku}};{{/items}}" }]
            functions: [{ name: f, model: chat, prompt: p }]
            """);
        var name = Ask.NewCase("inputs");
        string Body(string items) => Ask.Chat("fn/f", new Script { Case = name, Text = "yes" }, extra: $"\"prompt_variables\":{{\"items\":{items}}}");

        var served = await rig.App.ChatAsync(Body("""[{"sku":"a"},{"sku":"b"}]"""));
        var refused = await rig.App.ChatAsync(Body("""[{"sku":"a"},{"s":"b"}]"""));
        var listed = await rig.App.GetAsync("/v1/models/fn/f");

        served.Status.Should().Be(HttpStatusCode.OK, served.Text);
        (await rig.Upstream.RequestsAsync(name)).Should().ContainSingle().Which.Json.GetProperty("messages")[0].GetProperty("content").GetString().Should().Be("a;b;");
        (refused.Status, refused.Error.GetProperty("param").GetString()).Should().Be((HttpStatusCode.BadRequest, "prompt_variables.items[1].sku"));
        refused.Error.GetProperty("message").GetString().Should().Be("'prompt_variables.items[1].sku' is missing. The prompt is 'p@1'.");
        listed.Json.GetProperty("input_schema").GetRawText().Should().Be("""{"type":"object","required":["items"],"properties":{"items":{"type":"array","items":{"type":"object","required":["sku"]}}}}""");
    }
}
