namespace Gateway.EndToEnd.Rig;

/// <summary>A request that an <see cref="Http2Upstream"/> has read to its end: one that it does not refuse, a provider would bill.</summary>
public sealed class Http2Exchange
{
    /// <summary>RFC 9113 section 7: the stream was ended after it had been worked on.</summary>
    public const int InternalError = 2;

    /// <summary>RFC 9113 section 7: the stream was ended before anything was done for it.</summary>
    public const int Refused = 7;

    private const string Answer = """{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","refusal":null},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}""";

    private readonly Http2Session _session;
    private readonly int _id;

    internal Http2Exchange(Http2Session session, int id, int connection, int number, string body)
    {
        (_session, _id, Connection, Number) = (session, id, connection, number);
        using var json = System.Text.Json.JsonDocument.Parse(body);
        User = json.RootElement.GetProperty("user").GetString()!;
        IsStream = json.RootElement.TryGetProperty("stream", out var stream) && stream.GetBoolean();
    }

    /// <summary>The number of its connection, from 1.</summary>
    public int Connection { get; }

    /// <summary>Its number on the connection, from 1.</summary>
    public int Number { get; }

    public string User { get; }

    public bool IsStream { get; }

    public Task AnswerAsync() => _session.AnswerAsync(_id, "application/json", Answer);

    /// <summary>A stream of so many words, with a pause before each.</summary>
    public async Task StreamAsync(int words, TimeSpan pause)
    {
        await _session.AnswerAsync(_id, "text/event-stream", null);
        for (var i = 0; i < words; i++)
        {
            await Task.Delay(pause);
            await _session.BodyAsync(_id, Chunk($$"""{"content":"w{{i}} "}""", "null"), isLast: false);
        }

        await _session.BodyAsync(_id, Chunk("{}", "\"stop\"") + "data: [DONE]\n\n", isLast: true);
    }

    /// <param name="code"><see cref="Refused"/> or <see cref="InternalError"/>.</param>
    public Task ResetAsync(int code) => _session.ResetAsync(_id, code);

    /// <inheritdoc cref="Http2Session.GoAwayAsync"/>
    public Task GoAwayAsync(TimeSpan onItsWay) => _session.GoAwayAsync(onItsWay);

    /// <inheritdoc cref="Http2Session.Deafen"/>
    public void Deafen() => _session.Deafen();

    private static string Chunk(string delta, string reason) =>
        $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{reason}}}]}""" + "\n\n";
}
