using System.Buffers;
using System.Text.Json;
using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Demo;

/// <summary>From <c>tools</c> and <c>tool_choice</c> to the demo's tools and how they are to be called.</summary>
/// <param name="Calling">One of <see cref="DemoCalling"/>.</param>
internal sealed record DemoToolbox(IReadOnlyList<DemoTool>? Tools, string Calling, string? OnlyTool = null)
{
    private const int MaxTools = 128;
    private const int MaxNameLength = 64;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    public static Outcome<DemoToolbox> Read(ChatRequest request)
    {
        if (request.Tools is not { Count: > 0 } wire)
        {
            return request.ToolChoice is null or { Mode: "none" or "auto" }
                ? new DemoToolbox(null, DemoCalling.Never)
                : OpenAIRequest.Invalid("'tool_choice' is only allowed with 'tools'.", "tool_choice");
        }

        if (wire.Count > MaxTools) return OpenAIRequest.Invalid($"'tools' may have {MaxTools} at most.", "tools");
        var tools = new List<DemoTool>(wire.Count);
        for (var i = 0; i < wire.Count; i++)
        {
            if (Problem(wire[i], $"tools[{i}]") is { } problem) return problem;
            var function = wire[i]!.Function!;
            tools.Add(new DemoTool(function.Name!, function.Description, function.Parameters));
        }

        return Choose(tools, request.ToolChoice);
    }

    private static GatewayError? Problem(ChatTool? tool, string at)
    {
        if (tool?.Type != "function") return OpenAIRequest.Invalid($"'{at}.type' must be 'function' for the demo model.", $"{at}.type");
        if (tool.Function is not { Name: { Length: > 0 and <= MaxNameLength } name } || name.AsSpan().ContainsAnyExcept(NameCharacters))
            return OpenAIRequest.Invalid($"'{at}.function.name' must have 1 to {MaxNameLength} letters, digits, '_' or '-'.", $"{at}.function.name");
        return tool.Function.Parameters is null or { ValueKind: JsonValueKind.Object or JsonValueKind.Null }
            ? null
            : OpenAIRequest.Invalid($"'{at}.function.parameters' must be a JSON schema.", $"{at}.function.parameters");
    }

    private static Outcome<DemoToolbox> Choose(List<DemoTool> tools, ChatToolChoice? choice)
    {
        if (choice?.Detailed is { } detailed)
        {
            if (detailed is not { Type: "function", Function.Name: { } name })
                return OpenAIRequest.Invalid("'tool_choice' must be a mode or name a function for the demo model.", "tool_choice");
            return tools.Exists(t => t.Name == name)
                ? new DemoToolbox(tools, DemoCalling.Must, name)
                : OpenAIRequest.Invalid("'tool_choice' names a function that is not in 'tools'.", "tool_choice");
        }

        return choice?.Mode switch
        {
            null or "auto" => new DemoToolbox(tools, DemoCalling.MayBe),
            "none" => new DemoToolbox(tools, DemoCalling.Never),
            "required" => new DemoToolbox(tools, DemoCalling.Must),
            _ => OpenAIRequest.Invalid("'tool_choice' must be 'none', 'auto', 'required' or name a function.", "tool_choice"),
        };
    }
}
