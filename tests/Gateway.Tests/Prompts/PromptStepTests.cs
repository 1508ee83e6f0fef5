using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Tests.Prompts;

/// <summary>What becomes of requests for functions and prompts before they are routed.</summary>
public sealed class PromptStepTests
{
    private const string Yaml = PromptRig.Models + """
        prompts:
          - name: reply
            labels: { production: 1, next: 7 }
            versions:
              - variables:
                  - { name: topic, max_length: 5 }
                  - { name: tone, type: enum, values: [warm, plain], default: plain }
                  - { name: count, type: number, required: false }
                  - { name: facts, type: list, max_length: 2, required: false }
                  - { name: who, type: object, required: false }
                  - { name: brief, type: boolean, default: false }
                messages:
                  - { role: system, content: "{{tone}}{{#brief}} brief{{/brief}}" }
                  - { role: user, content: "{{topic}}:{{count}}" }
              - { version: 7, messages: [{ role: developer, content: seven }] }
              - messages: [{ role: system, content: eight }]
          - { name: bare, versions: [{ messages: [{ role: system, content: one }] }, { messages: [{ role: system, content: two }] }] }
        functions:
          - { name: f, description: words, model: smart, prompt: reply, params: { temperature: 0, max_tokens: 9, stop: [a] }, override: { n: 1, max_completion_tokens: 50 } }
          - { name: soft, model: smart, prompt: reply@production, params: { max_tokens: 9 } }
          - { name: direct, model: up/other, prompt: bare@1 }
        """;

