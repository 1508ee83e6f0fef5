using System.Buffers;
using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests;

/// <summary>Whatever a client or a provider sends, every translator answers and none throws.</summary>
public sealed class DialectFuzzTests
{
    private const int Rounds = 3000;

    private static readonly string[] Kinds = [.. ProviderCatalog.All.Select(static p => p.Manifest)
        .Where(static m => m.InProcess is null && m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind)];

    public static TheoryData<string> Translated => [.. Kinds];

    [Theory]
    [MemberData(nameof(Translated))]
    public void A_request_with_anything_anywhere_is_built_or_refused(string kind)
    {
        var random = new Random(11);
        var translator = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator;
        string[] requests = [.. Golden.Cases("chat").Select(static c => Golden.Request("chat", c))];
        var built = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var body = RandomJson.Mutate(requests[random.Next(requests.Length)], random);
            var ask = translator.BuildRequest(Encoding.UTF8.GetBytes(body), Translation.Context with { DropParams = random.Next(2) == 0 });
            if (!ask.IsOk) continue;
            built++;
            Translation.Json(Encoding.UTF8.GetString(ask.Value.Body.Span)).ValueKind.Should().Be(System.Text.Json.JsonValueKind.Object, body);
        }

        built.Should().BeInRange(1, Rounds - 1);
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void A_reply_with_anything_anywhere_is_read_or_refused(string kind)
    {
        var random = new Random(12);
        var translator = new Translation(kind, InferenceEndpoint.ChatCompletions).Translator;
        string[] replies = [.. Golden.Files(kind, "*.upstream.json").Select(f => Encoding.UTF8.GetString(Golden.Bytes(kind, f)))];
        for (var i = 0; i < Rounds; i++)
        {
            var output = new ArrayBufferWriter<byte>();
            var reply = Halved(RandomJson.Mutate(replies[random.Next(replies.Length)], random), random);
            var read = translator.ReadReply(Encoding.UTF8.GetBytes(reply), Translation.Context, output);
            if (read.IsOk) Translation.Json(Encoding.UTF8.GetString(output.WrittenSpan)).GetProperty("choices").GetArrayLength().Should().Be(1);
        }
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void A_stream_with_anything_anywhere_is_read_or_fails(string kind)
    {
        var random = new Random(13);
        var translation = new Translation(kind, InferenceEndpoint.ChatCompletions);
        byte[][] streams = [.. Golden.Files(kind, "*.upstream.txt").Select(f => Golden.Bytes(kind, f))];
        for (var i = 0; i < Rounds; i++)
        {
            var lines = Encoding.UTF8.GetString(streams[random.Next(streams.Length)]).Split('\n');
            var at = Enumerable.Range(0, lines.Length).Where(l => lines[l].Contains('{', StringComparison.Ordinal)).ToArray();
            var line = at[random.Next(at.Length)];
            var brace = lines[line].IndexOf('{', StringComparison.Ordinal);
            lines[line] = lines[line][..brace] + Halved(RandomJson.Mutate(lines[line][brace..], random), random);
            foreach (var chunk in Translation.Events(translation.Stream(Golden.Stream(kind, string.Join('\n', lines)), [1 + random.Next(40)], out _)))
                Translation.Json(chunk).GetProperty("object").GetString().Should().Be("chat.completion.chunk");
        }
    }

    [Theory]
    [MemberData(nameof(Translated))]
    public void Bytes_that_are_broken_anywhere_do_no_more_than_fail_the_stream(string kind)
    {
        var random = new Random(14);
        var translation = new Translation(kind, InferenceEndpoint.ChatCompletions);
        byte[][] streams = [.. Golden.Files(kind, "*.upstream.txt").Select(f => Golden.StreamOf(kind, f))];
        for (var i = 0; i < Rounds; i++)
        {
            var bytes = streams[random.Next(streams.Length)].ToArray();
            for (var broken = random.Next(1, 8); broken > 0; broken--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            translation.Stream(bytes, [1 + random.Next(60)], out var facts);
            (facts.Finished && facts.Error is not null).Should().BeFalse();
        }
    }

    /// <summary>With half of a surrogate pair in one of its strings, now and then: well-formed JSON that is no text.</summary>
    private static string Halved(string json, Random random)
    {
        var strings = Enumerable.Range(0, json.Length - 1).Where(i => json[i] == ':' && json[i + 1] == '"').ToArray();
        return strings.Length == 0 || random.Next(4) > 0 ? json : json.Insert(strings[random.Next(strings.Length)] + 2, "\\ud800");
    }
}
