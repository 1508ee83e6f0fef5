using Gateway.Core.Errors;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Providers.Demo;

/// <summary>What chats and completions check alike. The rules are OpenAI's, so that what passes here passes there.</summary>
internal static class DemoLimits
{
    /// <summary>OpenAI gives up to 128; the demo is for trying out.</summary>
    private const int MaxAnswers = 16;

    private const int MaxStops = 4;

    public static GatewayError? Answers(int? n) =>
        n is < 1 or > MaxAnswers ? OpenAIRequest.Invalid($"'n' must be from 1 to {MaxAnswers} for the demo model.", "n") : null;

    public static GatewayError? Tokens(int? limit, string field) =>
        limit is < 1 ? OpenAIRequest.Invalid($"'{field}' must be at least 1.", field) : null;

    public static GatewayError? Stop(IReadOnlyList<string>? stop)
    {
        if (stop is null) return null;
        if (stop.Count > MaxStops) return OpenAIRequest.Invalid($"'stop' may have {MaxStops} sequences at most.", "stop");
        return stop.Any(s => s.Length == 0) ? OpenAIRequest.Invalid("'stop' must not have an empty sequence.", "stop") : null;
    }

    /// <summary>The demo has no dice to weight: the two are checked and change nothing.</summary>
    public static GatewayError? Sampling(double? temperature, double? topP)
    {
        if (temperature is < 0 or > 2) return OpenAIRequest.Invalid("'temperature' must be from 0 to 2.", "temperature");
        return topP is < 0 or > 1 ? OpenAIRequest.Invalid("'top_p' must be from 0 to 1.", "top_p") : null;
    }

    public static GatewayError? StreamOptions(bool? stream, ChatStreamOptions? options) =>
        options is not null && stream is not true ? OpenAIRequest.Invalid("'stream_options' is only allowed with 'stream: true'.", "stream_options") : null;
}
