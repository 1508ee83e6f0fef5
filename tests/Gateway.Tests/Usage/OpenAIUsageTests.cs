using System.Text;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Core.Wire.OpenAI;

namespace Gateway.Tests.Usage;

public sealed class OpenAIUsageTests
{
    public static TheoryData<string, string, TokenUsage> Dialects() => new()
    {
        { "openai", """{"prompt_tokens":13,"completion_tokens":197,"total_tokens":210,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":64,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}""", new() { Input = 13, Output = 197, Reasoning = 64 } },
        { "cached inside prompt", """{"prompt_tokens":2006,"completion_tokens":300,"total_tokens":2306,"prompt_tokens_details":{"cached_tokens":1920}}""", new() { Input = 86, CacheRead = 1920, Output = 300 } },
        { "audio in and out", """{"prompt_tokens":125,"completion_tokens":45,"total_tokens":170,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":25,"text_tokens":100,"image_tokens":0},"completion_tokens_details":{"audio_tokens":15,"text_tokens":30}}""", new() { Input = 100, InputAudio = 25, Output = 45, OutputAudio = 15 } },
        { "images in and out", """{"prompt_tokens":300,"completion_tokens":1300,"prompt_tokens_details":{"image_tokens":258},"completion_tokens_details":{"image_tokens":1290}}""", new() { Input = 42, InputImage = 258, Output = 1300, OutputImage = 1290 } },
        { "deepseek", """{"prompt_tokens":339,"completion_tokens":92,"total_tokens":431,"prompt_tokens_details":{"cached_tokens":320},"completion_tokens_details":{"reasoning_tokens":48},"prompt_cache_hit_tokens":320,"prompt_cache_miss_tokens":19}""", new() { Input = 19, CacheRead = 320, Output = 92, Reasoning = 48 } },
        { "deepseek of old", """{"prompt_tokens":339,"completion_tokens":92,"prompt_cache_hit_tokens":320,"prompt_cache_miss_tokens":19}""", new() { Input = 19, CacheRead = 320, Output = 92 } },
        { "moonshot", """{"prompt_tokens":20,"completion_tokens":30,"total_tokens":50,"cached_tokens":10,"completion_tokens_details":{"reasoning_tokens":22}}""", new() { Input = 10, CacheRead = 10, Output = 30, Reasoning = 22 } },
        { "groq", """{"queue_time":0.04,"prompt_tokens":210,"prompt_time":0.01,"completion_tokens":15,"completion_time":0.04,"total_tokens":225,"total_time":0.05}""", new() { Input = 210, Output = 15 } },
        { "openrouter", """{"prompt_tokens":1000,"completion_tokens":485,"total_tokens":1485,"cost":0.066407,"is_byok":false,"prompt_tokens_details":{"cached_tokens":200,"cache_write_tokens":300,"audio_tokens":0,"video_tokens":0},"cost_details":{"upstream_inference_cost":0.066407},"completion_tokens_details":{"reasoning_tokens":0,"image_tokens":0,"audio_tokens":0},"server_tool_use_details":{"web_search_requests":3}}""", new() { Input = 500, CacheRead = 200, CacheWrite = 300, Output = 485, Calls = 3 } },
        { "a litellm upstream before Anthropic", """{"prompt_tokens":1000,"completion_tokens":10,"total_tokens":1010,"prompt_tokens_details":{"cached_tokens":200,"cache_creation_tokens":300,"cache_write_tokens":300,"cache_creation_token_details":{"ephemeral_5m_input_tokens":100,"ephemeral_1h_input_tokens":200}},"cache_creation_input_tokens":300,"cache_read_input_tokens":200}""", new() { Input = 500, CacheRead = 200, CacheWrite = 100, CacheWriteHour = 200, Output = 10 } },
        { "cache outside prompt, as the total says", """{"prompt_tokens":3,"completion_tokens":550,"total_tokens":12857,"cache_creation_input_tokens":12304,"cache_read_input_tokens":0}""", new() { Input = 3, CacheWrite = 12304, Output = 550 } },
        { "xai leaves reasoning out", """{"prompt_tokens":12,"completion_tokens":1,"total_tokens":303,"prompt_tokens_details":{"text_tokens":12,"audio_tokens":0,"image_tokens":0,"cached_tokens":11},"completion_tokens_details":{"reasoning_tokens":290,"audio_tokens":0},"num_sources_used":0,"cost_in_usd_ticks":1466250}""", new() { Input = 1, CacheRead = 11, Output = 291, Reasoning = 290 } },
        { "reasoning left out, no total", """{"prompt_tokens":12,"completion_tokens":1,"completion_tokens_details":{"reasoning_tokens":290}}""", new() { Input = 12, Output = 291, Reasoning = 290 } },
        { "mistral leaves audio out", """{"prompt_audio_seconds":4,"prompt_tokens":9,"total_tokens":585,"completion_tokens":201,"prompt_tokens_details":{"cached_tokens":0,"audio_tokens":375},"service_tier":"standard"}""", new() { Input = 9, InputAudio = 375, Output = 201 } },
        { "gemini names thinking in the total only", """{"completion_tokens":35,"prompt_tokens":10,"total_tokens":1071}""", new() { Input = 10, Output = 1061, Reasoning = 1026 } },
        { "grok on azure caches what is not in the prompt", """{"prompt_tokens":7,"completion_tokens":1,"total_tokens":8,"prompt_tokens_details":{"cached_tokens":163,"audio_tokens":0,"text_tokens":7,"image_tokens":0}}""", new() { Input = 7, Output = 1 } },
        { "cached images and audio count once, as cached", """{"prompt_tokens":100,"completion_tokens":1,"total_tokens":101,"prompt_tokens_details":{"cached_tokens":60,"image_tokens":10,"audio_tokens":80}}""", new() { CacheRead = 60, InputAudio = 40, Output = 1 } },
        { "xai, cached images", """{"prompt_tokens":504,"completion_tokens":91,"total_tokens":595,"prompt_tokens_details":{"cached_tokens":370,"audio_tokens":0,"text_tokens":248,"image_tokens":256}}""", new() { CacheRead = 370, InputImage = 134, Output = 91 } },
        { "more reasoning than answer where the total agrees", """{"prompt_tokens":10,"completion_tokens":60,"total_tokens":70,"completion_tokens_details":{"reasoning_tokens":69}}""", new() { Input = 10, Output = 60, Reasoning = 60 } },
        { "tier of mistral", """{"prompt_tokens":1,"completion_tokens":1,"service_tier":"priority"}""", new() { Input = 1, Output = 1, Tier = ServiceTier.Priority } },
        { "audio and no total", """{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"audio_tokens":10}}""", new() { InputAudio = 10, Output = 1 } },
        { "nulls", """{"completion_tokens":50,"prompt_tokens":10,"total_tokens":null,"completion_tokens_details":null,"prompt_tokens_details":{"audio_tokens":null,"cached_tokens":0},"cached_tokens":null}""", new() { Input = 10, Output = 50 } },
        { "written as 12.0 and 1e2", """{"prompt_tokens":12.0,"completion_tokens":1e2}""", new() { Input = 12, Output = 100 } },
        { "an escaped name", """{"prompt\u005ftokens":12,"completion_tokens":1}""", new() { Input = 12, Output = 1 } },
        { "a total that counts less is ignored", """{"prompt_tokens":12,"completion_tokens":10,"total_tokens":10}""", new() { Input = 12, Output = 10 } },
        { "unknown members of any shape", """{"x":[1,{"prompt_tokens":"no"}],"prompt_tokens":12,"y":{"completion_tokens":-1},"completion_tokens":1,"z":-1.5}""", new() { Input = 12, Output = 1 } },
        { "nothing at all is a count too", """{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}""", new() },
    };

