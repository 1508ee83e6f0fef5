using System.Net;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Prompts;

/// <summary>S3: a prompt of one tenant is not rendered, listed or explained for another.</summary>
public sealed class FunctionAccessTests : IAsyncLifetime
{
    private const string Red = "sk-red-0123456789abcdef", Blue = "sk-blue-0123456789abcdef", Canary = "canary-of-red";

    private FunctionGateway _rig = null!;

    public async Task InitializeAsync() => _rig = await FunctionGateway.StartAsync(
        $$$"""
        teams: [{ name: red }, { name: blue }]
        prompts:
          - { name: red, teams: [red], versions: [{ variables: [{ name: v, default: {{{Canary}}} }], messages: [{ role: system, content: "{{v}}" }] }] }
          - { name: open, versions: [{ messages: [{ role: system, content: o }] }] }
        functions:
          - { name: red, model: chat, prompt: red, description: {{{Canary}}} }
          - { name: open, model: chat, prompt: open }
        """,
        $$"""
          - { name: of-red, key: {{Red}}, team: red }
          - { name: of-blue, key: {{Blue}}, team: blue, models: [chat, "fn/*"] }
        """);

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task The_owner_uses_it()
    {
        foreach (var (model, headers) in new[] { ("fn/red", Array.Empty<(string, string)>()), ("chat", [("x-gateway-prompt", "red")]) })
        {
            var script = new Script { Case = Ask.NewCase("red"), Text = "yes" };
            var answer = await _rig.Gateway.Caller(Red).ChatAsync(Ask.Chat(model, script), headers);

            answer.Status.Should().Be(HttpStatusCode.OK, answer.Text);
            (await _rig.Upstream.RequestAsync(script.Case!)).Body.Should().Contain(Canary);
        }

        (await _rig.Gateway.Caller(Red).GetAsync("/v1/models")).Text.Should().Contain("\"fn/red\"").And.Contain("\"fn/open\"");
    }

    [Fact]
    public async Task Another_tenant_learns_nothing_of_it()
    {
        var name = Ask.NewCase("blue");
        var blue = _rig.Gateway.Caller(Blue);
        string Of(string model) => Ask.Chat(model, new Script { Case = name });

        var function = await blue.ChatAsync(Of("fn/red"));
        var none = await blue.ChatAsync(Of("fn/non"));
        var header = await blue.ChatAsync(Of("chat"), ("x-gateway-prompt", "red"));
        var list = await blue.GetAsync("/v1/models");
        var one = await blue.GetAsync("/v1/models/fn/red");
        var explained = await _rig.Gateway.Caller(GatewayProcess.AdminKey).PostAsync("/admin/v1/explain", """{"key":"of-blue","body":{"model":"fn/red"}}""");

        (function.Status, function.Text.Replace("fn/red", "fn/non", StringComparison.Ordinal)).Should().Be((HttpStatusCode.NotFound, none.Text));
        header.Status.Should().Be(HttpStatusCode.BadRequest);
        header.Error.GetProperty("message").GetString().Should().Be("There is no prompt 'red'.");
        list.Text.Should().Contain("\"fn/open\"").And.NotContain("red");
        one.Status.Should().Be(HttpStatusCode.NotFound);
        explained.Text.Should().Contain("does not exist");
        string.Concat(function.Text, header.Text, list.Text, one.Text, explained.Text).Should().NotContain(Canary);
        (await _rig.Upstream.RequestsAsync(name)).Should().BeEmpty();
    }
}
