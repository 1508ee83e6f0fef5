using System.Text.Encodings.Web;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Tests.Prompts;

/// <summary>Whatever a value holds, and however its JSON is written, the message says exactly that.</summary>
public sealed class TemplatePropertyTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        Gen.Elements("{{v}}", "{{#v}}", "{{/v}}", "{{> p}}", "\\", "\"", "\n", "\u0000", "\u2028", "é", "😀", "}}", "${x}", "</script>"),
        Gen.Choose(0, 0xD7FF).Select(static c => ((char)c).ToString()));

    private static readonly Gen<string> Text = Gen.ListOf(Piece).Select(static p => string.Concat(p));

    private static readonly JsonSerializerOptions[] Written = [new() { Encoder = JavaScriptEncoder.Default }, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }];

    [Fact]
    public void A_string_comes_out_as_it_went_in() => Prop.ForAll(Text.ToArbitrary(), static text =>
    {
        foreach (var options in Written)
        {
            var json = JsonSerializer.Serialize(text, options);
            if (PromptRig.Render("[{{v}}]", $$"""{"v":{{json}}}""", "string") != $"[{text}]") return false;
            if (PromptRig.Render("{{#v}}{{a}}{{/v}}", $$"""{"v":[{"a":{{json}}},{"a":{{json}}}]}""", "list") != text + text) return false;
            if (PromptRig.Render("{{v}}", $$$"""{"v":{"a": {{{json}}}}}""") != $$"""{"a": {{json}}}""") return false;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_template_without_tags_is_its_text() => Prop.ForAll(Text.Where(static t => !t.Contains("{{", StringComparison.Ordinal)).ToArbitrary(), static text =>
        PromptRig.Render(text.Length == 0 ? "x" : text, "{}") == (text.Length == 0 ? "x" : text)).QuickCheckThrowOnFailure();
}
