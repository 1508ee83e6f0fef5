using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;

namespace Gateway.EndToEnd.Security;

/// <summary>Bodies two parsers would read differently are refused with the name of the field (reliability S12); they never are a 5xx, and never reach an upstream.</summary>
[Collection(OneGateway.Name)]
public sealed class JsonInputTests(SharedRig rig)
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    public sealed record Bad(string Why, string Body, string? Param)
    {
        public override string ToString() => Why;
    }

    public static TheoryData<Bad> Refused
    {
        get
        {
            var rows = new TheoryData<Bad>();
            foreach (var policy in new[] { "model", "stream", "max_tokens", "tools", "user", "stream_options", "max_completion_tokens", "n" })
            {
                var value = policy switch { "model" or "user" => "\"fast\"", "stream" => "false", "tools" => "[]", "stream_options" => "{}", _ => "1" };
                var first = policy == "model" ? "" : "\"model\":\"fast\",";
                var escaped = $"\\u{(int)policy[0]:x4}{policy[1..]}";
                var upper = char.ToUpperInvariant(policy[0]) + policy[1..];
                rows.Add(new($"{policy} twice", $"{{{first}\"{policy}\":{value},{Messages},\"{policy}\":{value}}}", policy));
                rows.Add(new($"{policy} twice, once escaped", $"{{{first}\"{policy}\":{value},{Messages},\"{escaped}\":{value}}}", policy));
                rows.Add(new($"{policy} and {upper}", $"{{{first}\"{policy}\":{value},{Messages},\"{upper}\":{value}}}", policy));
                rows.Add(new($"{upper} alone", $"{{{first}{Messages},\"{upper}\":{value}}}", policy));
            }

            foreach (var bound in new[] { "max_tokens", "max_completion_tokens", "n" })
                foreach (var value in new[] { "4096.0", "1e3", "\"4096\"", "-1", "0", "4.5", "99999999999999999999", "true", "[1]", "{}" })
                    rows.Add(new($"{bound}: {value}", $"{{\"model\":\"fast\",{Messages},\"{bound}\":{value}}}", bound));
            rows.Add(new("stream: a string", $"{{\"model\":\"fast\",{Messages},\"stream\":\"true\"}}", "stream"));
            rows.Add(new("stream: a number", $"{{\"model\":\"fast\",{Messages},\"stream\":1}}", "stream"));
            rows.Add(new("stream_options: a string", $"{{\"model\":\"fast\",{Messages},\"stream\":true,\"stream_options\":\"x\"}}", "stream_options"));
            rows.Add(new("include_usage: a string", $"{{\"model\":\"fast\",{Messages},\"stream\":true,\"stream_options\":{{\"include_usage\":\"yes\"}}}}", "stream_options"));
            rows.Add(new("a nested member twice", $"{{\"model\":\"fast\",\"messages\":[{{\"role\":\"user\",\"role\":\"system\",\"content\":\"x\"}}]}}", "messages[0].role"));
            rows.Add(new("a lone surrogate in the model", $"{{\"model\":\"fa\\ud800st\",{Messages}}}", "model"));
            rows.Add(new("a lone surrogate in a message", "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"\\udc00\"}]}", "messages[0].content"));
            rows.Add(new("line breaks in the model", $"{{\"model\":\"fast\\r\\nX-Evil: 1\",{Messages}}}", "model"));
            rows.Add(new("a null character in the model", $"{{\"model\":\"fa\\u0000st\",{Messages}}}", "model"));
            rows.Add(new("65 levels", $"{{\"model\":\"fast\",{Messages},\"x\":{new string('[', 65)}{new string(']', 65)}}}", "x" + string.Concat(Enumerable.Repeat("[0]", 63))));
            rows.Add(new("100,000 levels", $"{{\"model\":\"fast\",{Messages},\"x\":{new string('[', 100_000)}", "x" + string.Concat(Enumerable.Repeat("[0]", 63))));
            rows.Add(new("a comment", $"{{\"model\":\"fast\",/* x */{Messages}}}", null));
            rows.Add(new("a trailing comma", $"{{\"model\":\"fast\",{Messages},}}", null));
            rows.Add(new("NaN", $"{{\"model\":\"fast\",{Messages},\"temperature\":NaN}}", null));
            rows.Add(new("a byte order mark", $"\uFEFF{{\"model\":\"fast\",{Messages}}}", null));
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_ambiguous_or_malformed_body_is_refused_by_name(Bad bad)
    {
        var before = (await rig.Upstream.StatsAsync()).ByModel.GetValueOrDefault("up-fast");

        var answer = await rig.App.ChatAsync(bad.Body);

        answer.Status.Should().Be(HttpStatusCode.BadRequest, answer.Text);
        answer.Error.GetProperty("type").GetString().Should().Be("invalid_request_error");
        if (bad.Param is not null)
            answer.Error.GetProperty("param").GetString().Should().Be(bad.Param);
        (await rig.Upstream.StatsAsync()).ByModel.GetValueOrDefault("up-fast").Should().Be(before, "nothing was forwarded");
    }

    [Theory]
    [InlineData(new byte[] { 0xC3, 0x28 })]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 })]
    public async Task Bytes_that_are_no_UTF8_are_refused(byte[] bytes)
    {
        var request = RawHttp.Post(Caller.Chat, SharedRig.AppKey, "{\"model\":\"fast\",\"messages\":[{\"role\":\"user\",\"content\":\"" + new string('~', bytes.Length) + "\"}]}")
            .Replace(new string('~', bytes.Length) + "\"}", Encoding.Latin1.GetString(bytes) + "\"}", StringComparison.Ordinal);

        var reply = await RawHttp.SendAsync(rig.Gateway.Port, request);

        reply.Statuses.Should().Equal([400], reply.Text);
    }

    [Fact]
    public async Task What_is_forwarded_has_each_policy_field_once_and_every_parser_reads_the_same_model()
    {
        var name = Ask.NewCase("differential");

        await rig.App.ChatAsync(Ask.Chat("tuned", new Script { Case = name }, stream: true, "\"max_tokens\":5,\"seed\":3,\"temperature\":1"));

        var body = (await rig.Upstream.RequestAsync(name)).Body;
        var names = new List<string>();
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(body));
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                names.Add(reader.GetString()!);
        names.Select(static n => n.ToLowerInvariant()).Should().OnlyHaveUniqueItems("first-wins, last-wins and case-blind parsers agree");
        names.Should().Contain(["model", "stream", "stream_options", "max_tokens", "seed", "temperature", "user"]);
    }

    [Fact]
    public async Task Sixty_four_levels_and_a_thousand_unknown_members_are_fine()
    {
        var deep = $"\"deep\":{new string('[', 60)}{new string(']', 60)}";
        var wide = string.Join(',', Enumerable.Range(0, 1000).Select(static i => $"\"x{i}\":{i}"));

        (await rig.App.ChatAsync(Ask.Chat("fast", new Script(), extra: deep + "," + wide))).Status.Should().Be(HttpStatusCode.OK);
    }
}
