using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Dialects;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.Sse;
using Gateway.Providers.Dialects;
using Gateway.Providers.Dialects.Messages;
using Gateway.Providers.Tests.Anthropic;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Dialects.Messages;

/// <summary>What Anthropic really answered, read as it passes.</summary>
public sealed class MessagesRecordingTests
{
    /// <summary>Two messages in one stream, or the second's usage after the end of the first.</summary>
    private static readonly string[] Spliced = ["anthropic/vercel-ai/anthropic_tool_search_bm25_1.0", "anthropic/vercel-ai/spliced_message_start.0"];

    [SkippableFact]
    public void Recorded_answers_report_the_usage_and_the_end_that_they_had()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var found = new List<string>();
        var compared = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("provider").GetString() != "anthropic" || row.GetProperty("status").GetInt32() >= 400) continue;
            var exchange = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(SharedFolder.Recordings, row.GetProperty("file").GetString()!))).RootElement;
            var (id, endpoint, body) = (row.GetProperty("id").GetString()!, row.GetProperty("endpoint").GetString(), exchange.GetProperty("response").GetProperty("body").GetString()!);
            var expect = exchange.GetProperty("expect");
            var difference = endpoint switch
            {
                "messages" when row.GetProperty("stream").GetBoolean() => OfStream(body, expect),
                "messages" => OfReply(body, expect),
                "count_tokens" => MessagesCount.Read(Encoding.UTF8.GetBytes(body)) is { IsOk: true, Value: > 0 } ? null : "no count",
                _ => "",
            };
            if (difference == "") continue;
            compared++;
            if (difference is not null && !Spliced.Contains(id)) found.Add($"{id}: {difference}");
        }

        compared.Should().BeGreaterThan(50);
        found.Should().BeEmpty();
    }

    [SkippableFact]
    public void Recorded_requests_to_Anthropic_become_chat_requests()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var refused = new List<string>();
        var built = 0;
        foreach (var recording in Recording.Of("anthropic").Where(static r => r is { Endpoint: "messages", Status: < 300 }))
        {
            if (!recording.Request.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object) continue;
            foreach (var reach in Enum.GetValues<ChatReach>())
            {
                var form = MessagesTalk.ToChat(body.GetRawText(), reach, drop: true);
                if (!form.IsOk) refused.Add($"{recording.Id} ({reach}): {form.Error.Message}");
                else if (reach == ChatReach.OpenAI && OpenAISchema.IsAvailable(out _)) refused.AddRange(OpenAISchema.Validate("CreateChatCompletionRequest", form.Value.Body.ToArray()).Select(e => $"{recording.Id}: {e}"));
                built++;
            }
        }

        built.Should().BePositive();
        refused.Should().BeEmpty();
    }

    /// <summary>To chat and back: what Anthropic was asked is what it is asked, but for citations, which chat does not have, and the budget for thinking, which is only nearly the same.</summary>
    [SkippableFact]
    public void Recorded_requests_to_Anthropic_are_the_same_on_the_other_side_of_chat()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);

        var differences = new List<string>();
        var compared = 0;
        foreach (var recording in Recording.Of("anthropic").Where(static r => r is { Endpoint: "messages", Status: < 300 }))
        {
            if (!recording.Request.TryGetProperty("body", out var body) || body.ValueKind != JsonValueKind.Object) continue;
            var form = MessagesTalk.ToChat(body.GetRawText(), ChatReach.Translated);
            if (form.Error?.Param?.EndsWith(".citations", StringComparison.Ordinal) == true) continue;
            form.Error.Should().BeNull(recording.Id);
            var built = new Translation("anthropic", InferenceEndpoint.ChatCompletions).Translator.BuildRequest(form.Value.Body.Span, Translation.Context);
            built.Error.Should().BeNull(recording.Id);
            compared++;
            var (ours, theirs) = (JsonNode.Parse(built.Value.Body.Span)!.AsObject(), JsonNode.Parse(body.GetRawText())!.AsObject());
            foreach (var request in new[] { ours, theirs })
            {
                AnthropicForms.Normal(request);
                request.Remove("thinking");
            }

            if (AcceptedRequests.First(ours, theirs, "$") is { } difference) differences.Add($"{recording.Id}: {difference}");
        }

        compared.Should().BeGreaterThan(20);
        differences.Should().BeEmpty();
    }

    private static string? OfReply(string body, JsonElement expect)
    {
        var read = ClientDialects.Messages.ReadFacts(Encoding.UTF8.GetBytes(body));
        if (!read.IsOk) return read.Error.Message;
        return read.Value.RawUsage is null ? "no usage as it came" : Usage(read.Value.Usage, expect);
    }

    private static string? OfStream(string body, JsonElement expect)
    {
        foreach (var size in new[] { int.MaxValue, 1, 7, 29 })
        {
            var (events, reader) = (new SseEventReader(), ClientDialects.Messages.OpenReader());
            var bytes = Encoding.UTF8.GetBytes(body).AsSpan();
            var roles = new List<EventRole>();
            for (var at = 0; at < bytes.Length; at += Math.Min(size, bytes.Length - at))
            {
                ReadOnlySpan<byte> piece = bytes[at..][..Math.Min(size, bytes.Length - at)];
                while (events.TryRead(ref piece, out var next)) roles.Add(reader.Read(next.Data));
            }

            var facts = reader.Facts;
            var fails = expect.TryGetProperty("error", out var error) && error.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
            if (fails != roles.Contains(EventRole.Fails) || fails != (facts.Error is not null)) return "the error in the stream";
            if (fails) continue;
            if (!facts.Finished || roles[^1] != EventRole.Ends || roles.Count(static r => r == EventRole.Ends) != 1) return "not ended";
            if (facts.UnknownEvents > 0) return $"{facts.UnknownEvents} unknown events";
            if (expect.GetProperty("text").GetString() is { Length: > 0 } && reader is not { ContentEvents: > 0, ContentBytes: > 0 }) return "no words";
            if (Usage(facts.Usage, expect) is { } difference) return difference;
        }

        return null;
    }

    private static string? Usage(TokenUsage? usage, JsonElement expect)
    {
        if (!expect.TryGetProperty("usage", out var expected) || !expected.TryGetProperty("completion_tokens", out var completion) || completion.ValueKind != JsonValueKind.Number) return null;
        if (usage is not { } read) return "no usage";
        var (prompt, output) = (expected.GetProperty("prompt_tokens").GetInt64(), completion.GetInt64());
        return (read.PromptTotal, read.Output) == (prompt, output) ? null : $"{read.PromptTotal} and {read.Output} tokens for {prompt} and {output}";
    }
}
