using System.Text.Json;
using System.Text.RegularExpressions;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>What goes over the wire is what each provider sends: its events and their order, its line ends, its end.</summary>
public sealed partial class FramingTests
{
    private const string Tool = """{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""";

    [Fact]
    public void Anthropic_opens_and_closes_each_block_and_signs_its_thoughts()
    {
        var answer = Native.Send("/anthropic/v1/messages", $$$"""{"model":"m","max_tokens":3000,"stream":true,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"weather"}],"tools":[{"name":"get_weather","input_schema":{{{Tool}}}}]}""");

        answer.Reply.ContentType.Should().Be("text/event-stream; charset=utf-8");
        answer.Parts.Should().OnlyContain(static p => AnthropicEvent().IsMatch(p));
        var events = answer.Parts.Select(static p => p.Split('\n')[0]["event: ".Length..]).ToList();
        string.Join(' ', events.Where((e, i) => i == 0 || e != events[i - 1])).Should().Be(
            "message_start content_block_start ping content_block_delta content_block_stop content_block_start content_block_delta content_block_stop message_delta message_stop");
        answer.Text.Should().Contain("signature_delta").And.Contain("\"partial_json\":\"\"").And.Contain("\"stop_reason\":\"tool_use\"");
    }

    [Fact]
    public void Gemini_streams_events_that_end_in_two_bytes_or_one_array()
    {
        const string path = "/gemini/v1beta/models/gemini-3-x:streamGenerateContent", body = """{"contents":[{"parts":[{"text":"hi"}]}]}""";

        var events = Native.Send(path, body, query: "alt=sse");
        var array = Native.Send(path, body);

        events.Parts.Should().OnlyContain(static p => p.StartsWith("data: {", StringComparison.Ordinal) && p.EndsWith("}\r\n\r\n", StringComparison.Ordinal));
        events.Text.Should().NotContain("[DONE]");
        events.Parts[^1].Should().Contain("\"finishReason\":\"STOP\"").And.Contain("candidatesTokenCount");
        using var whole = JsonDocument.Parse(array.Text);
        whole.RootElement.GetArrayLength().Should().Be(events.Parts.Count);
    }

    [Fact]
    public void Ollama_streams_where_nobody_says_and_ends_in_a_line_that_is_done()
    {
        var answer = Native.Send("/ollama/api/chat", """{"model":"m","messages":[{"role":"user","content":"hi"}]}""");

        answer.Reply.ContentType.Should().Be("application/x-ndjson");
        var lines = answer.Text.TrimEnd('\n').Split('\n').Select(Translation.Json).ToList();
        lines.Select(static l => l.GetProperty("done").GetBoolean()).Should().Equal([.. Enumerable.Repeat(false, lines.Count - 1), true]);
        lines[^1].GetProperty("done_reason").GetString().Should().Be("stop");
    }

    [Fact]
    public void Cohere_plans_its_calls_and_says_done_after_its_end()
    {
        var answer = Native.Send("/cohere/v2/chat", $$$$"""{"model":"m","stream":true,"thinking":{"type":"enabled"},"messages":[{"role":"user","content":"weather and news"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{{{{Tool}}}}}},{"type":"function","function":{"name":"get_news","parameters":{{{{Tool}}}}}}]}""");

        var events = answer.Parts.SkipLast(1).Select(static p => p.Split('\n')[0]["event: ".Length..]).ToList();
        string.Join(' ', events.Where((e, i) => i == 0 || e != events[i - 1])).Should().Be(
            "message-start content-start content-delta content-end tool-plan-delta tool-call-start tool-call-delta tool-call-end tool-call-start tool-call-delta tool-call-end message-end");
        answer.Parts[^1].Should().Be("data: [DONE]\n\n");
        IndexOf().Matches(answer.Text).Select(static m => m.Groups[1].Value).Should().Equal("0", "1");
    }

