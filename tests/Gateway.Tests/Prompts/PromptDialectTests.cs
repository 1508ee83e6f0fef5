using System.Text.Json;
using Gateway.Core.Providers;

namespace Gateway.Tests.Prompts;

/// <summary>Where a prompt's messages stand in requests that are no chat.</summary>
public sealed class PromptDialectTests
{
    private const string Yaml = PromptRig.Models + """
        prompts:
          - name: full
            versions:
              - variables: [{ name: v, default: a }, { name: none, required: false }]
                messages:
                  - { role: system, content: "first {{v}}" }
                  - { role: user, content: "ask {{v}}" }
                  - { role: assistant, content: said }
                  - { role: developer, content: "{{none}}" }
                  - { role: developer, content: second }
          - { name: rules, versions: [{ messages: [{ role: system, content: only }] }] }
          - { name: turns, versions: [{ messages: [{ role: user, content: hi }] }] }
        functions:
          - { name: full, model: smart, prompt: full, params: { max_tokens: 9, temperature: 0 }, override: { max_completion_tokens: 7 } }
          - { name: rules, model: smart, prompt: rules, params: { max_tokens: 9 } }
          - { name: turns, model: smart, prompt: turns }
        """;

    private const string Blocks = """{"type":"text","text":"first a"},{"type":"text","text":"second"}""";

    private const string Turns = """{"role":"user","content":"ask a"},{"role":"assistant","content":"said"}""";

    [Theory]
    [InlineData("""{"model":"fn/full"}""", $$"""{"system":[{{Blocks}}],"messages":[{{Turns}}],"model":"fn/full","max_tokens":7,"temperature":0}""")]
    [InlineData("""{"system":"mine\n","model":"fn/full","messages":[{"role":"user","content":[{"type":"text","text":"own"}]}],"max_tokens":50}""",
        $$"""{"system":[{{Blocks}},{"type":"text","text":"mine\n"}],"messages":[{{Turns}},{"role":"user","content":[{"type":"text","text":"own"}]}],"model":"fn/full","max_tokens":7,"temperature":0}""")]
    [InlineData("""{"model":"fn/rules","system":[ {"type":"text","text":"x","cache_control":{"type":"ephemeral"}} ],"messages":[{"role":"user","content":"own"}],"max_tokens":50}""",
        """{"system":[{"type":"text","text":"only"},{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}],"messages":[{"role":"user","content":"own"}],"model":"fn/rules","max_tokens":50}""")]
    [InlineData("""{"model":"fn/rules","system":"","messages":null}""", """{"system":[{"type":"text","text":"only"}],"messages":[],"model":"fn/rules","max_tokens":9}""")]
    [InlineData("""{"model":"fn/turns","system":"mine","messages":[{"role":"user","content":"own"}],"max_tokens":50}""",
        """{"messages":[{"role":"user","content":"hi"},{"role":"user","content":"own"}],"model":"fn/turns","system":"mine","max_tokens":50}""")]
    public void Of_a_message_request_the_rules_are_its_system(string body, string rendered) => Rendered(InferenceEndpoint.Messages, body).Should().Be(rendered);

    [Theory]
    [InlineData("""{"model":"fn/full","input":"own"}""", $$"""{"instructions":"first a\n\nsecond","input":[{{Turns}},{"role":"user","content":"own"}],"model":"fn/full","max_output_tokens":7,"temperature":0}""")]
    [InlineData("""{"instructions":"be \"brief\"","model":"fn/full","input":[{"type":"message","role":"user","content":"own"}],"max_output_tokens":3}""",
        $$"""{"instructions":"first a\n\nsecond\n\nbe \u0022brief\u0022","input":[{{Turns}},{"type":"message","role":"user","content":"own"}],"model":"fn/full","max_output_tokens":7,"temperature":0}""")]
    [InlineData("""{"model":"fn/full"}""", $$"""{"instructions":"first a\n\nsecond","input":[{{Turns}}],"model":"fn/full","max_output_tokens":7,"temperature":0}""")]
    [InlineData("""{"model":"fn/rules","instructions":null,"input":"own"}""", """{"instructions":"only","model":"fn/rules","input":"own","max_output_tokens":9}""")]
    [InlineData("""{"model":"fn/turns","instructions":"mine","input":[]}""", """{"input":[{"role":"user","content":"hi"}],"model":"fn/turns","instructions":"mine"}""")]
    public void Of_a_request_for_a_response_the_rules_are_its_instructions(string body, string rendered) => Rendered(InferenceEndpoint.Responses, body).Should().Be(rendered);

    [Theory]
    [InlineData(InferenceEndpoint.Messages, """{"model":"fn/full","system":{}}""", "system", "must be a string or a list of blocks")]
    [InlineData(InferenceEndpoint.Messages, """{"model":"fn/turns","messages":"hi"}""", "messages", "must be a list")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"fn/full","instructions":["x"]}""", "instructions", "must be a string")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"fn/full","input":{}}""", "input", "must be a string or a list of items")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"fn/full","prompt_variables":{"w":1}}""", "prompt_variables.w", "has no variable 'w'")]
    public void What_cannot_be_put_together_is_named(InferenceEndpoint endpoint, string body, string param, string problem)
    {
        var error = PromptRig.Apply(Yaml, body, endpoint: endpoint).Error!;

        (error.Status, error.Param).Should().Be((400, param));
        error.Message.Should().Contain(problem);
    }

    [Theory]
    [InlineData(InferenceEndpoint.Messages, """{"model":"smart","max_tokens":5,"prompt_variables":{"v":"b"}}""", """{"system":[{"type":"text","text":"first b"},{"type":"text","text":"second"}],"messages":[{"role":"user","content":"ask b"},{"role":"assistant","content":"said"}],"model":"smart","max_tokens":5}""")]
    [InlineData(InferenceEndpoint.Responses, """{"model":"smart","prompt_variables":{"v":"b"}}""", """{"instructions":"first b\n\nsecond","input":[{"role":"user","content":"ask b"},{"role":"assistant","content":"said"}],"model":"smart"}""")]
    public void A_prompt_in_a_header_is_put_there_too(InferenceEndpoint endpoint, string body, string rendered)
    {
        var (call, error) = PromptRig.Apply(Yaml, body, endpoint: endpoint, headers: ("x-gateway-prompt", "full"));

        error.Should().BeNull();
        JsonSerializer.Serialize(PromptRig.Body(call)).Should().Be(rendered);
    }

    private static string Rendered(InferenceEndpoint endpoint, string body)
    {
        var (call, error) = PromptRig.Apply(Yaml, body, endpoint: endpoint);
        error.Should().BeNull();
        return JsonSerializer.Serialize(PromptRig.Body(call));
    }
}
