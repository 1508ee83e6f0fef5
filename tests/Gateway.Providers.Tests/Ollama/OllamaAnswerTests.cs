using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Ollama;

/// <summary>Replies and streams, what they say and how they fail.</summary>
public sealed class OllamaAnswerTests
{
    private const string Start = """{"message":{"role":"assistant","content":"Hel"},"done":false}""" + "\n";

    private static readonly Translation Ollama = new("ollama", InferenceEndpoint.ChatCompletions);

    [Theory]
    [InlineData("", null)]   // cut
    [InlineData("""{"message":{"content":"lo"},"done":true,"done_reason":"stop"}""", null)]   // cut within the last line
    [InlineData("{\"error\":\"an error was encountered while running the model\"}\n", "an error was encountered while running the model")]
    [InlineData("{\"error\":{\"code\":5}}\n", "Ollama reported an error.")]
    [InlineData("{\n", "Ollama sent an answer that cannot be read.")]
    [InlineData("[]\n", "Ollama sent an answer that cannot be read.")]
    [InlineData("<html>\n", "Ollama sent an answer that cannot be read.")]
    public void A_stream_that_does_not_end_well_is_not_finished(string last, string? error)
    {
        Ollama.Stream(Encoding.UTF8.GetBytes(Start + last), [5], out var facts);

        facts.Finished.Should().BeFalse();
        facts.Error?.Message.Should().Be(error);
        (facts.Error is null).Should().Be(error is null);
    }

    [Fact]
    public void Lines_that_are_no_part_of_an_answer_are_counted_and_what_follows_the_end_is_not_looked_at()
    {
        const string upstream = Start + "\n{\"status\":\"loading\"}\n{\"done\":true,\"eval_count\":4}\n{\"error\":\"late\"}\n";

        var chunks = Translation.Events(Ollama.Stream(Encoding.UTF8.GetBytes(upstream), [3], out var facts));

        facts.Should().BeEquivalentTo(new { Finished = true, UnknownEvents = 1, Error = (GatewayError?)null });
        facts.RawUsage.Should().Be("""{"eval_count":4}""");
        chunks.Count(static c => c.Contains("\"finish_reason\":\"stop\"", StringComparison.Ordinal)).Should().Be(1);
    }

    [Theory]
    [InlineData("\"stop\"", "[]", "stop")]
    [InlineData("\"stop\"", """[{"function":{"name":"f","arguments":{}}}]""", "tool_calls")]
    [InlineData("\"length\"", """[{"function":{"name":"f","arguments":{}}}]""", "length")]
    [InlineData("\"load\"", "null", "stop")]
    [InlineData("\"newer\"", "null", "stop")]
    [InlineData("null", "null", "stop")]
    public void A_reply_says_why_it_ended_in_both_languages(string done, string calls, string finish)
    {
        var reply = JsonNode.Parse(Ollama.Read(Encoding.UTF8.GetBytes($$"""{"message":{"content":"a","tool_calls":{{calls}},"images":["AAAA"]},"done":true,"done_reason":{{done}}}""")))!;

        var choice = reply["choices"]![0]!;
        ((string?)choice["finish_reason"], (string?)choice["native_finish_reason"]).Should().Be((finish, (string?)JsonNode.Parse(done)));
        choice["message"]!["images"]!.ToJsonString().Should().Be("""["AAAA"]""");
    }

    [Fact]
    public void Calls_have_ids_that_are_unlike_those_of_any_other_answer()
    {
        var message = JsonNode.Parse(Ollama.Read("""{"message":{"tool_calls":[{"function":{"name":"f","arguments":{"a": 1.50}}},{"id":"own","function":{"name":"f"}}]},"done":true}"""u8))!["choices"]![0]!["message"]!;

        message["content"].Should().BeNull();
        message["tool_calls"]!.AsArray().Select(static c => ((string?)c!["id"], (string?)c["function"]!["arguments"])).Should().Equal(("call_req_01TEST_0", """{"a": 1.50}"""), ("own", "{}"));
    }

    [Theory]
    [InlineData("", "cannot be read")]
    [InlineData("<html>", "cannot be read")]
    [InlineData("{}", "cannot be read")]
    [InlineData("""{"message":"no","done":true}""", "cannot be read")]
    [InlineData("""{"message":{"content":"a"},"done":false}""", "not done")]
    [InlineData("""{"error":"model broke"}""", "model broke")]
    [InlineData("""{"error":5}""", "reported an error")]
    [InlineData("""{"error":"no text: \ud800"}""", "cannot be read")]
    public void A_reply_that_is_none_is_a_bad_upstream(string body, string message)
    {
        var error = Ollama.Translator.ReadReply(Encoding.UTF8.GetBytes(body), Translation.Context, new ArrayBufferWriter<byte>()).Error!;

        error.Kind.Should().Be(ErrorKind.BadUpstream);
        error.Message.Should().Contain(message);
    }

    [Theory]
    [InlineData("\"prompt_eval_count\":3,\"eval_count\":4", 3, 4)]
    [InlineData("\"eval_count\":4", 0, 4)]   // all of the prompt was in the cache
    public void Usage_is_what_it_evaluated(string counts, long input, long output)
    {
        Usage(counts, out var raw).Should().Be(new TokenUsage { Input = input, Output = output });
        raw.Should().Be($$"""{{{counts}}}""");
    }

    [Theory]
    [InlineData("\"prompt_eval_count\":-1,\"eval_count\":4")]
    [InlineData("\"prompt_eval_count\":1,\"eval_count\":1e30")]
    [InlineData("\"prompt_eval_count\":\"1\",\"eval_count\":4")]
    [InlineData("\"prompt_eval_count\":1")]
    [InlineData("\"prompt_eval_count\":null,\"eval_count\":null")]
    public void A_usage_that_cannot_be_is_none(string counts)
    {
        Usage(counts, out var raw).Should().BeNull();
        raw.Should().BeNull();
        Ollama.Stream(Encoding.UTF8.GetBytes(Start + $$"""{"done":true,{{counts}}}""" + "\n"), [9], out var facts);
        facts.Finished.Should().BeTrue();
        facts.Usage.Should().BeNull();
    }

    private static TokenUsage? Usage(string counts, out string? raw)
    {
        var read = Ollama.Translator.ReadReply(Encoding.UTF8.GetBytes($$"""{"message":{"content":"a"},"done":true,{{counts}}}"""), Translation.Context, new ArrayBufferWriter<byte>());
        read.Error.Should().BeNull();
        raw = read.Value.RawUsage;
        return read.Value.Usage;
    }
}
