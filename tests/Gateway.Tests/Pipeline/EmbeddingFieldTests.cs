using System.Text;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Tests.Support;

namespace Gateway.Tests.Pipeline;

/// <summary>What Mistral calls otherwise in a request for embeddings, and what it refuses there (<c>additionalProperties: false</c>).</summary>
public sealed class EmbeddingFieldTests
{
    [Theory]
    [InlineData("""{"model":"m","input":"a","dimensions":256,"user":"u"}""", """{"model":"up","input":"a","output_dimension":256}""")]
    [InlineData("""{"user":"u","input":["a"],"encoding_format":"float","model":"up"}""", """{"input":["a"],"encoding_format":"float","model":"up"}""")]
    public void Dimensions_has_Mistrals_name_and_the_user_is_not_sent(string request, string sent) => Sent(request, out _).Should().Be(sent);

    [Fact]
    public void What_else_it_does_not_have_is_refused()
    {
        Sent("""{"model":"m","input":"a","truncate":"END"}""", out var error);

        error!.Param.Should().Be("truncate");
    }

    private static string Sent(string request, out Gateway.Core.Errors.GatewayError? error)
    {
        var provider = Models.Provider() with { Manifest = ProviderCatalog.ByKind["mistral"].Manifest };
        var target = Models.Target(provider, "up");
        var body = Encoding.UTF8.GetBytes(request);
        var members = default(JsonMembers);
        BodyScan.Scan(body, ref members).Should().BeNull();
        RequestFields.Read(body, members, InferenceEndpoint.Embeddings, out var fields).Should().BeNull();
        error = UnknownFields.Check(body, members, BodyRewriter.Quirks(target, InferenceEndpoint.Embeddings), drop: false, "acme", null, out _);
        var rewritten = BodyRewriter.Rewrite(body, members, fields, Models.Model("fast"), target, InferenceEndpoint.Embeddings);
        var text = rewritten.IsEmpty ? request : Encoding.UTF8.GetString(rewritten.Span);
        rewritten.Return();
        members.Return();
        return text;
    }
}
