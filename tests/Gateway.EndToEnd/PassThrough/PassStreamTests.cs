using System.Net;
using System.Text;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.PassThrough;

/// <summary>Streams, whatever their format: bytes pass as they come, usage is read on the way, and the end waits for the ledger.</summary>
public sealed class PassStreamTests
{
    private const string Ask = """{"model":"up-fast","messages":[{"role":"user","content":"hi"}],"max_tokens":50,"stream":true}""";
    private const string Words = "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}\n\n";
    private const string Usage = "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":7,\"total_tokens\":27}}\n\n";
    private const string Done = "data: [DONE]\n\n";

    private const string Anthropic = """
        event: message_start
        data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","content":[],"model":"c","usage":{"input_tokens":20,"output_tokens":1}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":7}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    private const string Gemini = "data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"hi\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":20,\"candidatesTokenCount\":7}}\n\n";
    private const string Ollama = "{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"hi\"},\"done\":false}\n{\"model\":\"m\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":20,\"eval_count\":7}\n";
    private const string Cohere = "event: content-delta\ndata: {\"type\":\"content-delta\",\"index\":0,\"delta\":{\"message\":{\"content\":{\"text\":\"hi\"}}}}\n\nevent: message-end\ndata: {\"type\":\"message-end\",\"delta\":{\"finish_reason\":\"COMPLETE\",\"usage\":{\"tokens\":{\"input_tokens\":20,\"output_tokens\":7}}}}\n\n";

    [Theory]
    [InlineData("openai-compatible", "chat/completions", Ask, Words + Usage + Done)]
    [InlineData("anthropic", "v1/messages", Ask, Anthropic)]
    [InlineData("gemini", "models/up-fast:streamGenerateContent?alt=sse", """{"contents":[],"generationConfig":{"maxOutputTokens":50}}""", Gemini)]
    [InlineData("ollama", "api/chat", """{"model":"up-fast","messages":[],"options":{"num_predict":50}}""", Ollama)]
    [InlineData("cohere", "v2/chat", Ask, Cohere)]
    public async Task A_stream_of_every_format_passes_as_it_is_and_is_priced_by_what_it_says_in_pieces_of_any_size(string kind, string path, string ask, string stream)
    {
        foreach (var piece in new[] { 1, 7, 4096 })
        {
            await using var rig = await PassGateway.StartAsync((http, _) => InPiecesAsync(http, stream, piece), provider: $"kind: {kind}, api_key: {SharedRig.ProviderKey}");

            var answer = await rig.Budgeted.StreamAsync(ask, $"/pass/up/{path}");

            answer.Broken.Should().BeNull();
            Encoding.UTF8.GetString(answer.Bytes).Should().Be(stream, $"{kind} in pieces of {piece}");
            answer.Headers.Keys.Should().NotContain("x-gateway-cost-usd");
            (await rig.RowsAsync()).Should().ContainSingle().Which.Should().BeEquivalentTo(
                new { Status = 200, Stream = true, Input = 20, Output = 7, UsageSource = "exact", CostNanoUsd = PriceList.NanoUsd("up-fast", 20, 0, 7) }, $"{kind} in pieces of {piece}");
            (await rig.BudgetAsync()).Held.Should().Be(0);
        }
    }

    [Fact]
    public async Task A_stream_without_usage_is_estimated_by_its_words_and_one_that_nobody_reads_is_charged_what_was_held()
    {
        await using var rig = await PassGateway.StartAsync(static (http, body) => InPiecesAsync(http, Encoding.UTF8.GetString(body).Contains("opaque", StringComparison.Ordinal) ? "\u0001binary" : Words + Done, 4096));
        var opaque = Ask.Replace("hi", "opaque", StringComparison.Ordinal);

        await rig.Budgeted.StreamAsync(Ask, "/pass/up/chat/completions");
        await rig.Budgeted.StreamAsync(opaque, "/pass/up/chat/completions");

        var rows = await rig.RowsAsync(2);
        rows.Should().OnlyContain(static r => r.UsageSource == "estimated" && r.CostNanoUsd > 0);
        rows.Should().ContainSingle(r => r.Output == 50 && r.Input == opaque.Length, "what was held");
        rows.Should().ContainSingle(static r => r.Output < 50);
    }

    [Fact]
    public async Task Each_event_arrives_when_it_was_sent_and_the_end_when_the_row_is_there()
    {
        var more = new TaskCompletionSource();
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            await InPiecesAsync(http, Words, 4096);
            await more.Task.WaitAsync(http.RequestAborted);
            await InPiecesAsync(http, Words + Usage + Done, 4096);
        });
        using var response = await rig.Budgeted.OpenAsync(Ask, "/pass/up/chat/completions");
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];

        var first = await body.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        Encoding.UTF8.GetString(buffer, 0, first).Should().Be(Words);
        (await rig.Gateway.LedgerAsync()).Should().BeEmpty();
        more.SetResult();
        var rest = await new StreamReader(body).ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(5));

        rest.Should().EndWith(Done);
        await rig.Gateway.KillAsync();   // at once: the row is in the journal
        await rig.Gateway.StartAsync();
        (await rig.RowsAsync()).Should().ContainSingle().Which.UsageSource.Should().Be("exact");
    }

    [Fact]
    public async Task A_stream_that_is_cut_does_not_end_well_and_is_charged_what_came()
    {
        var seen = new TaskCompletionSource();
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            await InPiecesAsync(http, Words, 4096);
            await seen.Task;
            http.Abort();
        });
        using var response = await rig.Budgeted.OpenAsync(Ask, "/pass/up/chat/completions");
        await using var body = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[4096];

        Encoding.UTF8.GetString(buffer, 0, await body.ReadAsync(buffer)).Should().Be(Words);
        seen.SetResult();
        var reading = async () => await body.ReadAsync(buffer);

        await reading.Should().ThrowAsync<IOException>("nothing is put into a provider's own format, and no end is invented");
        var row = (await rig.RowsAsync()).Should().ContainSingle().Which;
        row.CostNanoUsd.Should().BePositive();
        row.UsageSource.Should().Be("estimated");
        (await rig.BudgetAsync()).Should().BeEquivalentTo(new { Held = 0, Spent = row.CostNanoUsd });
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_provider()
    {
        var stopped = new TaskCompletionSource();
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            await InPiecesAsync(http, Words, 4096);
            await using var registration = http.RequestAborted.Register(stopped.SetResult);
            await stopped.Task;
        });
        using (var response = await rig.Budgeted.OpenAsync(Ask, "/pass/up/chat/completions"))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            (await body.ReadAsync(new byte[4096])).Should().BePositive();
        }

        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(5));

        (await rig.RowsAsync()).Should().ContainSingle().Which.Status.Should().Be(499);
        (await rig.BudgetAsync()).Held.Should().Be(0);
    }

    [Theory]
    [InlineData("first_byte: 500ms", 0)]
    [InlineData("idle: 500ms", 1)]
    [InlineData("total: 500ms", 1)]
    public async Task The_providers_timeouts_hold(string timeout, int events)
    {
        await using var rig = await PassGateway.StartAsync(async (http, _) =>
        {
            for (var i = 0; i < events; i++) await InPiecesAsync(http, Words, 4096);
            await Task.Delay(Timeout.Infinite, http.RequestAborted);
        }, provider: $"kind: openai-compatible, api_key: x, timeout: {{ {timeout} }}");

        var answer = await rig.Budgeted.StreamAsync(Ask, "/pass/up/chat/completions");

        // All of the time can be over before the first event is here.
        if (answer.Status == HttpStatusCode.OK) answer.Broken.Should().NotBeNull();
        else answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        if (events == 0) answer.Status.Should().Be(HttpStatusCode.GatewayTimeout);
        (await rig.RowsAsync()).Should().ContainSingle().Which.Status.Should().Be(504);
        (await rig.BudgetAsync()).Held.Should().Be(0);
    }

    private static async Task InPiecesAsync(HttpContext http, string text, int piece)
    {
        http.Response.ContentType ??= "text/event-stream";
        var bytes = Encoding.UTF8.GetBytes(text);
        for (var at = 0; at < bytes.Length; at += piece)
        {
            await http.Response.Body.WriteAsync(bytes.AsMemory(at, Math.Min(piece, bytes.Length - at)), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
