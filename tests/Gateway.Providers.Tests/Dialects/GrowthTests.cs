using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Providers.Dialects.Messages;
using Gateway.Providers.Shared;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects;

/// <summary>Long lists take time in proportion: a request of a few megabytes keeps no processor busy for minutes.</summary>
public sealed class GrowthTests
{
    [Fact]
    public void Naming_what_was_left_out() => Growth.Of(8_000, static size =>
    {
        var fields = Enumerable.Range(0, size).Select(static i => $"messages[{i}].field").ToArray();
        return () =>
        {
            var fit = new RequestFit("It", drop: true);
            foreach (var field in fields) fit.Drop(field);
            fit.Dropped.Count.Should().Be(fields.Length);
        };
    }).Should().BeLessThan(Growth.Linear);

    [Fact]
    public void Looking_whether_a_schema_is_strict() => Growth.Of(4_000, static size =>
    {
        var (properties, required) = (new JsonObject(), new JsonArray());
        for (var i = 0; i < size; i++)
        {
            properties[$"p{i}"] = new JsonObject { ["type"] = "string" };
            required.Add($"p{i}");
        }

        var schema = JsonSerializer.SerializeToElement(new JsonObject { ["type"] = "object", ["properties"] = properties, ["required"] = required, ["additionalProperties"] = false });
        return () => MessagesFormat.IsStrict(schema).Should().BeTrue();
    }).Should().BeLessThan(Growth.Linear);

    [Theory]
    [InlineData("messages", "tools", """{"name":"f","input_schema":{"type":"object"},"foo":1}""")]
    [InlineData("messages", "messages", """{"role":"user","content":[{"type":"text","text":"q","foo":1}]}""")]
    [InlineData("messages", "stop_sequences", "[{}]")]
    [InlineData("responses", "tools", """{"type":"function","name":"f","parameters":{"type":"object"},"foo":1}""")]
    [InlineData("responses", "input", """{"role":"user","content":[{"type":"input_text","text":"q","foo":1}]}""")]
    [InlineData("responses", "include", "[{}]")]
    public void Translating_a_list_of_anything(string dialect, string list, string item) => Growth.Of(4_000, size =>
    {
        var body = $$"""{"model":"m","max_tokens":9,"input":"q","messages":[{"role":"user","content":"q"}],"{{list}}":[{{string.Join(',', Enumerable.Repeat(item, size))}}]}""";
        return () => _ = dialect == "messages" ? MessagesTalk.ToChat(body, ChatReach.Compatible, drop: true) : ResponsesForms.ToChat(body, ResponsesForms.Compatible, drop: true);
    }).Should().BeLessThan(Growth.Linear);
}
