using System.Runtime.CompilerServices;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Prompts.Templates;
using Gateway.Routing;

namespace Gateway.Prompts;

/// <summary>The request that a request with a prompt stands for: the prompt's messages, then the client's own; the function's fields where the client's do not win.</summary>
internal static class PromptBody
{
    /// <summary>Bytes that most prompts have, so that the buffer need not grow.</summary>
    private const int UsualPrompt = 8 * 1024;

    /// <param name="endpoint">One of those that <see cref="PromptStep"/> lets through.</param>
    /// <param name="function">Null: the client named the prompt and a model.</param>
    public static Outcome<RequestBody> Render(
        ReadOnlySpan<byte> body, in JsonMembers members, in RequestFields fields, InferenceEndpoint endpoint, PromptVersion prompt, PromptFunction? function)
    {
        var variables = fields.Positions[PolicyField.PromptVariables];
        var room = default(ValueRoom);
        var values = ((Span<JsonValueRange>)room)[..prompt.Variables.Length];
        if (PromptValues.Read(body, variables < 0 ? null : members[variables], prompt, values) is { } wrong) return wrong;
        if (OwnWords.Read(body, members, endpoint, prompt, out var turns, out var system) is { } unusable) return unusable;
        var format = function?.Output?.For(endpoint);
        var formatAt = -1;
        if (format?.Find(body, members, function!, out formatAt) is { } twice) return twice;
        var output = new BodyBuilder(body.Length + UsualPrompt);
        output.Write((byte)'{');
        if (!Write(prompt, endpoint, body, turns, system, values, ref output))
        {
            output.Discard();
            return TooMuch(prompt);
        }

        WriteMembers(body, members, [turns.At, system.At, variables, formatAt], function?.FieldsFor(endpoint) ?? [], ref output);
        format?.Write(body, members, formatAt, ref output);
        output.Write((byte)'}');
        return output.Finish();
    }

    private static bool Write(PromptVersion prompt, InferenceEndpoint endpoint, ReadOnlySpan<byte> body, OwnWords turns, OwnWords system, ReadOnlySpan<JsonValueRange> values, ref BodyBuilder output)
    {
        var room = default(ItemRoom);
        var writer = new PromptWriter(prompt, new TemplateRenderer(prompt, body, values, room, ref output), ref output);
        return writer.Write(endpoint, prompt, body[turns.Start..turns.End], body[system.Start..system.End]);
    }

    private static void WriteMembers(ReadOnlySpan<byte> body, in JsonMembers members, ReadOnlySpan<int> without, IReadOnlyList<OperatorField> ours, ref BodyBuilder output)
    {
        for (var i = 0; i < members.Count; i++)
        {
            if (without.Contains(i) || IsOverridden(body, members, i, ours)) continue;
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
