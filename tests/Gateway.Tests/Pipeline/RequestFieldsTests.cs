using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Tests.Pipeline;

/// <summary>What policy reads out of a body: the bound it reserves must hold whatever the client writes.</summary>
public class RequestFieldsTests
{
    [Theory]
    [InlineData("\"a\"", 1)]
    [InlineData("[\"a\"]", 1)]
    [InlineData("[\"a\",\"b\",\"c\"]", 3)]
    [InlineData("[1,2,3]", 1)]
    [InlineData("[[1,2],[3],[4,5,6],[]]", 4)]
    [InlineData("[]", 1)]
    public void Every_prompt_of_a_completion_may_cost_its_maximum(string prompt, long prompts)
    {
        Read($$"""{"model":"m","max_tokens":1000,"prompt":{{prompt}}}""", InferenceEndpoint.Completions, out var fields).Should().BeNull();
        fields.OutputBound.Should().Be(1000 * prompts);
        fields.Choices.Should().Be(prompts);
    }

    [Fact]
    public void Prompts_multiply_what_n_asks_for_and_never_wrap_around()
    {
        Read("""{"model":"m","max_tokens":10,"n":3,"prompt":["a","b"]}""", InferenceEndpoint.Completions, out var fields);
        fields.OutputBound.Should().Be(60);

        var many = string.Join(',', Enumerable.Repeat("\"\"", 5000));
        Read($$"""{"model":"m","max_tokens":2147483647,"n":2147483647,"prompt":[{{many}}]}""", InferenceEndpoint.Completions, out fields).Should().BeNull();
        fields.OutputBound.Should().Be((long)int.MaxValue * int.MaxValue);
    }

    [Theory]
    [InlineData("max_to\u212Aens", "max_tokens")]
    [InlineData("MAX_TO\u212AEN\u017F", "max_tokens")]
    [InlineData("\u017Ftream", "stream")]
    [InlineData("me\u017F\u017Fages", "messages")]
    [InlineData("u\\u017fer", "user")]
    public void Letters_that_fold_to_those_of_a_policy_field_are_a_case_variant(string name, string field)
    {
        var error = Read($$"""{"model":"m","messages":[],"{{name}}":1}""", InferenceEndpoint.ChatCompletions, out _);
        error!.Param.Should().Be(field);
        error.Message.Should().Contain("case-sensitive");
    }

    [Theory]
    [InlineData("größe")]
    [InlineData("\u212Aelvin")]
    public void Other_names_outside_ASCII_pass(string name) =>
        Read($$"""{"model":"m","messages":[],"{{name}}":1}""", InferenceEndpoint.ChatCompletions, out _).Should().BeNull();

    private static GatewayError? Read(string json, InferenceEndpoint endpoint, out RequestFields fields)
    {
        var body = Encoding.UTF8.GetBytes(json);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        var error = RequestFields.Read(body, members, endpoint, out fields);
        members.Return();
        return error;
    }
}
