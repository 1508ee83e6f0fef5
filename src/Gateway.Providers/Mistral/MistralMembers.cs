using Gateway.Core.Providers;

namespace Gateway.Providers.Mistral;

/// <summary>What Mistral knows of the objects inside a chat request, by its specification (<c>additionalProperties: false</c> in each): https://docs.mistral.ai/api.</summary>
internal static class MistralMembers
{
    private const string Content = "messages[].content[]";

    private const string Call = "messages[].tool_calls[]";

    /// <summary>OpenAI's <c>file</c> is another than Mistral's, which has the id of a file that Mistral keeps.</summary>
    private static readonly MemberShape Part = MemberShape.ByKind("type",
        ("text", new(Content, ("type", null), ("text", null))),
        ("image_url", new(Content, ("type", null), ("image_url", new($"{Content}.image_url", ("url", null), ("detail", null))))),
        ("document_url", new(Content, ("type", null), ("document_url", null), ("document_name", null))),
        ("input_audio", new(Content, ("type", null), ("input_audio", null))),
        ("file", new(Content, ("type", null), ("file_id", null))
        {
            Refused = [new("file"u8.ToArray(), "Send a PDF as {\"type\":\"document_url\",\"document_url\":\"data:application/pdf;base64,…\"}.")],
        }),
        ("reference", new(Content, ("type", null), ("reference_ids", null))),
        ("thinking", new(Content, ("type", null), ("thinking", null), ("closed", null))));

    private static readonly MemberShape Message = MemberShape.ByKind("role",
        ("system", Of()),
        ("developer", new("messages[]", ("role", null), ("content", Part)) { Sent = new("role"u8.ToArray(), "\"system\""u8.ToArray()) }),
        ("user", Of()),
        ("assistant", new("messages[]", ("role", null), ("content", Part), ("tool_calls", new(Call, ("id", null), ("type", null), ("index", null), ("function", new($"{Call}.function", ("name", null), ("arguments", null))))), ("prefix", null))
        {
            Stands = new("refusal"u8.ToArray(), "content"u8.ToArray()),
            Refused =
            [
                new("function_call"u8.ToArray(), "It is OpenAI's older form of a call: send it in 'tool_calls', and its result as a message with the role tool.", "tool_calls"u8.ToArray()),
                new("audio"u8.ToArray(), "It is sound that OpenAI has kept: send its transcript in 'content'.", "content"u8.ToArray(), "refusal"u8.ToArray(), "tool_calls"u8.ToArray()),
            ],
        }),
        ("tool", Of(("tool_call_id", null), ("name", null))));

    private static readonly MemberShape Tool = MemberShape.ByKind("type",
        ("function", new("tools[]", ("type", null), ("function", new("tools[].function", ("name", null), ("description", null), ("strict", null), ("parameters", null))))));

    private static readonly MemberShape Choice = MemberShape.ByKind("type",
        ("function", new("tool_choice", ("type", null), ("function", new("tool_choice.function", ("name", null))))));

    private static readonly MemberShape Format = new("response_format",
        ("type", null), ("json_schema", new("response_format.json_schema", ("name", null), ("description", null), ("schema", null), ("strict", null))));

    public static IReadOnlyList<(ReadOnlyMemory<byte> Field, MemberShape Shape)> All { get; } =
    [
        ("messages"u8.ToArray(), Message), ("tools"u8.ToArray(), Tool), ("tool_choice"u8.ToArray(), Choice), ("response_format"u8.ToArray(), Format),
        ("prediction"u8.ToArray(), new("prediction", ("type", null), ("content", null))),
    ];

    private static MemberShape Of(params ReadOnlySpan<(string, MemberShape?)> more) => new("messages[]", [("role", null), ("content", Part), .. more]);
}
