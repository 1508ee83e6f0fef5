using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>An http(s) address without credentials, query or fragment. It is never shown: a password could stand in it.</summary>
/// <param name="example">A right one, for the message.</param>
internal sealed class UrlKind(string example) : ScalarKind<Uri>
{
    public override string Noun => "an address";

    protected override bool MayBeShown => false;

    public override string Json(Uri value) => JsonLiteral.Text(value.OriginalString);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching("^https?://[^\\s?#@]+$");

    protected override string? Parse(string text, [MaybeNull] out Uri value)
    {
        if (!Printable.IsVisibleAscii(text) || text.Contains('\\', StringComparison.Ordinal) || !Uri.TryCreate(text, UriKind.Absolute, out value) || value.Host.Length == 0)
        {
            value = null;
            return $"is no address: write it whole, as in {example}";
        }

        if (value.Scheme != Uri.UriSchemeHttp && value.Scheme != Uri.UriSchemeHttps)
            return "must begin with http:// or https://";
        if (value.UserInfo.Length > 0)
            return "holds credentials before an '@'; put them into api_key or headers";
        return text.AsSpan().ContainsAny('?', '#') ? "holds a query or a fragment ('?', '#'); remove it: paths are appended to this address" : null;
    }
}
