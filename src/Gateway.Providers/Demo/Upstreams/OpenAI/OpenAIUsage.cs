
namespace Gateway.Providers.Demo.Upstreams.OpenAI;

/// <summary>Cached tokens are part of the prompt's, thoughts of the completion's.</summary>
internal static class OpenAIUsage
{
    public static NativeObject Of(DemoUsage usage) => new()
    {
        ["prompt_tokens"] = usage.In,
        ["completion_tokens"] = usage.Out,
        ["total_tokens"] = usage.In + usage.Out,
        ["prompt_tokens_details"] = new NativeObject { ["cached_tokens"] = usage.Cached ?? 0, ["audio_tokens"] = 0 },
        ["completion_tokens_details"] = new NativeObject
        {
            ["reasoning_tokens"] = usage.Thought ?? 0,
            ["audio_tokens"] = 0,
            ["accepted_prediction_tokens"] = 0,
            ["rejected_prediction_tokens"] = 0,
        },
    };
}
