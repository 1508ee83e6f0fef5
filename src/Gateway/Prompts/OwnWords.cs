using System.Text;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Pipeline;

namespace Gateway.Prompts;

/// <summary>What the client says itself in a field that the prompt's messages go to.</summary>
/// <param name="At">The index of its member; -1: none is to be replaced.</param>
/// <param name="Start">The first byte of its value, a JSON list, or a string where the API takes one; of nothing 0, like <paramref name="End"/>.</param>
/// <param name="End">One past its last.</param>
internal readonly record struct OwnWords(int At, int Start, int End)
{
    public static OwnWords None { get; } = new(-1, 0, 0);

    /// <summary>Finds what stands behind the prompt's messages. A field the prompt has nothing for is not looked at: it stays as it is.</summary>
    /// <param name="turns">Of messages and the like.</param>
    /// <param name="system">Of the system's, where the API has a field of its own for them.</param>
    public static GatewayError? Read(ReadOnlySpan<byte> body, in JsonMembers members, InferenceEndpoint endpoint, PromptVersion prompt, out OwnWords turns, out OwnWords system)
    {
        (turns, system) = (None, None);
        return endpoint switch
        {
            InferenceEndpoint.Messages => (prompt.HasSystem ? Find(body, members, "system", "\"[", "a string or a list of blocks", out system) : null)
                ?? Find(body, members, "messages", "[", "a list", out turns),
            InferenceEndpoint.Responses => (prompt.HasSystem ? Find(body, members, "instructions", "\"", "a string", out system) : null)
                ?? (prompt.HasTurns ? Find(body, members, "input", "\"[", "a string or a list of items", out turns) : null),
            _ => Find(body, members, "messages", "[", "a list", out turns),
        };
    }

    /// <param name="begins">The first characters a value may have.</param>
    private static GatewayError? Find(ReadOnlySpan<byte> body, in JsonMembers members, string name, string begins, string kind, out OwnWords words)
    {
        words = None;
        Span<byte> utf8 = stackalloc byte[name.Length];
        Encoding.ASCII.GetBytes(name, utf8);
        if (members.Find(body, utf8) is not (>= 0 and var index)) return null;
        var member = members[index];
        words = new(index, 0, 0);
        if (body[member.ValueStart] == 'n') return null;   // null is as good as not sent
        if (!begins.Contains((char)body[member.ValueStart])) return new(ErrorKind.InvalidRequest, $"'{name}' must be {kind}.", name);
        words = new(index, member.ValueStart, member.ValueEnd);
        return null;
    }
}
