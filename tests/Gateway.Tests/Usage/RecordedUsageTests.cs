using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Tests.Money;
using Xunit.Abstractions;

namespace Gateway.Tests.Usage;

/// <summary>Real answers in OpenAI's wire format from twenty providers: what their usages are read as, against what the recordings' own index expects.</summary>
public sealed class RecordedUsageTests(ITestOutputHelper output)
{
    [SkippableFact]
    public void Every_recorded_usage_is_read_and_agrees_but_for_the_known_dialects()
    {
        var folder = SharedData.RequireRecordings();
        var (agreed, without, known) = (0, 0, 0);
        var wrong = new List<string>();
        foreach (var line in File.ReadLines(Path.Combine(folder, "index.jsonl")))
        {
            using var index = JsonDocument.Parse(line);
            var row = index.RootElement;
            if (Endpoint(row.GetProperty("endpoint").GetString()) is not { } endpoint)
                continue;
            using var fixture = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, row.GetProperty("file").GetString()!)));
            var expect = fixture.RootElement.GetProperty("expect").TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? usage : default;
            var body = fixture.RootElement.GetProperty("response").TryGetProperty("body", out var b) ? b : default;
            var read = Read(body, row.GetProperty("stream").GetBoolean(), endpoint);
            if (expect.ValueKind == JsonValueKind.Undefined)
            {
                // No usage in the answer, or a provider's error under status 200: nothing may be made up.
                if (read is not null)
                    wrong.Add($"{row.GetProperty("id")}: a usage out of nothing: {read}");
                without++;
            }
            else if (read is not { } tokens)
                wrong.Add($"{row.GetProperty("id")}: not read: {expect.GetProperty("raw")}");
            else if (Agrees(tokens, expect))
                agreed++;
            else if (IsKnownDialect(tokens, expect))
                known++;
            else
                wrong.Add($"{row.GetProperty("id")}: {tokens} instead of {expect}");
        }

        output.WriteLine($"{agreed} agree, {known} of known dialects, {without} without usage");
        wrong.Should().BeEmpty();
        agreed.Should().BeGreaterThan(300);
    }

    private static InferenceEndpoint? Endpoint(string? family) => family switch
    {
        "chat" => InferenceEndpoint.ChatCompletions,
        "completions" => InferenceEndpoint.Completions,
        "embeddings" => InferenceEndpoint.Embeddings,
        _ => null,
    };

    /// <summary>As the gateway does: a JSON reply's usage, or the last one of a stream that can be trusted.</summary>
    private static TokenUsage? Read(JsonElement body, bool stream, InferenceEndpoint endpoint)
    {
        TokenUsage? last = null;
        var text = body.ValueKind == JsonValueKind.String ? body.GetString()! : body.ValueKind == JsonValueKind.Undefined ? "" : body.GetRawText();
        if (!stream)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            return OpenAIReply.Scan(bytes, out var reply) && !reply.Usage.IsEmpty && OpenAIUsage.TryRead(reply.Usage.Of(bytes), endpoint, out var usage) ? usage : null;
        }

        foreach (var line in text.Split('\n').Where(static l => l.StartsWith("data:", StringComparison.Ordinal)))
        {
            var payload = Encoding.UTF8.GetBytes(line[5..].Trim());
            if (OpenAIEvent.Scan(payload, out var scan) && !scan.Usage.IsEmpty && OpenAIUsage.TryRead(scan.Usage.Of(payload), endpoint, out var usage))
                last = usage;
        }

        return last;
    }

    private static long Count(JsonElement expect, string name) =>
        expect.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;

    private static bool Agrees(TokenUsage read, JsonElement expect) =>
        read.PromptTotal == Count(expect, "prompt_tokens") && read.Output == Count(expect, "completion_tokens")
        && read.CacheRead == Count(expect, "cached_tokens") && read.CacheWrite + read.CacheWriteHour == Count(expect, "cache_write_tokens")
        && read.Reasoning == Count(expect, "reasoning_tokens");

    /// <summary>The index repeats the provider's own numbers; where those leave a part out (<see cref="OpenAIUsage"/>), we count it.</summary>
    private static bool IsKnownDialect(TokenUsage read, JsonElement expect)
    {
        var (prompt, completion, cached, reasoning) = (Count(expect, "prompt_tokens"), Count(expect, "completion_tokens"), Count(expect, "cached_tokens"), Count(expect, "reasoning_tokens"));
        var xai = read.Output == completion + reasoning && read.PromptTotal == prompt && read.CacheRead == cached && read.Reasoning == reasoning;
        var grokOnAzure = cached > prompt && read is { CacheRead: 0 } && read.PromptTotal == prompt && read.Output == completion;
        var mistralAudio = read.InputAudio > 0 && read.PromptTotal == prompt + read.InputAudio && read.Output == completion;
        var voyage = prompt == 0 && read.PromptTotal == Count(expect.GetProperty("raw"), "total_tokens") && read.Output == 0;
        var moonshot = cached == 0 && read.CacheRead == Count(expect.GetProperty("raw"), "cached_tokens") && read.PromptTotal == prompt && read.Output == completion;
        return moonshot || xai || grokOnAzure || mistralAudio || voyage;
    }
}
