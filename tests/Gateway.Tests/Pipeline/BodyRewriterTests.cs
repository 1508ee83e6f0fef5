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
    [InlineData("max_tokens", true, "\"max_completion_tokens\":9,\"model\":\"up\"", "\"max_tokens\":5,\"model\":\"up\"")]
    [InlineData("max_tokens", true, "\"model\":\"up\",\"m\\u0061x_completion_tokens\":9", "\"max_tokens\":5,\"model\":\"up\"")]
    [InlineData("max_completion_tokens", true, "\"model\":\"up\",\"max_tokens\":9", "\"max_completion_tokens\":5,\"model\":\"up\"")]
    [InlineData("max_tokens", true, "\"model\":\"up\",\"max_tokens\":8,\"max_completion_tokens\":9", "\"model\":\"up\",\"max_tokens\":5")]
    [InlineData("max_tokens", false, "\"model\":\"up\",\"max_completion_tokens\":9", "\"model\":\"up\",\"max_completion_tokens\":9")]
    [InlineData("max_tokens", false, "\"model\":\"up\"", "\"max_tokens\":5,\"model\":\"up\"")]
    public void The_two_names_of_the_longest_answer_are_one_field_to_the_operator(string name, bool wins, string sent, string forwarded)
    {
        var model = Models.Model("fast") with { Fields = [OperatorField.Create(name, "5"u8, wins)] };

        (Rewrite($"{{{sent},{Rest}}}", model) ?? $"{{{sent},{Rest}}}").Should().Be($"{{{forwarded},{Rest}}}");
    }

    [Theory]
    [InlineData("{\"model\":\"up\"," + Rest + "}", "{\"max_tokens\":4096,\"model\":\"up\"," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"max_tokens\":null," + Rest + "}", "{\"model\":\"up\",\"max_tokens\":4096," + Rest + "}")]
    public void A_cap_is_set_where_there_is_none(string sent, string forwarded) =>
        Rewrite(sent, Models.Model("fast"), OperatorField.Create("max_tokens", "4096"u8, wins: true)).Should().Be(forwarded);

    [Theory]
    [InlineData("{\"model\":\"up\"," + Rest + "}", "{\"model\":\"up\"," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"seed\":7,\"max_completion_tokens\":9," + Rest + "}", "{\"model\":\"up\",\"random_seed\":7,\"max_tokens\":9," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"s\\u0065ed\":7,\"m\\u0061x_completion_tokens\":9," + Rest + "}", "{\"model\":\"up\",\"random_seed\":7,\"max_tokens\":9," + Rest + "}")]
    [InlineData("{\"model\":\"up\",\"max_tokens\":8,\"max_completion_tokens\":9," + Rest + "}", "{\"model\":\"up\",\"max_tokens\":8,\"max_completion_tokens\":9," + Rest + "}")]
    [InlineData("{\"model\":\"fast\",\"stream\":true," + Rest + "}", "{\"model\":\"up\",\"stream\":true," + Rest + "}")]
    [InlineData("{\"model\":\"fast\",\"stream_options\":{\"include_usage\":true} , \"stream\":true," + Rest + "}", "{\"model\":\"up\" , \"stream\":true," + Rest + "}")]
    [InlineData("{\"stream_opt\\u0069ons\":{} , \"model\":\"fast\"," + Rest + "}", "{\"model\":\"up\"," + Rest + "}")]
    public void A_provider_gets_its_own_names_and_no_field_it_refuses(string sent, string forwarded) =>
        (Rewrite(sent, Models.Model("fast"), quirks: Quirks) ?? sent).Should().Be(forwarded);

    [Fact]
    public void What_the_operator_sets_goes_under_the_providers_name_once()
    {
        var model = Models.Model("fast") with
        {
            Fields = [OperatorField.Create("seed", "1"u8, wins: false), OperatorField.Create("max_tokens", "5"u8, wins: true)],
        };

        Rewrite("{\"stream_options\":{},\"model\":\"up\",\"max_completion_tokens\":9," + Rest + "}", model, quirks: Quirks)
            .Should().Be("{\"random_seed\":1,\"model\":\"up\",\"max_tokens\":5," + Rest + "}");
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":2,\"model\":\"up\",\"c\":3,\"d\":[4],\"messages\":[],\"e\":5}", "{\"model\":\"up\",\"messages\":[]}")]
    [InlineData("{ \"stream_options\":{} , \"a\":1, \"seed\":7,\"u\\u0073er\":\"u\",\"messages\":[],\"model\":\"fast\"}", "{ \"random_seed\":7,\"messages\":[],\"model\":\"up\"}")]
    public void A_provider_that_refuses_what_it_does_not_know_gets_nothing_else(string sent, string forwarded) =>
        Rewrite(sent, Models.Model("fast"), quirks: new(("seed", "random_seed")) { NoStreamOptions = true, Known = FieldQuirks.Names("model", "messages", "random_seed") }).Should().Be(forwarded);

    private static readonly FieldQuirks Quirks = new(("seed", "random_seed"), ("max_completion_tokens", "max_tokens")) { NoStreamOptions = true };

    private static string? Rewrite(string sent, ModelEntry model, OperatorField? cap = null, FieldQuirks? quirks = null)
    {
        var provider = Models.Provider();
        provider = provider with { Manifest = provider.Manifest with { Fields = quirks } };
        var body = Encoding.UTF8.GetBytes(sent);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        RequestFields.Read(body, members, InferenceEndpoint.ChatCompletions, out var fields).Should().BeNull();
        var rewritten = BodyRewriter.Rewrite(body, members, fields, model, Models.Target(provider, "up"), InferenceEndpoint.ChatCompletions, cap);
        var text = rewritten.IsEmpty ? null : Encoding.UTF8.GetString(rewritten.Span);
        rewritten.Return();
        members.Return();
        return text;
    }
}