    [Theory]
    [MemberData(nameof(Dialects))]
    public void A_usage_is_read_into_disjoint_classes(string dialect, string json, TokenUsage expected)
    {
        OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), InferenceEndpoint.ChatCompletions, out var usage).Should().BeTrue(dialect);
        usage.Should().Be(expected, dialect);
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("null", "null")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "empty")]
    [InlineData("""{"prompt_tokens":1}""", "no completion count")]
    [InlineData("""{"completion_tokens":1}""", "no prompt count")]
    [InlineData("""{"prompt_tokens":null,"completion_tokens":1}""", "null prompt count")]
    [InlineData("""{"prompt_tokens":-1,"completion_tokens":1}""", "negative")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":-5}""", "negative")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":-1}}""", "negative part")]
    [InlineData("""{"prompt_tokens":1.5,"completion_tokens":1}""", "a fraction")]
    [InlineData("""{"prompt_tokens":"12","completion_tokens":1}""", "a string")]
    [InlineData("""{"prompt_tokens":true,"completion_tokens":1}""", "a boolean")]
    [InlineData("""{"prompt_tokens":[1],"completion_tokens":1}""", "an array")]
    [InlineData("""{"prompt_tokens":20000001,"completion_tokens":1}""", "huge")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":1e300}""", "beyond decimal")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":99999999999999999999}""", "beyond 64 bits")]
    [InlineData("""{"prompt_tokens":1,"completion_tokens":1,"total_tokens":9223372036854775807}""", "huge total")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":50}}""", "more cached than prompt")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"audio_tokens":11}}""", "more audio than prompt")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"completion_tokens_details":{"audio_tokens":5}}""", "more audio than answer")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":7}""", "details that are none")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1""", "cut")]
    [InlineData("""{"prompt_tokens":10,"completion_tokens":1}}""", "something behind")]
    public void A_usage_that_cannot_be_trusted_is_refused_and_never_zero(string json, string why)
    {
        OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), InferenceEndpoint.ChatCompletions, out var usage).Should().BeFalse(why);
        usage.Should().Be(default(TokenUsage));
    }

    [Theory]
    [InlineData("""{"prompt_tokens":8,"total_tokens":8}""", 8)]
    [InlineData("""{"prompt_tokens":11,"total_tokens":11,"completion_tokens":0,"prompt_tokens_details":null}""", 11)]
    [InlineData("""{"total_tokens":12}""", 12)]
    public void Embeddings_have_no_output(string json, long prompt)
    {
        OpenAIUsage.TryRead(Encoding.UTF8.GetBytes(json), InferenceEndpoint.Embeddings, out var usage).Should().BeTrue();
        usage.Should().Be(new TokenUsage { Input = prompt });
    }

    [Theory]
    [InlineData("priority", ServiceTier.Priority)]
    [InlineData("flex", ServiceTier.Flex)]
    [InlineData("batch", ServiceTier.Batch)]
    [InlineData("default", ServiceTier.Standard)]
    [InlineData("auto", ServiceTier.Standard)]
    [InlineData("on_demand", ServiceTier.Standard)]
    [InlineData("", ServiceTier.Standard)]
    public void A_service_tier_is_read(string text, ServiceTier tier) => OpenAIUsage.ReadTier(Encoding.UTF8.GetBytes(text)).Should().Be(tier);

    [Fact]
    public void Reading_a_usage_allocates_nothing()
    {
        var json = Encoding.UTF8.GetBytes((string)Dialects().First()[1]);
        OpenAIUsage.TryRead(json, InferenceEndpoint.ChatCompletions, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            OpenAIUsage.TryRead(json, InferenceEndpoint.ChatCompletions, out _);
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
    }
}
