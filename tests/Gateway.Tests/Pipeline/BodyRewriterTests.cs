using System.Text;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Pipeline;

public class BodyRewriterTests
{
    private const string Rest = "\"messages\":[ {\"role\":\"user\",\"content\":\"h\\u0069\"} ],  \"x_unknown\" : 1.50e+2";

    [Theory]
    [InlineData("{\"model\":\"up\"," + Rest + "}", null)]
    [InlineData("{\"model\":\"fast\"," + Rest + "}", "{\"model\":\"up\"," + Rest + "}")]
    [InlineData("  {" + Rest + ", \"model\" : \"fast\" }\n", "  {" + Rest + ", \"model\" : \"up\" }\n")]
    [InlineData("{\"mod\\u0065l\":\"fast\"," + Rest + "}", "{\"model\":\"up\"," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true," + Rest + "}", "{\"stream_options\":{\"include_usage\":true},\"model\":\"up\",\"stream\":true," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true,\"stream_options\":null," + Rest + "}", "{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true,\"stream_options\":{}," + Rest + "}", "{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"a\":[1]}," + Rest + "}", "{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"a\":[1]}," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":false}," + Rest + "}", "{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"stream\":true,\"stream_options\":{\"include_usage\":true}," + Rest + "}", null)]
    public void Only_what_policy_sets_is_changed(string sent, string? forwarded) => Rewrite(sent, Models.Model("fast")).Should().Be(forwarded);

    [Fact]
    public void Params_fill_gaps_and_overrides_win()
    {
        var model = Models.Model("fast") with
        {
            Fields = [OperatorField.Create("temperature", "0.2"u8, wins: false), OperatorField.Create("top_p", "0.5"u8, wins: false), OperatorField.Create("seed", "7"u8, wins: true)],
        };

        Rewrite("{\"model\":\"up\",\"temperature\":1,\"seed\":3," + Rest + "}", model)
            .Should().Be("{\"top_p\":0.5,\"model\":\"up\",\"temperature\":1,\"seed\":7," + Rest + "}");
    }

    [Theory]
    [InlineData("{\"model\":\"up\"," + Rest + "}", "{\"max_tokens\":4096,\"model\":\"up\"," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"max_tokens\":null," + Rest + "}", "{\"model\":\"up\",\"max_tokens\":4096," + Rest + "}")]
    public void A_cap_is_set_where_there_is_none(string sent, string forwarded) =>
        Rewrite(sent, Models.Model("fast"), OperatorField.Create("max_tokens", "4096"u8, wins: true)).Should().Be(forwarded);

    private static string? Rewrite(string sent, ModelEntry model, OperatorField? cap = null)
    {
        var body = Encoding.UTF8.GetBytes(sent);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        RequestFields.Read(body, members, InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        var rewritten = BodyRewriter.Rewrite(body, members, fields, model, Models.Target(Models.Provider(), "up"), InferenceEndpoint.ChatCompletions, cap);
        var text = rewritten.IsEmpty ? null : Encoding.UTF8.GetString(rewritten.Span);
        rewritten.Return();
        members.Return();
        return text;
    }
}
