using System.Text;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Tests.Pipeline;

public class BodyScanTests
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    [Theory]
    [InlineData("", "no body", null)]
    [InlineData("[]", "must be a JSON object", null)]
    [InlineData("{", "not well-formed", null)]
    [InlineData("{} x", "not well-formed", null)]
    [InlineData("{\"model\":\"a\",\"model\":\"b\"}", "occurs twice", "model")]
    [InlineData("{\"model\":\"a\",\"mod\\u0065l\":\"b\"}", "occurs twice", "model")]
    [InlineData("{\"a\":[{\"b\":{\"c\":1,\"c\":2}}]}", "'a[0].b.c' occurs twice", "a[0].b.c")]
    [InlineData("{\"messages\":[{\"content\":[{\"text\":\"\",\"text\":1}]},[{},{}]]}", "'messages[0].content[0].text' occurs twice", "messages[0].content[0].text")]
    [InlineData("{\"a\":[1,[],{\"x\":{}},{\"b\":[{\"c\":1},{\"\\u0063\":1,\"d\":{},\"c\":2}]}]}", "'a[3].b[1].c' occurs twice", "a[3].b[1].c")]
    [InlineData("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"content\":[\"\",\"x \\ud800\"]}]}", "'messages[1].content[1]' has half of a surrogate pair", "messages[1].content[1]")]
    [InlineData("{\"a\":[{\"b\":1},{\"\\ud800\":1}]}", "surrogate", "a[1]")]
    [InlineData("{\"user\":\"\\ud800\"}", "surrogate", "user")]
    [InlineData("{\"user\":\"\\udc00\\ud800\"}", "surrogate", "user")]
    [InlineData("{\"\\ud800\":1}", "surrogate", null)]
    public void What_parsers_disagree_about_is_refused(string body, string says, string? param)
    {
        var members = default(JsonMembers);
        var error = BodyScan.Scan(Encoding.UTF8.GetBytes(body), ref members);

        error!.Message.Should().Contain(says);
        error.Param.Should().Be(param);
        members.Return();
    }

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void Sixty_four_levels_are_the_most(int depth, bool accepted)
    {
        var members = default(JsonMembers);
        var body = "{\"a\":" + new string('[', depth - 1) + new string(']', depth - 1) + "}";
        (BodyScan.Scan(Encoding.UTF8.GetBytes(body), ref members) is null).Should().Be(accepted);
        members.Return();
    }

    [Fact]
    public void What_is_too_deep_is_said_to_be_so_and_where()
    {
        var members = default(JsonMembers);
        var (open, close) = (string.Concat(Enumerable.Repeat("{\"p\":", 61)), new string('}', 61));
        var error = BodyScan.Scan(Encoding.UTF8.GetBytes($"{{\"a\":1,\"tools\":[0,{{\"x\":{open}[]{close}}}]}}"), ref members)!;
        members.Return();

        error.Param.Should().Be("tools[1].x" + string.Concat(Enumerable.Repeat(".p", 61)));
        error.Message.Should().Be($"'{error.Param}' is nested more than 64 levels deep.");
    }

    /// <summary>Names are the client's, and may be long: a message is to stay one that can be read.</summary>
    [Fact]
    public void A_long_name_is_cut_in_a_place()
    {
        var members = default(JsonMembers);
        var error = BodyScan.Scan(Encoding.UTF8.GetBytes($"{{\"{new string('é', 100)}\":{{\"x\":1,\"x\":2}}}}"), ref members)!;
        members.Return();

        error.Param.Should().Be(new string('é', 64) + "….x");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var members = default(JsonMembers);
        BodyScan.Scan([.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8], ref members)!.Message.Should().Contain("UTF-8");
    }

    [Fact]
    public void A_name_may_stand_once_in_each_of_many_objects()
    {
        var members = default(JsonMembers);
        var body = "{\"messages\":[" + string.Join(',', Enumerable.Repeat("{\"role\":\"user\",\"content\":\"x\"}", 5000)) + "]}";
        BodyScan.Scan(Encoding.UTF8.GetBytes(body), ref members).Should().BeNull();
        members.Count.Should().Be(1);
        members.Return();
    }

    [Fact]
    public void Members_beyond_the_inline_ones_are_found_by_offset()
    {
        var members = default(JsonMembers);
        var body = Encoding.UTF8.GetBytes("{" + string.Join(',', Enumerable.Range(0, 100).Select(i => $" \"m{i}\" : [{i}, {{}}]")) + "}");
        BodyScan.Scan(body, ref members).Should().BeNull();

        for (var i = 0; i < 100; i++)
        {
            var found = members.Find(body, Encoding.UTF8.GetBytes($"m{i}"));
            Encoding.UTF8.GetString(body[members[found].ValueStart..members[found].ValueEnd]).Should().Be($"[{i}, {{}}]");
        }

        members.Return();
    }

    [Theory]
    [InlineData("\"model\":1", "model", "must be a string")]
    [InlineData("\"model\":\"\"", "model", "1 to 256 characters")]
    [InlineData("\"model\":\"a\\nb\"", "model", "control character")]
    [InlineData("\"model\":null", "model", "missing")]
    [InlineData("\"Model\":\"a\"", "model", "case-sensitive")]
    [InlineData("\"model\":\"a\",\"STREAM\":true", "stream", "case-sensitive")]
    [InlineData("\"model\":\"a\",\"stream\":\"true\"", "stream", "true or false")]
    [InlineData("\"model\":\"a\",\"max_tokens\":4096.0", "max_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"max_tokens\":1e3", "max_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"max_tokens\":\"4096\"", "max_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"max_tokens\":0", "max_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"max_completion_tokens\":-1", "max_completion_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"max_tokens\":99999999999999999999", "max_tokens", "whole number")]
    [InlineData("\"model\":\"a\",\"n\":[]", "n", "whole number")]
    [InlineData("\"model\":\"a\",\"stream\":true,\"stream_options\":[]", "stream_options", "an object")]
    [InlineData("\"model\":\"a\",\"stream\":true,\"stream_options\":{\"include_usage\":1}", "stream_options", "true or false")]
    [InlineData("\"model\":\"a\",\"user\":{}", "user", "must be a string")]
    public void A_policy_field_of_the_wrong_kind_is_named(string fields, string param, string says)
    {
        var members = default(JsonMembers);
        var body = Encoding.UTF8.GetBytes("{" + fields + "," + Messages + "}");
        BodyScan.Scan(body, ref members).Should().BeNull();
        var error = RequestFields.Read(body, members, InferenceEndpoint.ChatCompletions, out _);

        error!.Param.Should().Be(param);
        error.Message.Should().Contain(says);
        members.Return();
    }

    [Theory]
    [InlineData("\"max_tokens\":10", 10)]
    [InlineData("\"max_tokens\":10,\"max_completion_tokens\":20", 20)]
    [InlineData("\"max_tokens\":30,\"max_completion_tokens\":20,\"n\":3", 90)]
    [InlineData("\"max_tokens\":null", null)]
    [InlineData("\"n\":2", null)]
    public void The_bound_of_the_output_is_the_larger_one_times_the_answers(string fields, int? bound)
    {
        var members = default(JsonMembers);
        var body = Encoding.UTF8.GetBytes("{\"model\":\"a\"," + fields + "," + Messages + "}");
        BodyScan.Scan(body, ref members).Should().BeNull();
        RequestFields.Read(body, members, InferenceEndpoint.ChatCompletions, out var read).Should().BeNull();

        read.OutputBound.Should().Be(bound);
        members.Return();
    }
}
