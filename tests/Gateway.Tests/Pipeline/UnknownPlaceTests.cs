using System.Text;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Providers.Dialects;

namespace Gateway.Tests.Pipeline;

/// <summary>What a provider does not know, and a client of another dialect wrote, has the client's names.</summary>
public sealed class UnknownPlaceTests
{
    private static readonly ProviderManifest Mistral = ProviderCatalog.ByKind["mistral"].Manifest;

    [Fact]
    public void Members_inside_a_field_are_named_as_the_client_wrote_them()
    {
        var context = new TranslationContext("req_1", DateTimeOffset.UnixEpoch, "m", "m", true);
        var form = ClientDialects.Responses.ToChat("""
            {"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"role":"assistant","content":"a"},{"role":"user","content":"q"}]}
            """u8, context, Mistral.ChatTarget with { TakesReasoning = true }).Value;
        var members = default(JsonMembers);
        BodyScan.Scan(form.Body.Span, ref members).Should().BeNull();

        UnknownFields.Check(form.Body.Span, members, Mistral.Fields, drop: true, "acme", form.Places, out var dropped).Should().BeNull();

        members.Return();
        Encoding.UTF8.GetString(form.Body.Span).Should().Contain("reasoning_content");
        dropped.Should().Equal("input[].summary");
    }
}
