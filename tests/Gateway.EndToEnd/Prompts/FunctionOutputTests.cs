using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>A function's schema on its way to each provider, and its tags on theirs to the ledger and to a target.</summary>
public sealed class FunctionOutputTests : IAsyncLifetime
{
    private FunctionGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionGateway.StartAsync("""
          - name: tagged
            targets:
              - { provider: chat, model: elsewhere, price: { input: 1, output: 1 }, when: { tags: other } }
              - { provider: chat, model: here, price: { input: 1, output: 1 }, when: { tags: reports } }
        prompts: [{ name: p, versions: [{ messages: [{ role: system, content: x }] }] }]
        functions:
          - { name: chat, model: chat, prompt: p, output_schema: &form { type: object, properties: { total: { type: number } } } }
          - { name: messages, model: messages, prompt: p, output_schema: *form }
          - { name: responses, model: responses, prompt: p, output_schema: *form }
          - { name: tagged, model: tagged, prompt: p, tags: [reports, "cost center 7"] }
        """);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Theory]
    [InlineData(Route.Chat, "chat", "response_format.json_schema.schema")]
    [InlineData(Route.Chat, "messages", "output_config.format.schema")]
    [InlineData(Route.Messages, "messages", "output_config.format.schema")]
    [InlineData(Route.Messages, "chat", "response_format.json_schema.schema")]
    [InlineData(Route.Responses, "responses", "text.format.schema")]
    [InlineData(Route.Responses, "chat", "response_format.json_schema.schema")]
    public async Task The_provider_gets_the_schema_in_its_own_place(Route route, string provider, string place)
    {
        var script = new Script { Case = Ask.NewCase("form"), Text = "{}" };

        var answer = await _rig.App.PostAsync(route.Path(), route.Ask($"fn/{provider}", script));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        var found = (await _rig.Upstream.RequestAsync(script.Case!)).Json;
        foreach (var name in place.Split('.')) found = found.GetProperty(name);
        found.GetRawText().Should().Be("""{"type":"object","properties":{"total":{"type":"number"}}}""");
    }

    [Fact]
    public async Task Another_form_is_refused_before_anything_is_sent()
    {
        var name = Ask.NewCase("twice");

        var answer = await _rig.App.ChatAsync(Ask.Chat("fn/chat", new Script { Case = name }, extra: "\"response_format\":{\"type\":\"json_object\"}"));

        (answer.Status, answer.Error.GetProperty("param").GetString()).Should().Be((HttpStatusCode.BadRequest, "response_format"));
        (await _rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }

    [Fact]
    public async Task Its_tags_choose_the_target_and_stand_in_the_ledger()
    {
        var script = new Script { Case = Ask.NewCase("tags"), Text = "yes" };

        var answer = await _rig.App.ChatAsync(Ask.Chat("fn/tagged", script), ("x-gateway-tags", "mine"));

        answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
        (await _rig.Gateway.RowsOfAsync(script.Case!, 1)).Single().TargetModel.Should().Be("here");
        var usage = (await _rig.Gateway.Caller(GatewayProcess.AdminKey).GetAsync("/admin/v1/usage?group_by=tag")).Json.GetProperty("data").EnumerateArray()
            .Select(static s => s.GetProperty("tag").GetString());
        usage.Should().Contain(["reports", "cost center 7", "mine"]);
    }
}
