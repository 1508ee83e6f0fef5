namespace Gateway.Core.Providers;

/// <summary>
/// Fields of a chat request without which the answer is the same: for OpenAI's records and caches, or with a value that asks for what happens anyway. A provider that has no place for them
/// does without, and nobody has to be told.
/// </summary>
public static class IdleFields
{
    private static readonly string[] Labels = ["metadata", "prompt_cache_key", "prompt_cache_options", "prompt_cache_retention", "safety_identifier", "store", "user"];

    /// <param name="value">Its JSON.</param>
    public static bool Are(string name, ReadOnlySpan<byte> value) =>
        Labels.Contains(name) || value.SequenceEqual("null"u8) || value.SequenceEqual("false"u8) || value.SequenceEqual("0"u8) || value.SequenceEqual("\"auto\""u8) || (IsEmpty(value) && name != "web_search_options")
        || (name == "service_tier" && (value.SequenceEqual("\"default\""u8) || value.SequenceEqual("\"standard_only\""u8)))
        || (name == "verbosity" && value.SequenceEqual("\"medium\""u8)) || (name == "modalities" && IsTextAlone(value));

    private static bool IsEmpty(ReadOnlySpan<byte> value) => value[0] is (byte)'{' or (byte)'[' && value[1..^1].Trim(" \t\r\n"u8).IsEmpty;

    private static bool IsTextAlone(ReadOnlySpan<byte> value) => value[0] == '[' && value[1..^1].Trim(" \t\r\n"u8).SequenceEqual("\"text\""u8);
}
