using System.ClientModel;
using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using OpenAI.Responses;

#pragma warning disable OPENAI001   // the client's Responses API is marked experimental

namespace Gateway.EndToEnd.Clients;

/// <summary>The vendors' own .NET clients understand all that an answer can have: images, pages, the stop sequence, the cost.</summary>
public sealed class RichAnswerTests
{
    private const string Image = """{"type":"image_url","image_url":{"url":"data:image/png;base64,aW1hZ2U="},"index":0}""";

    private const string Page = """{"type":"url_citation","url_citation":{"url":"https://a.example/","title":"A","start_index":0,"end_index":2}}""";

    private const string Usage = "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":20,\"total_tokens\":30}";

    private const string Whole = $$"""
        {"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"hi","annotations":[{{Page}}],"images":[{{Image}}]},"finish_reason":"stop","stop_reason":"END"}],{{Usage}} }
        """;

    private static readonly string[] Chunks =
    [
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"hi"},"finish_reason":null}]}""",
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"annotations":[{{Page}}]},"finish_reason":null}]}""",
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"images":[{{Image}}]},"finish_reason":null}]}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop","stop_reason":"END"}]}""",
        $$"""{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[],{{Usage}} }""",
    ];

    [Fact]
    public async Task Anthropics_client_reads_them_in_a_message_and_in_its_stream()
    {
        using var folder = new TempFolder();
        await using var whole = new RawUpstream(Reply(Whole.Trim()), RawEnd.Fin);
        await using var stream = new RawUpstream(Events(), RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(whole, stream));
        using var client = new AnthropicClient { ApiKey = SharedRig.AppKey, BaseUrl = gateway.Address, MaxRetries = 0 };

        var message = await client.Messages.Create(Ask("whole"));
        var (started, cited, usage, end) = (new List<JsonElement>(), new List<string>(), default(JsonElement), ("", ""));
        await foreach (var part in client.Messages.CreateStreaming(Ask("stream")))
        {
            if (part.TryPickContentBlockStart(out var start)) started.Add(start.ContentBlock.Json);
            if (part.TryPickContentBlockDelta(out var piece) && piece.Delta.TryPickCitations(out var citation)) cited.Add(citation.Citation.Json.GetProperty("url").GetString()!);
            if (!part.TryPickDelta(out var last)) continue;
            usage = part.Json.GetProperty("usage");
            end = (last.Delta.StopReason!.Raw(), last.Delta.StopSequence ?? "");
        }

        (message.StopReason!.Raw(), message.StopSequence).Should().Be(("stop_sequence", "END"));
        message.Content[0].TryPickText(out var text).Should().BeTrue();
        text!.Citations!.Single().Json.GetProperty("url").GetString().Should().Be("https://a.example/");
        Types(message.Content.Select(static b => b.Json)).Should().Equal("text", "redacted_thinking", "image");
        message.Content[2].Json.GetProperty("source").GetProperty("data").GetString().Should().Be("aW1hZ2U=");

        end.Should().Be(("stop_sequence", "END"));
        cited.Should().Equal("https://a.example/");
        Types(started).Should().Equal("text", "redacted_thinking", "image");
        (usage.GetProperty("output_tokens").GetInt64(), usage.GetProperty("cost_usd").GetDecimal()).Should().Be((20, 0.00005m));
    }

    [Fact]
    public async Task OpenAIs_client_reads_them_in_a_response_and_in_its_stream()
    {
        using var folder = new TempFolder();
        await using var whole = new RawUpstream(Reply(Whole.Trim()), RawEnd.Fin);
        await using var stream = new RawUpstream(Events(), RawEnd.Fin);
        await using var gateway = await GatewayProcess.StartAsync(folder, Yaml(whole, stream));
        var client = new ResponsesClient(new ApiKeyCredential(SharedRig.AppKey), new ResponsesClientOptions { Endpoint = new Uri(gateway.Address + "/v1") });

        ResponseResult response = await client.CreateResponseAsync("whole", "x");
        var (told, drawn, last) = (0, 0, default(ResponseResult));
        await foreach (var update in client.CreateResponseStreamingAsync("stream", "x"))
        {
            if (update is StreamingResponseOutputItemDoneUpdate { Item: ImageGenerationCallResponseItem }) drawn++;
            if (update is StreamingResponseOutputTextAnnotationAddedUpdate) told++;
            if (update is StreamingResponseCompletedUpdate { Response: var completed }) last = completed;
        }

        foreach (var read in new[] { response, last! })
        {
            var part = read.OutputItems.OfType<MessageResponseItem>().Single().Content[0];
            (part.Text, part.OutputTextAnnotations.OfType<UriCitationMessageAnnotation>().Single().Uri.ToString()).Should().Be(("hi", "https://a.example/"));
            Encoding.UTF8.GetString(read.OutputItems.OfType<ImageGenerationCallResponseItem>().Single().ImageResultBytes.ToArray()).Should().Be("image");
            read.Usage.OutputTokenCount.Should().Be(20);
        }

        (told, drawn).Should().Be((1, 1));
    }

    private static string[] Types(IEnumerable<JsonElement> blocks) => [.. blocks.Select(static b => b.GetProperty("type").GetString()!)];

    private static MessageCreateParams Ask(string model) => new() { Model = model, MaxTokens = 100, StopSequences = ["END", "other"], Messages = [new UserMessageParam("x")] };

    private static string Reply(string json) => $"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n\r\n{json}";

    private static string Events() => $"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n{string.Concat(Chunks.Select(static c => $"data: {c}\n\n"))}data: [DONE]\n\n";

    private static string Yaml(RawUpstream whole, RawUpstream stream) => $$"""
        server: { admin_key: {{GatewayProcess.AdminKey}}, admin_rps: 100000 }
        store: sqlite:gateway.db
        providers:
          - { name: whole, kind: vllm, base_url: "{{whole.Address}}/v1", timeout: { first_byte: 5s } }
          - { name: stream, kind: vllm, base_url: "{{stream.Address}}/v1", timeout: { first_byte: 5s } }
        models:
          - { name: whole, targets: [{ provider: whole, model: m, price: { input: 1, output: 2 } }] }
          - { name: stream, targets: [{ provider: stream, model: m, price: { input: 1, output: 2 } }] }
        keys: [{ name: app, key: {{SharedRig.AppKey}} }]
        """;
}
