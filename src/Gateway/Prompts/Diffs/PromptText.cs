using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gateway.Config;
using Gateway.Config.Shapes;

namespace Gateway.Prompts.Diffs;

/// <summary>A version as lines for people: its messages, its partials and its variables or their schema, each under a heading.</summary>
internal static class PromptText
{
    public static List<string> Of(PromptVersionConfig version)
    {
        var lines = new List<string>();
        foreach (var message in version.Messages) Add(lines, $"[{message.Role}]", message.Template);
        foreach (var (name, text) in version.Partials.OrderBy(static p => p.Key, StringComparer.Ordinal)) Add(lines, $"[partial {name}]", text);
        if (version.InputSchema is { } schema) Add(lines, "[input schema]", Indented(schema));
        else if (version.Variables.Count > 0) Add(lines, "[variables]", string.Join('\n', version.Variables.Select(Line)));
        return lines;
    }

    private static void Add(List<string> lines, string heading, string text)
    {
        lines.Add(heading);
        lines.AddRange(text.ReplaceLineEndings("\n").Split('\n'));
    }

    private static string Indented(JsonText schema)
    {
        using var document = JsonDocument.Parse(schema.Utf8);
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) document.WriteTo(json);
        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length));
    }

    private static string Line(PromptVariableConfig variable)
    {
        var line = new StringBuilder(variable.Name).Append(": ").Append(PromptVariableShape.Types.Word(variable.Type));
        if (variable.Values.Count > 0) line.Append(" of ").AppendJoin(", ", variable.Values);
        if (variable.MaxLength is { } most) line.Append(System.Globalization.CultureInfo.InvariantCulture, $", at most {most}");
        line.Append(variable.IsRequired ? ", required" : ", optional");
        if (variable.Default is { } initial) line.Append(", by default ").Append(Encoding.UTF8.GetString(initial.Utf8.Span));
        return line.ToString();
    }
}
