using System.Text;
using System.Text.Json;

namespace Gateway.FakeUpstream;

/// <summary>Streams an answer as server-sent events, and breaks where the script says so.</summary>
internal sealed class StreamAnswer(Exchange exchange, Family family)
{
    private readonly Script _script = exchange.Script;
    private readonly string? _tool = family == Family.Chat ? exchange.Request.ToolName : null;
    private readonly SseWriter _sse = new(exchange);
    private readonly IFrames? _frames = family switch { Family.Messages => new MessagesFrames(exchange), Family.Responses => new ResponsesFrames(exchange), _ => null };
    private byte[]? _bulk;

    /// <summary>Pieces that are on the wire.</summary>
    public int Sent { get; private set; }

    public async Task RunAsync()
    {
        exchange.Response.ContentType = _script.ContentType ?? "text/event-stream; charset=utf-8";
        await exchange.Response.StartAsync();
        await exchange.Response.Body.FlushAsync();
        await exchange.StandStillAsync(Stall.First);
        await exchange.PauseAsync(_script.FirstMs);

        var pieces = _tool is null ? Pieces.Of(_script) : Pieces.Of(_script with { Text = _script.ToolArguments ?? Answers.DefaultArguments });
        foreach (var opening in _frames?.Opening() ?? [])
            await _sse.EventAsync(opening);
        foreach (var piece in pieces)
        {
            if (Sent == _script.After && await BreakAsync())
                return;
            if (Sent > 0)
                await exchange.PauseAsync(_script.DelayMs);
            await _sse.EventAsync(Piece(piece));
            Sent++;
        }

        if (Sent <= _script.After && await BreakAsync())
            return;
        await exchange.PauseAsync(_script.EndMs);
        await FinishAsync();
    }

    /// <summary>The next piece's chunk. In bulk they are alike and made once: the machine is there to load the gateway, not this.</summary>
    private byte[] Piece(string piece)
    {
        var index = Sent;
        if (_frames is not null)
            return _frames.Piece(index, piece);
        if (_script.Pad == 0 || _script.Usage == UsageShape.Every || index == 0)
            return Chunk(json => Delta(json, index, piece), index + 1);
        return _bulk ??= Chunk(json => Delta(json, index, piece), index + 1);
    }

    /// <summary>Does what the script wants done in the middle; true where that ends the answer.</summary>
    private async Task<bool> BreakAsync()
    {
        if (_script.ErrorEvent)
        {
            exchange.BillPieces(InvoiceKind.Failed, Sent);
            await _sse.EventAsync(_frames?.Error("the model crashed") ?? Answers.Error(500, "the model crashed"));
            return true;
        }

        await exchange.StandStillAsync(Stall.Middle);
        if (_script.Cut is Cut.None or Cut.Undone)
            return false;
        exchange.BillPieces(InvoiceKind.Failed, Sent);
        if (_script.Cut != Cut.Clean)
            await exchange.CutAsync(_script.Cut);
        return true;
    }

    private async Task FinishAsync()
    {
        var completion = exchange.CompletionTokens;
        var text = string.Concat(Pieces.Of(_script));
        foreach (var closing in _frames?.Closing(text) ?? [Chunk(Finish, completion)])
            await _sse.EventAsync(closing);
        if (_frames is null && WithUsageChunk)
            for (var i = 0; i < (_script.Usage == UsageShape.Twice ? 2 : 1); i++)
                await _sse.EventAsync(Chunk(null, completion));
        exchange.Bill(_script.Cut == Cut.Undone ? InvoiceKind.Failed : InvoiceKind.Stream, exchange.PromptTokens, completion);
        await exchange.StandStillAsync(Stall.End);
        if (_script.Cut != Cut.Undone)
            await _sse.EventAsync(_frames?.End(text) ?? "[DONE]"u8.ToArray());
    }

    private bool WithUsageChunk => exchange.Request.IncludeUsage && _script.Usage is not (UsageShape.None or UsageShape.Every);

    /// <param name="choice">Null: the chunk that carries nothing but usage.</param>
    private byte[] Chunk(Action<Utf8JsonWriter>? choice, long completion) => Answers.Write(json =>
    {
        json.WriteString("id", family == Family.Chat ? $"chatcmpl-{exchange.Number}" : $"cmpl-{exchange.Number}");
        json.WriteString("object", family == Family.Chat ? "chat.completion.chunk" : "text_completion");
        json.WriteNumber("created", Answers.Created);
        json.WriteString("model", exchange.Request.Model);
        json.WriteString("system_fingerprint", "fp_fake");
        json.WriteStartArray("choices");
        if (choice is not null)
        {
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            choice(json);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (choice is null || _script.Usage == UsageShape.Every)
            UsageWriter.Write(json, _script, exchange.PromptTokens, completion);
        else if (exchange.Request.IncludeUsage)
            json.WriteNull("usage");
    });

    private void Delta(Utf8JsonWriter json, int index, string piece)
    {
        if (family == Family.Completions)
        {
            json.WriteString("text", piece);
        }
        else
        {
            json.WriteStartObject("delta");
            if (index == 0)
                json.WriteString("role", "assistant");
            if (_tool is null)
                json.WriteString("content", piece);
            else
                ToolDelta(json, index, piece);
            json.WriteEndObject();
        }

        json.WriteNull("logprobs");
        json.WriteNull("finish_reason");
    }

    private void ToolDelta(Utf8JsonWriter json, int index, string piece)
    {
        json.WriteStartArray("tool_calls");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        if (index == 0)
        {
            json.WriteString("id", $"call_{exchange.Number}");
            json.WriteString("type", "function");
        }

        json.WriteStartObject("function");
        if (index == 0)
            json.WriteString("name", _tool);
        json.WriteString("arguments", piece);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void Finish(Utf8JsonWriter json)
    {
        if (family == Family.Completions)
        {
            json.WriteString("text", "");
        }
        else
        {
            json.WriteStartObject("delta");
            json.WriteEndObject();
        }

        json.WriteNull("logprobs");
        json.WriteString("finish_reason", _tool is null ? "stop" : "tool_calls");
    }
}

/// <summary>Puts an event on the wire in the script's style of lines.</summary>
internal sealed class SseWriter(Exchange exchange)
{
    private int _events;
    private byte[]? _lastData;
    private byte[] _lastEvent = [];

    public Task EventAsync(byte[] data)
    {
        var number = _events++;
        if (exchange.Script.Sse == SseStyle.Plain)
            return exchange.WriteAsync(Plain(data));
        var text = Encoding.UTF8.GetString(data);
        return exchange.WriteAsync(Encoding.UTF8.GetBytes(exchange.Script.Sse switch
        {
            SseStyle.Crlf => $"data: {text}\r\n\r\n",
            SseStyle.Comments => $": comment {number}\n\ndata: {text}\n: another\n\n",
            SseStyle.Fields => $"event: message\nid: {number}\nretry: 100\ndata: {text}\n\n",
            SseStyle.Multiline => Multiline(text),
            _ => $"data:{text}\n\n",
        }));
    }

    private byte[] Plain(byte[] data)
    {
        if (!ReferenceEquals(data, _lastData))
            (_lastData, _lastEvent) = (data, [.. "data: "u8, .. data, .. "\n\n"u8]);
        return _lastEvent;
    }

    /// <summary>Breaks the JSON behind its first comma, where white space is allowed.</summary>
    private static string Multiline(string text)
    {
        var comma = text.IndexOf(',', StringComparison.Ordinal) + 1;
        return comma == 0 ? $"data: {text}\n\n" : $"data: {text[..comma]}\ndata: {text[comma..]}\n\n";
    }
}
