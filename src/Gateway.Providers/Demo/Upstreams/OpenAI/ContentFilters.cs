
namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>What Azure's content filters found: nothing.</summary>
internal static class ContentFilters
{
    private static readonly string[] Categories = ["hate", "self_harm", "sexual", "violence"];

    public static NativeObject Safe()
    {
        var results = new NativeObject();
        foreach (var category in Categories) results[category] = new NativeObject { ["filtered"] = false, ["severity"] = "safe" };
        return results;
    }

    public static NativeArray OfPrompt() => new(new NativeObject { ["prompt_index"] = 0, ["content_filter_results"] = Safe() });

    /// <summary>The event that Azure's streams begin with: a chunk without a choice, an id or a name.</summary>
    public static NativeObject Chunk() => new()
    {
        ["choices"] = new NativeArray(),
        ["created"] = 0,
        ["id"] = "",
        ["model"] = "",
        ["object"] = "",
        ["prompt_filter_results"] = OfPrompt(),
    };
}
