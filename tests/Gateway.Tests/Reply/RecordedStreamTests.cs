using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers;
using Gateway.Tests.Money;
using Gateway.Tests.Support;

namespace Gateway.Tests.Reply;

/// <summary>
/// Recorded chat completions of providers of OpenAI's format, read in place: what the client gets says what the provider said, and has what clients read.
/// The expectations stand beside the recordings.
/// </summary>
public sealed class RecordedStreamTests
{
    public static TheoryData<string, string> Providers => new()
    {
        { "openai", "openai" }, { "azure", "azure-openai" }, { "mistral", "mistral" }, { "groq", "groq" }, { "together", "together" }, { "deepseek", "deepseek" },
        { "xai", "xai" }, { "openrouter", "openrouter" }, { "perplexity", "perplexity" }, { "cerebras", "cerebras" }, { "vllm", "vllm" },
        { "gpustack", "openai-compatible" }, { "alibaba", "openai-compatible" }, { "moonshot", "openai-compatible" },
    };

    [SkippableTheory]
    [MemberData(nameof(Providers))]
    public async Task A_recorded_answer_reaches_the_client_with_all_it_said(string provider, string kind)
    {
        var seen = 0;
        foreach (var (id, stream, body, expected) in Answers(provider))
        {
            seen++;
            if (!stream)
            {
                Check(id, expected, WholeAnswer(kind, body));
                continue;
            }

            var bytes = Encoding.UTF8.GetBytes(body);
            foreach (var pieces in LaneRig.Cuts(bytes))
            {
                var (events, lane) = await LaneRig.RelayAsync(kind, pieces, includeUsage: true);
                lane.Facts.Finished.Should().BeTrue(id);
                Check(id, expected, RecordedAnswer.Of(LaneRig.Chunks(events), whole: kind == "openai"));
                if (expected.Prompt is { } input) lane.Facts.Usage!.Value.PromptTotal.Should().Be(input, id);
            }
        }

        seen.Should().BePositive();
    }

    private static RecordedAnswer WholeAnswer(string kind, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        var repaired = new ArrayBufferWriter<byte>();
        if (ProviderCatalog.ByKind[kind].Manifest.Repair?.Reply(bytes, repaired) == true) bytes = repaired.WrittenSpan.ToArray();
        OpenAIReply.Scan(bytes, out var scan).Should().BeTrue();
        if (!scan.Usage.IsEmpty) OpenAIUsage.TryRead(scan.Usage.Of(bytes), InferenceEndpoint.ChatCompletions, out _).Should().BeTrue();
        return RecordedAnswer.Of([JsonDocument.Parse(bytes).RootElement], whole: kind == "openai");
    }

    private static void Check(string id, RecordedAnswer expected, RecordedAnswer got)
    {
        got.Text.Trim().Should().Be(expected.Text.Trim(), id);
        got.Reasoning.Trim().Should().StartWith(expected.Reasoning.Trim()[..Math.Min(40, expected.Reasoning.Trim().Length)], id);
        got.Tools.Should().Equal(expected.Tools, id);
        if (expected.Finish is not null) got.Finish.Should().Be(expected.Finish, id);
        if (expected.Completion is not null) (got.Prompt, got.Completion).Should().Be((expected.Prompt, expected.Completion), id);
    }

    private static IEnumerable<(string Id, bool Stream, string Body, RecordedAnswer Expected)> Answers(string provider)
    {
        var folder = SharedData.RequireRecordings();
        foreach (var line in File.ReadLines(Path.Combine(folder, "index.jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            if (row.GetProperty("provider").GetString() != provider || row.GetProperty("endpoint").GetString() != "chat") continue;
            var recorded = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, row.GetProperty("file").GetString()!))).RootElement;
            var (response, expect) = (recorded.GetProperty("response"), recorded.GetProperty("expect"));
            if (response.GetProperty("status").GetInt32() >= 400 || expect.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null) continue;
            if (expect.TryGetProperty("partial_args", out _) || expect.TryGetProperty("legacy_function_call", out _)) continue;
            var id = row.GetProperty("id").GetString()!;
            if (id.EndsWith("/cut_off_stream", StringComparison.Ordinal)) continue;   // no answer: EndToEnd's broken streams are about those
            yield return (id, row.GetProperty("stream").GetBoolean(), response.GetProperty("body").GetString()!, RecordedAnswer.Expected(expect));
        }
    }
}
