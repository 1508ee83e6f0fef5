using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Shared;

/// <summary>Tools of a type that the provider does not have (another's web search, say).</summary>
internal static class ForeignTools
{
    public static bool Is(ChatTool? tool) => tool is { Type: not (null or "function") };

    /// <returns>True where no tool is left: then there is nothing to choose either.</returns>
    public static bool AreAll(ChatRequest request, IReadOnlyList<ChatTool?> tools, string provider, RequestFit fit)
    {
        if (!tools.All(Is)) return false;
        for (var i = 0; i < tools.Count; i++) Refuse(tools[i], i, provider, fit);
        if (request.ToolChoice is not (null or { Mode: "auto" or "none" })) fit.Drop("tool_choice");
        return true;
    }

    public static void Refuse(ChatTool? tool, int index, string provider, RequestFit fit) =>
        fit.Unserved($"tools[{index}]", $"{provider} has no tools of type {tool!.Type}. Leave it out, or set drop_params: true for this model to have the gateway do so.");
}
