using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;

namespace Gateway.Providers.Tests.Support;

/// <summary>A request on its way through a provider's translator and its in-process model, as the host takes it there.</summary>
internal sealed class Translation(string kind, InferenceEndpoint endpoint, string? api = null)
{
    public static readonly TranslationContext Context = new("req_01TEST", DateTimeOffset.FromUnixTimeSeconds(1_790_000_000), "fast", "demo", IncludeUsage: true);

    /// <summary>What the host makes of an error of which it could read nothing.</summary>
    public static readonly GatewayError Unread = new(ErrorKind.BadUpstream, "unread");

    private readonly ProviderManifest _manifest = ProviderCatalog.ByKind[kind].Manifest.By(api);

    public static Translation Demo(InferenceEndpoint endpoint) => new("demo", endpoint);

    public ITranslator Translator => _manifest.Translators[endpoint];

    public Outcome<UpstreamRequest> Build(string body) => Translator.BuildRequest(Encoding.UTF8.GetBytes(body), Context);

    /// <summary>The request, which must be one that can be served.</summary>
    public UpstreamRequest Ask(string body)
    {
        var built = Build(body);
        built.Error.Should().BeNull();
        return built.Value;
    }

    public InProcessReply Answer(UpstreamRequest request) => _manifest.InProcess!.Answer(request);

    /// <summary>The whole reply to a request without a stream.</summary>
    public string Reply(string body) => Reply(body, out _);

    public string Reply(string body, out ReplyFacts facts)
    {
        var ask = Ask(body);
        ask.Stream.Should().BeFalse();
        var answer = Answer(ask);
        answer.Status.Should().Be(200);
        var output = new ArrayBufferWriter<byte>();
        var read = Translator.ReadReply(Whole(answer), Context with { Memory = ask.Memory }, output);
        read.Error.Should().BeNull();
        facts = read.Value;
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The reply that an answer of a real provider turns into.</summary>
    public string Read(ReadOnlySpan<byte> upstream)
    {
        var output = new ArrayBufferWriter<byte>();
        Translator.ReadReply(upstream, Context, output).Error.Should().BeNull();
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The error that an answer with an error status turns into.</summary>
    public GatewayError Failure(string body)
    {
        var answer = Answer(Ask(body));
        answer.Status.Should().BeGreaterThanOrEqualTo(400);
        return Translator.ReadError(Unread, answer.Status, Whole(answer));
    }

    /// <summary>The bytes that the model streams.</summary>
    public byte[] UpstreamBytes(string body) => Whole(Answer(Ask(Streamed(body))));

    public string Stream(string body, bool includeUsage = true) => Stream(UpstreamBytes(body), [int.MaxValue], out _, includeUsage);

    public string Stream(byte[] upstream, IReadOnlyList<int> pieces, out StreamFacts facts, bool includeUsage = true)
    {
        var stream = Translator.OpenStream(Context with { IncludeUsage = includeUsage });
        var output = new ArrayBufferWriter<byte>();
        var at = 0;
        for (var i = 0; at < upstream.Length; i++)
        {
            var length = Math.Min(pieces[i % pieces.Count], upstream.Length - at);
            stream.Read(upstream.AsSpan(at, length), output);
            at += length;
        }

        if (stream.Facts is { Finished: false, Error: null }) stream.Complete(output);
        facts = stream.Facts;
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>The JSON of each event; fails on anything that is not a whole <c>data:</c> event.</summary>
    public static List<string> Events(string sse)
    {
        if (sse.Length == 0) return [];
        sse.Should().EndWith("\n\n");
        var events = sse[..^2].Split("\n\n");
        events.Should().OnlyContain(e => e.StartsWith("data: {", StringComparison.Ordinal) && !e.Contains('\n', StringComparison.Ordinal));
        return [.. events.Select(e => e["data: ".Length..])];
    }

    public static string Streamed(string body)
    {
        var request = JsonNode.Parse(body)!.AsObject();
        request["stream"] = true;
        return request.ToJsonString();
    }

    public static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement;

    private static byte[] Whole(InProcessReply answer) => [.. answer.Parts.SelectMany(p => p.ToArray())];
}
