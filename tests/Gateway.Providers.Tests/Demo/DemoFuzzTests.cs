using System.Buffers;
using System.Text.Json;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo;

/// <summary>Whatever well-formed JSON comes in: an answer, or a 400 that names a field. Never an exception.</summary>
public sealed class DemoFuzzTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Requests_with_values_of_any_type_anywhere_get_an_answer(int seed)
    {
        var random = new Random(seed);
        foreach (var name in Golden.Cases("demo"))
        {
            var endpoint = name[..2] switch { "ch" => InferenceEndpoint.ChatCompletions, "co" => InferenceEndpoint.Completions, _ => InferenceEndpoint.Embeddings };
            for (var i = 0; i < 60; i++)
                Survives(endpoint, RandomJson.Mutate(Golden.Request("demo", name), random), random);
        }
    }

    [SkippableFact]
    public void Every_recorded_chat_request_gets_an_answer()
    {
        Skip.IfNot(Recording.AreAvailable(out var reason), reason);
        var random = new Random(7);
        var served = 0;
        foreach (var line in File.ReadLines(Path.Combine(SharedFolder.Recordings, "chat-requests.jsonl")))
            if (Survives(InferenceEndpoint.ChatCompletions, JsonDocument.Parse(line).RootElement.GetProperty("request").GetRawText(), random)) served++;
        served.Should().BeGreaterThan(600, "most of them ask for text, tools or JSON");
    }

    /// <summary>Whether it was served; otherwise it was refused in a proper way.</summary>
    private static bool Survives(InferenceEndpoint endpoint, string body, Random random)
    {
        var demo = Translation.Demo(endpoint);
        try
        {
            var built = demo.Build(body);
            if (!built.IsOk)
            {
                built.Error.Param.Should().NotBeNullOrEmpty(body);
                return false;
            }

            var answer = demo.Answer(built.Value);
            byte[] upstream = [.. answer.Parts.SelectMany(p => p.ToArray())];
            if (answer.Status != 200)
            {
                demo.Translator.ReadError(Translation.Unread, answer.Status, upstream).Message.Should().NotBeEmpty();
                return false;
            }

            if (built.Value.Stream) Translation.Events(demo.Stream(upstream, [random.Next(1, 50)], out _)).Should().NotBeEmpty();
            else demo.Translator.ReadReply(upstream, Translation.Context with { Memory = built.Value.Memory }, new ArrayBufferWriter<byte>());
            return true;
        }
        catch (Exception e) when (e is not Xunit.Sdk.XunitException)
        {
            throw new InvalidOperationException($"threw on {body}", e);
        }
    }
}
