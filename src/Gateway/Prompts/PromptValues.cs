using System.Text;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Prompts.Templates;

namespace Gateway.Prompts;

/// <summary>Finds a prompt's variables in <c>prompt_variables</c> and checks them: without a tree, by their place in the body.</summary>
internal static class PromptValues
{
    private const string Field = "prompt_variables";

    /// <summary>Of an unknown variable's name, for the message.</summary>
    private const int ShownName = 64;

    /// <summary>Of a place inside a variable, for the message.</summary>
    private const int ShownPath = 256;

    /// <param name="member">The field; null: the request has none.</param>
    /// <param name="values">By the variable's index; all of them do not exist yet.</param>
    /// <returns>What is wrong, by the variable's name and without its value.</returns>
    public static GatewayError? Read(ReadOnlySpan<byte> body, JsonMember? member, PromptVersion prompt, Span<JsonValueRange> values)
    {
        if (member is { } field && body[field.ValueStart] != 'n')
        {
            var json = body[field.ValueStart..field.ValueEnd];
            if (json[0] != '{') return new(ErrorKind.InvalidRequest, $"'{Field}' must be an object: each variable by its name.", Field);
            var reader = new Utf8JsonReader(json);
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var index = IndexOf(reader, prompt);
                if (index < 0) return Unknown(reader, prompt);
                reader.Read();
                var start = field.ValueStart + (int)reader.TokenStartIndex;
                reader.Skip();
                if (reader.TokenType == JsonTokenType.Null) continue;   // as good as not sent
                values[index] = new(index, start, field.ValueStart + (int)reader.BytesConsumed);
            }
        }

        for (var i = 0; i < values.Length; i++)
        {
            var variable = prompt.Variables[i];
            var problem = values[i].Exists ? variable.Problem(body[values[i].Start..values[i].End]) : variable.IsRequired ? "is missing" : null;
            if (problem is not null) return Wrong("." + variable.Name, problem, prompt);
        }

        return prompt.Inputs is { } schema && InputCheck.Run(body, prompt, schema, values) is { } wrong ? Wrong(Shown(wrong.Path, ShownPath), wrong.What, prompt) : null;
    }

    private static int IndexOf(in Utf8JsonReader name, PromptVersion prompt)
    {
        for (var i = 0; i < prompt.Variables.Length; i++)
            if (name.ValueTextEquals(prompt.Variables[i].NameUtf8)) return i;
        return -1;
    }

    private static GatewayError Unknown(in Utf8JsonReader name, PromptVersion prompt)
    {
        var shown = Shown(name.GetString()!, ShownName);
        var has = prompt.Variables.Length == 0 ? "it has none" : $"it has {string.Join(", ", prompt.Variables.Select(static v => v.Name))}";
        return new(ErrorKind.InvalidRequest, $"The prompt '{prompt.Label}' has no variable '{shown}': {has}.", $"{Field}.{shown}");
    }

    /// <summary>Names are the client's: no control characters, and not without end.</summary>
    private static string Shown(string text, int most)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= most) break;
            if (!Rune.IsControl(rune)) shown.Append(rune);
        }

        return shown.ToString();
    }

    /// <param name="path">From the field on: <c>.name</c>; empty: the field.</param>
    private static GatewayError Wrong(string path, string problem, PromptVersion prompt) =>
        new(ErrorKind.InvalidRequest, $"'{Field}{path}' {problem}. The prompt is '{prompt.Label}'.", $"{Field}{path}");
}