    [Fact]
    public void Mistral_sends_calls_whole_with_short_ids_and_thoughts_as_parts()
    {
        var answer = Native.Send("/mistral/v1/chat/completions", $$$$"""{"model":"m","stream":true,"reasoning_effort":"high","messages":[{"role":"user","content":"weather"}],"tools":[{"type":"function","function":{"name":"get_weather","parameters":{{{{Tool}}}}}}]}""");

        answer.Text.Should().Contain("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":""").And.EndWith("data: [DONE]\n\n");
        var last = Translation.Json(answer.Parts[^2]["data: ".Length..]);
        last.GetProperty("usage").GetProperty("completion_tokens").GetInt64().Should().BePositive();
        var choice = last.GetProperty("choices")[0];
        choice.GetProperty("finish_reason").GetString().Should().Be("tool_calls");
        choice.GetProperty("delta").GetProperty("tool_calls")[0].GetProperty("id").GetString().Should().HaveLength(9);
    }

    [Fact]
    public void Azure_begins_with_what_its_filters_say()
    {
        var answer = Native.Send("/azure/openai/deployments/d/chat/completions", """{"stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        answer.Parts[0].Should().StartWith("data: {\"choices\":[],").And.Contain("prompt_filter_results");
        answer.Parts[2].Should().Contain("content_filter_results");
    }

    [Fact]
    public void Responses_number_their_events_and_end_in_the_whole_response()
    {
        const string path = "/openai/v1/responses";

        var answer = Native.Send(path, Native.Requests[path]);

        var events = answer.Parts.Select(static p => (Name: p.Split('\n')[0]["event: ".Length..], Data: Translation.Json(p.Split("\ndata: ")[1]))).ToList();
        events.Select(static (e, i) => e.Data.GetProperty("sequence_number").GetInt32() == i && e.Data.GetProperty("type").GetString() == e.Name).Should().NotContain(false);
        string.Join(' ', events.Select(static e => e.Name["response.".Length..]).Where((e, i) => i == 0 || "response." + e != events[i - 1].Name)).Should().Be(
            "created in_progress output_item.added reasoning_summary_part.added reasoning_summary_text.delta reasoning_summary_text.done reasoning_summary_part.done output_item.done "
            + "output_item.added function_call_arguments.delta function_call_arguments.done output_item.done completed");
        var whole = Native.Send(path, Native.Requests[path].Replace("\"stream\":true", "\"stream\":false", StringComparison.Ordinal));
        Translation.Json(whole.Text).GetProperty("output").GetArrayLength().Should().Be(events[^1].Data.GetProperty("response").GetProperty("output").GetArrayLength()).And.Be(2);
    }

    [Fact]
    public void Responses_want_their_thoughts_back_as_they_were()
    {
        const string path = "/openai/v1/responses", ask = """{"role":"user","content":"weather"}""", rest = """
            "store":false,"reasoning":{"effort":"low"},"tools":[{"type":"function","name":"get_weather"}]
            """;
        var output = Translation.Json(Native.Send(path, $$"""{"input":[{{ask}}],{{rest}}}""").Text).GetProperty("output").EnumerateArray().Select(static o => o.GetRawText()).ToList();
        var result = $$"""{"type":"function_call_output","call_id":"{{Translation.Json(output[1]).GetProperty("call_id").GetString()}}","output":"sunny"}""";

        NativeAnswer Next(params string[] items) => Native.Send(path, $$"""{"input":[{{string.Join(',', items)}}],{{rest}}}""");

        Next(ask, output[0], output[1], result).Text.Should().Contain("get_weather answered “sunny”");
        Next(ask, output[1], result).Reply.Status.Should().Be(400);
        Next(ask, output[0].Replace("encrypted_content\":\"", "encrypted_content\":\"AAAA", StringComparison.Ordinal), output[1], result).Reply.Status.Should().Be(400);
        Next(ask, output[0], output[1]).Text.Should().Contain("No tool output found");
    }

    [Fact]
    public void OpenAI_counts_thoughts_and_does_not_show_them()
    {
        var answer = Native.Send("/openai/v1/chat/completions", """{"model":"m","reasoning_effort":"low","messages":[{"role":"user","content":"hi"}]}""");

        var reply = Translation.Json(answer.Text);
        reply.GetProperty("usage").GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt64().Should().BePositive();
        answer.Text.Should().NotContain("reasoning_content");
    }

    [Fact]
    public void Tokens_are_counted_and_documents_ranked()
    {
        Native.Send("/anthropic/v1/messages/count_tokens", Native.Requests["/anthropic/v1/messages/count_tokens"]).Text.Should().Be("""{"input_tokens":2}""");
        var ranked = Translation.Json(Native.Send("/cohere/v2/rerank", Native.Requests["/cohere/v2/rerank"]).Text).GetProperty("results");
        ranked.EnumerateArray().Select(static r => r.GetProperty("index").GetInt32()).Should().Equal(1, 0);
    }

    [GeneratedRegex("""\Aevent: (\w+)\ndata: \{"type":"\1"[^\n]*\}\n\n\z""")]
    private static partial Regex AnthropicEvent();

    [GeneratedRegex("""tool-call-end","index":(\d)""")]
    private static partial Regex IndexOf();
}
