using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Providers.Demo.Upstreams;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Demo.Upstreams;

/// <summary>A chat request on its way through a provider's translator, to the demo that plays this provider, and back. Without any of it (kind demo): the demo in process.</summary>
/// <param name="model">Null: the one that is proposed for this kind.</param>
internal sealed class UpstreamLane(string kind, string? model = null)
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_790_000_000);

    private readonly ProviderManifest _manifest = ProviderCatalog.ByKind[kind].Manifest;
    private readonly DemoPlace? _place = DemoUpstreams.Places.SingleOrDefault(p => p.Kind == kind);

    private ITranslator Translator => _manifest.Translators[InferenceEndpoint.ChatCompletions];

    private TranslationContext Context => Translation.Context with { TargetModel = model ?? _place?.Model ?? "demo" };

    public Said Whole(string body)
    {
        var (request, answer) = Send(body);
        var reply = new ArrayBufferWriter<byte>();
        var read = Translator.ReadReply(answer, Context with { Memory = request.Memory }, reply);
        read.Error.Should().BeNull();
        return new Said(StreamSum.OfReply(Translation.Json(Encoding.UTF8.GetString(reply.WrittenSpan))), read.Value, Encoding.UTF8.GetString(reply.WrittenSpan));
    }

    /// <param name="random">Where the stream is cut into pieces.</param>
    public Said Stream(string body, Random random)
    {
        var (request, answer) = Send(Translation.Streamed(body));
        var stream = Translator.OpenStream(Context with { Memory = request.Memory });
        var output = new ArrayBufferWriter<byte>();
        for (var at = 0; at < answer.Length;)
        {
            var length = Math.Min(random.Next(1, 200), answer.Length - at);
            stream.Read(answer.AsSpan(at, length), output);
            at += length;
        }

        if (stream.Facts is { Finished: false, Error: null }) stream.Complete(output);
        var facts = stream.Facts;
        facts.Error.Should().BeNull();
        facts.Finished.Should().BeTrue();
        facts.UnknownEvents.Should().Be(0);
        var chunks = Translation.Events(Encoding.UTF8.GetString(output.WrittenSpan)).Select(Translation.Json).ToList();
        return new Said(StreamSum.Of(chunks).Choices, new ReplyFacts(facts.Usage, facts.RawUsage), "");
    }

    private (UpstreamRequest Request, byte[] Answer) Send(string body)
    {
        var built = Translator.BuildRequest(Encoding.UTF8.GetBytes(body), Context);
        built.Error.Should().BeNull();
        var request = built.Value;
        if (_manifest.InProcess is { } inProcess) return (request, Bytes(inProcess.Answer(request).Parts));
        var reply = Answer(request);
        reply.Status.Should().Be(200, "{0}", Encoding.UTF8.GetString(Bytes(reply.Parts)));
        return (request, Bytes(Answer(request).Parts));
    }

    private DemoHttpReply Answer(UpstreamRequest request)
    {
        var path = _manifest.Site(new ProviderPlace("global", "demo")).Root + request.Path;
        var query = path.IndexOf('?') is >= 0 and var at ? path[(at + 1)..] : "";
        var below = Uri.UnescapeDataString(query.Length > 0 ? path[..^(query.Length + 1)] : path);
        return DemoUpstreams.Answer(new DemoHttpRequest(
            "POST", $"{_place!.Prefix}{_place.Base}/{below}", name => query.StartsWith(name + "=", StringComparison.Ordinal) ? query[(name.Length + 1)..] : null,
            static name => name switch { "authorization" => "Bearer key", "x-api-key" or "x-goog-api-key" or "anthropic-version" => "key", _ => null }, request.Body, Now));
    }

    private static byte[] Bytes(IEnumerable<ReadOnlyMemory<byte>> parts) => [.. parts.SelectMany(static p => p.ToArray())];
}

/// <summary>What a client gets.</summary>
/// <param name="Reply">Empty for a stream.</param>
internal sealed record Said(IReadOnlyList<ChoiceSum> Choices, ReplyFacts Facts, string Reply)
{
    public JsonElement Message => Translation.Json(Reply).GetProperty("choices")[0].GetProperty("message");
}
