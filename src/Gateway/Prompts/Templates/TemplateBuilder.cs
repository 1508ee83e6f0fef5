using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Prompts.Templates;

/// <summary>Collects the steps of a template; text that stands together becomes one of them.</summary>
internal sealed class TemplateBuilder
{
    private readonly List<TemplateOp> _ops = [];
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _json = new();

    /// <summary>Characters of text so far.</summary>
    public int Characters { get; private set; }

    public int Steps => _ops.Count;

    /// <summary>Text of the operator's, which is escaped as the inside of a JSON string has to be.</summary>
    public void Text(ReadOnlySpan<char> text)
    {
        _text.Append(text);
        Characters += text.Length;
    }

    /// <summary>A piece of JSON around strings.</summary>
    public void Json(string json)
    {
        EscapeText();
        _json.Append(json);
    }

    public void Value(byte[][] path, int slot)
    {
        Flush();
        _ops.Add(new(TemplateOpKind.Value, [], path, slot, 0));
    }

    /// <returns>For <see cref="Close"/>.</returns>
    public int Open(byte[][] path, int slot, bool isInverted)
    {
        Flush();
        _ops.Add(new(isInverted ? TemplateOpKind.Inverted : TemplateOpKind.Section, [], path, slot, 0));
        return _ops.Count - 1;
    }

    public void Close(int section)
    {
        Flush();
        _ops[section] = _ops[section] with { End = _ops.Count };
    }

    public TemplateOp[] Build()
    {
        Flush();
        return [.. _ops];
    }

    private void EscapeText()
    {
        if (_text.Length == 0) return;
        // Relaxed: what goes upstream stands in no page, and a token less for every letter outside ASCII.
        _json.Append(JsonEncodedText.Encode(_text.ToString(), JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        _text.Clear();
    }

    private void Flush()
    {
        EscapeText();
        if (_json.Length == 0) return;
        _ops.Add(new(TemplateOpKind.Text, Encoding.UTF8.GetBytes(_json.ToString()), [], -1, 0));
        _json.Clear();
    }
}
