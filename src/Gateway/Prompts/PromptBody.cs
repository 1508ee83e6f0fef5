using System.Runtime.CompilerServices;
using Gateway.Core.Errors;
using Gateway.Pipeline;
using Gateway.Prompts.Templates;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>The chat request that a request with a prompt stands for: the prompt's messages, then the client's own; the function's fields where the client's do not win.</summary>
internal static class PromptBody
{
    private const string MessagesField = "messages";

    /// <summary>Bytes that most prompts have, so that the buffer need not grow.</summary>
    private const int UsualPrompt = 8 * 1024;

    /// <param name="function">Null: the client named the prompt and a model.</param>
    public static Outcome<RequestBody> Render(ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, PromptVersion prompt, PromptFunction? function)
    {
        var variables = fields.Positions[PolicyField.PromptVariables];
        var room = default(ValueRoom);
        var values = ((Span<JsonValueRange>)room)[..prompt.Variables.Length];
        if (PromptValues.Read(body, variables < 0 ? null : members[variables], prompt, values) is { } wrong) return wrong;
        if (Own(body, members, fields, out var own) is { } unusable) return unusable;
        var output = new BodyBuilder(body.Length + UsualPrompt);
        output.Write("{\"messages\":["u8);
        if (!Write(prompt, body, values, ref output))
        {
            output.Discard();
            return TooMuch(prompt);
        }

        if (!own.IsEmpty) output.Write((byte)',');
        output.Write(own);
        output.Write((byte)']');
        WriteMembers(body, members, fields, function?.Fields ?? [], ref output);
        output.Write((byte)'}');
        return output.Finish();
    }

    private static bool Write(PromptVersion prompt, ReadOnlySpan<byte> body, ReadOnlySpan<JsonValueRange> values, ref BodyBuilder output)
    {
        var room = default(ItemRoom);
        var renderer = new TemplateRenderer(prompt, body, values, room, ref output);
        return renderer.Run();
    }

    /// <param name="own">The client's messages without the brackets around them.</param>
    private static GatewayError? Own(ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, out ReadOnlySpan<byte> own)
    {
        own = default;
        var index = fields.Positions[PolicyField.Messages];
        if (index < 0) return null;
        var value = body[members[index].ValueStart..members[index].ValueEnd];
        if (value[0] == 'n') return null;
        if (value[0] != '[') return new(ErrorKind.InvalidRequest, $"'{MessagesField}' must be a list.", MessagesField);
        own = value[1..^1].Trim(" \t\r\n"u8);
        return null;
    }

    private static void WriteMembers(ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, IReadOnlyList<OperatorField> ours, ref BodyBuilder output)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (i == fields.Positions[PolicyField.Messages] || i == fields.Positions[PolicyField.PromptVariables] || IsOverridden(body, members, i, ours)) continue;
            output.Write((byte)',');
            output.Write(body[(members[i].NameStart - 1)..members[i].ValueEnd]);
        }

        for (var i = 0; i < ours.Count; i++)
        {
            if (!ours[i].Wins && IsSent(body, members, ours[i])) continue;
            output.Write((byte)',');
            output.Write(ours[i].Member.AsSpan(0, ours[i].Member.Length - 1));   // it ends with a comma
        }
    }

    private static bool IsOverridden(ReadOnlySpan<byte> body, in JsonMembers members, int index, IReadOnlyList<OperatorField> ours)
    {
        var name = members.Name(index, body);
        for (var i = 0; i < ours.Count; i++)
            if (ours[i].Wins && (name.SequenceEqual(ours[i].Name) || name.SequenceEqual(ours[i].Twin))) return true;
        return false;
    }

    private static bool IsSent(ReadOnlySpan<byte> body, in JsonMembers members, OperatorField field) =>
        members.Find(body, field.Name) >= 0 || (!field.Twin.IsEmpty && members.Find(body, field.Twin) >= 0);

    private static GatewayError TooMuch(PromptVersion prompt) => new(ErrorKind.InvalidRequest,
        $"With these variables the prompt '{prompt.Label}' has more than {TemplateLimits.RenderedBytes / (1024 * 1024)} MiB or takes too long to write.", "prompt_variables");

    [InlineArray(TemplateLimits.Variables)]
    private struct ValueRoom
    {
        private JsonValueRange _first;
    }

    [InlineArray(TemplateLimits.Depth)]
    private struct ItemRoom
    {
        private JsonValueRange _first;
    }
}
