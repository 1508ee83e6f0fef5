using System.Text;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests;

/// <summary>
/// Case × provider. The cases are chat requests in Golden/chat, the same for all; a provider's folder has what it is asked (.ask.json), what it might answer (.upstream.json and
/// .upstream.txt, written by hand after its documentation) and what the client gets of that (.reply.json, .stream.txt).
/// </summary>
public sealed class GoldenMatrixTests
{
    private const string Cases = "chat";

    public static IEnumerable<object[]> Asks =>
        from kind in Translated from name in Golden.Cases(Cases) select new object[] { kind, name };

    public static IEnumerable<object[]> Replies => Answers(".upstream.json");

    public static IEnumerable<object[]> Streams => Answers(".upstream.txt");

    private static IEnumerable<string> Translated => ProviderCatalog.All.Select(static p => p.Manifest)
        .Where(static m => m.InProcess is null && m.Translators.ContainsKey(InferenceEndpoint.ChatCompletions)).Select(static m => m.Kind);

    [Theory]
    [MemberData(nameof(Asks))]
    public void A_request_becomes_what_the_golden_ask_says(string kind, string name)
    {
        var built = new Translation(kind, InferenceEndpoint.ChatCompletions).Build(Golden.Request(Cases, name));
        var ask = built.IsOk ? $"POST {built.Value.Path}\n{Golden.Pretty(Encoding.UTF8.GetString(built.Value.Body.Span))}" : $"400 {built.Error.Param}: {built.Error.Message}\n";
        Golden.Verify(kind, name + ".ask.txt", ask);
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public void A_reply_is_what_the_golden_reply_says(string kind, string name)
    {
        var reply = new Translation(kind, InferenceEndpoint.ChatCompletions).Read(Golden.Bytes(kind, name + ".upstream.json"));
        Golden.Verify(kind, name + ".reply.json", Golden.Pretty(reply));
        if (OpenAISchema.IsAvailable(out _)) OpenAISchema.Validate("CreateChatCompletionResponse", Encoding.UTF8.GetBytes(reply)).Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_is_what_the_golden_stream_says_however_it_is_cut(string kind, string name)
    {
        var upstream = Golden.StreamOf(kind, name + ".upstream.txt");
        var translation = new Translation(kind, InferenceEndpoint.ChatCompletions);
        var whole = translation.Stream(upstream, [int.MaxValue], out var facts);
        Golden.Verify(kind, name + ".stream.txt", whole);
        facts.Finished.Should().BeTrue();
        foreach (var piece in new[] { 1, 3, 7 })
        {
            translation.Stream(upstream, [piece], out var cut).Should().Be(whole);
            cut.Should().Be(facts);
        }

        if (!OpenAISchema.IsAvailable(out _)) return;
        foreach (var chunk in Translation.Events(whole)) OpenAISchema.Validate("CreateChatCompletionStreamResponse", Encoding.UTF8.GetBytes(chunk)).Should().BeEmpty(chunk);
    }

    private static IEnumerable<object[]> Answers(string extension) =>
        from kind in Translated
        from file in Golden.Files(kind, "*" + extension)
        select new object[] { kind, file[..^extension.Length] };
}