    [Fact]
    public void A_function_is_its_prompt_before_the_clients_messages_and_its_fields_under_the_clients()
    {
        var (call, error) = PromptRig.Apply(Yaml, """
            { "temperature": 1, "prompt_variables": {"brief":true,"topic":"a\u0062\n","count":2}, "model": "fn/f", "max_tokens": 7, "n": 5,
              "messages" : [ {"role":"user","content":"mine"} ], "x": {"y": [1]} }
            """);

        error.Should().BeNull();
        JsonSerializer.Serialize(PromptRig.Body(call)).Should().Be(
            """{"messages":[{"role":"system","content":"plain brief"},{"role":"user","content":"ab\n:2"},{"role":"user","content":"mine"}],"temperature":1,"model":"fn/f","x":{"y":[1]},"n":1,"max_completion_tokens":50,"stop":["a"]}""");
        call.Model!.Name.Should().Be("smart");
        call.Function!.Name.Should().Be("f");
        call.Prompt!.Label.Should().Be("reply@1");
        call.Fields.OutputBound.Should().Be(50);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","messages":[]""")]
    [InlineData(""","messages":[ ]""")]
    [InlineData(""","messages":null""")]
    public void A_request_for_a_function_needs_no_messages(string messages)
    {
        var (call, error) = PromptRig.Apply(Yaml, $$"""{"model":"fn/soft","prompt_variables":{"topic":"t"}{{messages}}}""");

        error.Should().BeNull();
        PromptRig.Messages(call).Should().HaveCount(2);
        call.Fields.OutputBound.Should().Be(9);
    }

    [Theory]
    [InlineData("""{"max_completion_tokens":3}""", 3)]
    [InlineData("""{"max_tokens":4}""", 4)]
    public void A_functions_bound_yields_to_the_clients_by_either_name(string more, long bound)
    {
        var (call, error) = PromptRig.Apply(Yaml, $$"""{"model":"fn/soft","prompt_variables":{"topic":"t"},{{more[1..]}}""");

        error.Should().BeNull();
        call.Fields.OutputBound.Should().Be(bound);
    }

    [Theory]
    [InlineData("reply", "reply@1")]
    [InlineData("reply@production", "reply@1")]
    [InlineData("reply@next", "reply@7")]
    [InlineData("reply@7", "reply@7")]
    [InlineData("reply@latest", "reply@8")]
    [InlineData("bare", "bare@2")]
    [InlineData("bare@production", "bare@2")]
    [InlineData("bare@1", "bare@1")]
    public void A_prompt_is_named_in_a_header(string reference, string version)
    {
        var variables = version == "reply@1" ? ""","prompt_variables":{"topic":"t"}""" : "";
        var (call, error) = PromptRig.Apply(Yaml, $$"""{"model":"smart"{{variables}}}""", headers: ("x-gateway-prompt", reference));

        error.Should().BeNull();
        call.Prompt!.Label.Should().Be(version);
        call.Function.Should().BeNull();
        PromptRig.Body(call).AsObject().Select(static m => m.Key).Should().Equal("messages", "model");
    }

    [Theory]
    [InlineData("{}", "prompt_variables.topic", "is missing")]
    [InlineData("null", "prompt_variables.topic", "is missing")]
    [InlineData("[]", "prompt_variables", "must be an object")]
    [InlineData("""{"topic":null}""", "prompt_variables.topic", "is missing")]
    [InlineData("""{"topic":1}""", "prompt_variables.topic", "must be a string")]
    [InlineData("""{"topic":"123456"}""", "prompt_variables.topic", "is too long: 5 characters are the most")]
    [InlineData("""{"topic":"\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00\ud83d\ude00"}""", "prompt_variables.topic", "is too long")]
    [InlineData("""{"topic":"t","tone":"rude"}""", "prompt_variables.tone", "must be one of warm, plain")]
    [InlineData("""{"topic":"t","tone":1}""", "prompt_variables.tone", "must be one of warm, plain")]
    [InlineData("""{"topic":"t","count":"2"}""", "prompt_variables.count", "must be a number")]
    [InlineData("""{"topic":"t","facts":{}}""", "prompt_variables.facts", "must be a list")]
    [InlineData("""{"topic":"t","facts":[1,[2],3]}""", "prompt_variables.facts", "is too long: 2 items are the most")]
    [InlineData("""{"topic":"t","who":"x"}""", "prompt_variables.who", "must be an object")]
    [InlineData("""{"topic":"t","brief":"true"}""", "prompt_variables.brief", "must be true or false")]
    [InlineData("""{"topic":"t","Tone":"warm"}""", "prompt_variables.Tone", "has no variable 'Tone': it has topic, tone, count, facts, who, brief")]
    public void A_variable_that_is_wrong_is_named(string variables, string param, string problem)
    {
        var error = PromptRig.Apply(Yaml, $$"""{"model":"fn/f","prompt_variables":{{variables}}}""").Error!;

        (error.Status, error.Param).Should().Be((400, param));
        error.Message.Should().Contain(problem).And.NotContain("123456").And.NotContain("rude");
    }

    [Theory]
    [InlineData("""{"topic":"12345","tone":"\u0077arm","count":-1.5e3,"facts":[{},[]],"who":{},"brief":true}""")]
    [InlineData("""{"topic":"éü😀\ud83d\ude00\"","tone":null,"count":0,"facts":[],"brief":null}""")]
    public void Variables_that_are_right_are_taken(string variables) => PromptRig.Apply(Yaml, $$"""{"model":"fn/f","prompt_variables":{{variables}}}""").Error.Should().BeNull();

    [Theory]
    [InlineData("fn/f", new[] { "fn/f" }, null)]
    [InlineData("fn/f", new[] { "fn/*" }, null)]
    [InlineData("fn/f", new[] { "*" }, null)]
    [InlineData("fn/f", null, null)]
    [InlineData("fn/f", new[] { "smart" }, ErrorKind.ModelNotAllowed)]
    [InlineData("fn/f", new[] { "fn/soft" }, ErrorKind.ModelNotAllowed)]
    [InlineData("fn/none", new[] { "fn/f" }, ErrorKind.ModelNotAllowed)]
    [InlineData("fn/none", new[] { "fn/*" }, ErrorKind.ModelNotFound)]
    [InlineData("fn/none", null, ErrorKind.ModelNotFound)]   // though there is a model '*'
    [InlineData("fn/", null, ErrorKind.ModelNotFound)]
    [InlineData("smart", new[] { "fn/*" }, ErrorKind.ModelNotAllowed)]
    public void A_key_may_use_a_function_by_its_own_name(string model, string[]? allowed, ErrorKind? refused) =>
        (PromptRig.Apply(Yaml, $$"""{"model":"{{model}}"{{(model == "smart" ? ",\"messages\":[]" : ",\"prompt_variables\":{\"topic\":\"t\"}")}}}""", allowed).Error?.Kind).Should().Be(refused);

    [Theory]
    [InlineData("""{"model":"smart","messages":[],"prompt_variables":{}}""", null, "'prompt_variables' are for a prompt")]
    [InlineData("""{"model":"smart","messages":[],"Prompt_variables":{}}""", null, "must be written 'prompt_variables'")]
    [InlineData("""{"model":"smart"}""", null, "'messages' is missing")]
    [InlineData("""{"model":"smart"}""", "", "is NAME, NAME@LABEL or NAME@VERSION")]
    [InlineData("""{"model":"smart"}""", "nobody", "There is no prompt 'nobody'")]
    [InlineData("""{"model":"smart"}""", "reply@9", "There is no prompt 'reply@9'")]
    [InlineData("""{"model":"fn/f","prompt_variables":{"topic":"t"}}""", "bare", "A function has a prompt of its own")]
    [InlineData("""{"model":"fn/soft","messages":"hi","prompt_variables":{"topic":"t"}}""", null, "'messages' must be a list")]
    public void A_request_that_cannot_be_meant_is_told_so(string body, string? header, string problem)
    {
        var error = PromptRig.Apply(Yaml, body, headers: header is null ? [] : [("x-gateway-prompt", header)]).Error!;

        error.Status.Should().Be(400);
        error.Message.Should().Contain(problem);
    }

    [Theory]
    [InlineData(InferenceEndpoint.Embeddings, """{"model":"fn/f","input":"x"}""")]
    [InlineData(InferenceEndpoint.Completions, """{"model":"fn/f","prompt":"x"}""")]
    [InlineData(InferenceEndpoint.CountTokens, """{"model":"fn/f","messages":[]}""")]
    public void Endpoints_that_have_no_conversation_have_no_functions(InferenceEndpoint endpoint, string body) =>
        PromptRig.Apply(Yaml, body, endpoint: endpoint).Error!.Message.Should().Be("Prompts and functions are for /v1/chat/completions, /v1/responses and /v1/messages.");

    [Fact]
    public void A_function_can_name_a_providers_own_model()
    {
        var (call, error) = PromptRig.Apply(Yaml.Replace("\"*\"", "others", StringComparison.Ordinal).Replace("model: others", "model: o", StringComparison.Ordinal), """{"model":"fn/direct"}""");

        error.Should().BeNull();
        call.Model!.Targets[0].Model.Should().Be("other");
    }
}
