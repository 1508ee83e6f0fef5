using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Simulation;

/// <summary>The upstream at the other end of the product's connections: it does to each attempt what the scenario says, in OpenAI's words.</summary>
internal sealed class SimulatedUpstream(Scenario scenario, SimDelay delay) : HttpMessageHandler
{
    private readonly Dictionary<(int Number, string Target), int> _tries = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sent = new MemoryStream();
        await request.Content!.CopyToAsync(sent, cancellationToken);
        using var body = JsonDocument.Parse(sent.ToArray());
        var (number, target) = (int.Parse(body.RootElement.GetProperty("user").GetString()!, CultureInfo.InvariantCulture), body.RootElement.GetProperty("model").GetString()!);
        sent.Length.Should().Be(Encoding.UTF8.GetByteCount(scenario.Sent(scenario.Requests[number])), "this much was held for");
        var tries = _tries[(number, target)] = _tries.GetValueOrDefault((number, target)) + 1;
        var fate = scenario.FateOf(number, target, tries - 1);
        await delay.WaitAsync(number, fate.Head, cancellationToken);
        var answer = fate.Status == 200 ? Written(fate, scenario.Requests[number].Stream) : [(default, Encoding.UTF8.GetBytes(Error(null)))];
        return new((HttpStatusCode)fate.Status) { Content = new StreamContent(new SimulatedBody(answer, number, delay)) };
    }

    private static IEnumerable<(TimeSpan After, byte[]? Bytes)> Written(Fate fate, bool stream)
    {
        var events = 0;
        foreach (var piece in fate.Pieces)
        {
            events += piece.Part == SimPart.Words ? 1 : 0;
            var text = stream ? Event(fate, piece, events) : Answer(fate, piece);
            yield return (piece.After, piece.Part == SimPart.Tear ? null : Encoding.UTF8.GetBytes(piece.Part == SimPart.Half ? text[..(text.Length / 2)] : text));
        }
    }

    private static string Answer(Fate fate, SimPiece piece) => piece.Part switch
    {
        SimPart.Words or SimPart.Half => $$$"""{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"{{{Text(piece.Words)}}}"},"finish_reason":"stop"}]{{{(fate.Usage == SimUsage.None ? "" : Usage(fate.Input, fate.Output))}}}}""",
        SimPart.Error => Error(fate.ErrorStatus),
        _ => "",
    };

    /// <remarks>All that carry an answer have a frame of one length, so that the words alone make the difference.</remarks>
    private static string Event(Fate fate, SimPiece piece, int events) => piece.Part switch
    {
        SimPart.Words or SimPart.Half => Data($$$"""{"id":"ccc","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"{{{Text(piece.Words)}}}"},"finish_reason":null}]{{{(fate.Usage == SimUsage.Running ? Usage(fate.Input, events) : "")}}}}"""),
        SimPart.Finish => Data("""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":""},"finish_reason":"stop"}]}"""),
        SimPart.Usage when fate.Usage == SimUsage.AtEnd => Data($$$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[]{{{Usage(fate.Input, fate.Output)}}}}"""),
        SimPart.Usage => ": nothing to say\n\n",
        SimPart.Done => Data("[DONE]"),
        SimPart.Error => Data(Error(fate.ErrorStatus)),
        _ => "",
    };

    private static string Data(string json) => $"data: {json}\n\n";

    private static string Text(int words) => string.Concat(Enumerable.Repeat(" hi", words));

    private static string Usage(int input, int output) => string.Create(CultureInfo.InvariantCulture, $$""","usage":{"prompt_tokens":{{input}},"completion_tokens":{{output}},"total_tokens":{{input + output}}}""");

    private static string Error(int? status) => string.Create(CultureInfo.InvariantCulture, $$$"""{"error":{"message":"no","type":"sim","code":{{{(status is { } code ? code : "null")}}}}}""");
}
