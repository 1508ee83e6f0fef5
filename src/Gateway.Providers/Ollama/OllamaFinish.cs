namespace Gateway.Providers.Ollama;

/// <summary>From Ollama's done reasons to OpenAI's finish reasons. Ollama says stop after calls of tools too.</summary>
internal static class OllamaFinish
{
    public static string Reason(string? done, bool hasCalls) => done switch
    {
        "length" => "length",
        _ => hasCalls ? "tool_calls" : "stop",   // stop, load, unload, and what is newer than this list: the raw reason is shown beside
    };
}
