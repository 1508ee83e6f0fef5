using System.Buffers;
using System.Text;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Wire.OpenAI;

public sealed class ChatChunkWriterTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("a\n\ndata: {\"error\":1}\n\n")]
    [InlineData("\r\u2028\u0000\"\\</script>")]
    [InlineData("🙂 你好 é")]
    [InlineData("[DONE]")]
    public void Any_text_stays_inside_its_event_and_reads_back(string text)
    {
        var output = new ArrayBufferWriter<byte>();
        new ChatChunkWriter(Translation.Context).Content(output, 0, text);
        var chunk = Translation.Events(Encoding.UTF8.GetString(output.WrittenSpan)).Should().ContainSingle().Subject;
        Translation.Json(chunk).GetProperty("choices")[0].GetProperty("delta").GetProperty("content").GetString().Should().Be(text);
    }

    [SkippableFact]
    public void Usage_classes_add_up_to_OpenAIs_totals()
    {
        Skip.IfNot(OpenAISchema.IsAvailable(out var reason), reason);
        var usage = new TokenUsage { Input = 1, CacheRead = 2, CacheWrite = 4, CacheWriteHour = 8, InputAudio = 16, InputImage = 32, Output = 64, Reasoning = 60, OutputAudio = 3 };
        var output = new ArrayBufferWriter<byte>();
        new ChatChunkWriter(Translation.Context).Usage(output, usage);
        var chunk = Translation.Events(Encoding.UTF8.GetString(output.WrittenSpan)).Single();
        OpenAISchema.Validate("CreateChatCompletionStreamResponse", Encoding.UTF8.GetBytes(chunk)).Should().BeEmpty();
        Translation.Json(chunk).GetProperty("usage").GetRawText().Should().Be(
            "{\"prompt_tokens\":63,\"completion_tokens\":64,\"total_tokens\":127,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":2,\"audio_tokens\":16,\"cache_write_tokens\":12},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":60,\"audio_tokens\":3,\"accepted_prediction_tokens\":0,\"rejected_prediction_tokens\":0}}");
    }

    [Fact]
    public void A_content_chunk_allocates_nothing_once_warm()
    {
        var writer = new ChatChunkWriter(Translation.Context);
        var output = new ArrayBufferWriter<byte>(64 * 1024);
        for (var i = 0; i < 10; i++) writer.Content(output, 0, "some words");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 50; i++) writer.Content(output, 0, "some words");
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }
}
