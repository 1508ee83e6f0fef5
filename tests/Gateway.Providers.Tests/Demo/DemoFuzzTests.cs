using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Core.Providers;
using Gateway.Providers.Tests.Support;
using Gateway.TestSupport;

namespace Gateway.Providers.Tests.Demo;

/// <summary>Whatever well-formed JSON comes in: an answer, or a 400 that names a field. Never an exception.</summary>
public sealed class DemoFuzzTests
{
    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1.5", "1e30", "-1e-30", "2147483648", "79228162514264337593543950335", "\"\"", "\"text\"", "\"demo:cut\"", "\"\\u0000\\uFFFF🙂\"", "[]", "[[]]",
        "[null]", "[1,\"a\",{}]", "{}", "{\"type\":\"text\"}", "{\"type\":\"object\",\"properties\":{\"a\":{\"$ref\":\"#\"}}}", "{\"$ref\":\"#/x/y\"}", "{\"pattern\":\"((((\"}",
        "{\"type\":5,\"enum\":5,\"required\":5,\"properties\":5}", "{\"type\":\"integer\",\"minimum\":1e28,\"multipleOf\":1e-28}",
    ];

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
                Survives(endpoint, Mutate(Golden.Request("demo", name), random), random);
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

    /// <summary>Replaces one to three values, anywhere.</summary>
    private static string Mutate(string body, Random random)
    {
        var root = JsonNode.Parse(body)!;
        if (random.Next(3) == 0) root["stream"] = true;
        for (var i = random.Next(3); i >= 0; i--)
        {
            var places = Places(root).ToList();
            if (places.Count == 0) break;
            var value = JsonNode.Parse(Values[random.Next(Values.Length)]);
            switch (places[random.Next(places.Count)])
            {
                case (JsonObject parent, string name): parent[name] = value; break;
                case (JsonArray parent, int index): parent[index] = value; break;
            }
        }

        return root.ToJsonString();
    }

    private static IEnumerable<(JsonNode Parent, object Key)> Places(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (name, value) in o)
                {
                    yield return (o, name);
                    foreach (var inner in Places(value)) yield return inner;
                }

                break;
            case JsonArray a:
                for (var i = 0; i < a.Count; i++)
                {
                    yield return (a, i);
                    foreach (var inner in Places(a[i])) yield return inner;
                }

                break;
        }
    }
}
