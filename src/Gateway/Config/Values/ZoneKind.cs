using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;

namespace Gateway.Config.Values;

/// <summary>An IANA time zone that this machine knows: <c>Europe/Madrid</c>.</summary>
internal sealed class ZoneKind : ScalarKind<string>
{
    public static readonly ZoneKind Instance = new();

    public override string Noun => "an IANA time zone";

    public override string Json(string value) => JsonLiteral.Text(value);

    public override void WriteSchema(SchemaWriter schema) => schema.TextMatching("^[A-Za-z0-9_+/-]+$");

    protected override string? Parse(string text, [MaybeNull] out string value)
    {
        value = text;
        // The system looks zones up as files: only what an IANA name can be made of may reach it.
        var known = text.Length is > 0 and <= 64
            && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '+' or '-' or '/')
            && TimeZoneInfo.TryFindSystemTimeZoneById(text, out _);
        if (known)
            return null;
        // Slim container images come without zones: every name but UTC would seem wrong.
        return !TimeZoneInfo.TryFindSystemTimeZoneById("Europe/London", out _)
            ? "cannot be read, because this machine has no time zone data: install tzdata, or use UTC"
            : $"is no time zone this machine knows: write an IANA name, as in Europe/Madrid{NearestName.Hint(text, TimeZoneInfo.GetSystemTimeZones().Select(static z => z.Id))}";
    }
}
