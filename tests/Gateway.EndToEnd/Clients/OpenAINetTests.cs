using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Gateway.EndToEnd.Rig;
using Gateway.FakeUpstream;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Embeddings;

namespace Gateway.EndToEnd.Clients;

/// <summary>OpenAI's own .NET client, unchanged but for its endpoint, through the gateway: before a scripted upstream and before the built-in demo model.</summary>
[Collection(OneGateway.Name)]
public sealed class OpenAINetTests(SharedRig rig)
{
    private const string Question = "How is the weather in Madrid?";

    private static readonly ChatTool Weather = ChatTool.CreateFunctionTool(
        "get_weather", "Current weather of a city.",
        BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"],"additionalProperties":false}"""));

    [Theory]
    [InlineData("fast")]
    [InlineData("demo")]
    public async Task A_chat_is_answered_with_text_finish_reason_and_usage(string model)
    {
        ChatCompletion answer = await Chat(model).CompleteChatAsync(Question);

        answer.Content[0].Text.Should().NotBeNullOrEmpty();
        answer.FinishReason.Should().Be(ChatFinishReason.Stop);
        answer.Usage.InputTokenCount.Should().BePositive();
        answer.Usage.OutputTokenCount.Should().BePositive();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("demo")]
    public async Task A_streamed_chat_arrives_in_pieces_and_ends_with_its_usage(string model)
    {
        var updates = new List<StreamingChatCompletionUpdate>();
        await foreach (var update in Chat(model).CompleteChatStreamingAsync([new UserChatMessage(Question)]))
            updates.Add(update);

        string.Concat(updates.SelectMany(static u => u.ContentUpdate).Select(static p => p.Text)).Should().NotBeEmpty();
        updates.Where(static u => u.ContentUpdate.Count > 0).Should().HaveCountGreaterThan(1);
        updates.Where(static u => u.FinishReason is not null).Should().ContainSingle().Which.FinishReason.Should().Be(ChatFinishReason.Stop);
        // This client always asks for the usage of a stream.
        updates.Where(static u => u.Usage is not null).Should().ContainSingle().Which.Usage.OutputTokenCount.Should().BePositive();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("demo")]
    public async Task A_tool_is_called_with_arguments_that_are_json(string model)
    {
        var messages = new List<ChatMessage> { new UserChatMessage(Question) };
        var options = new ChatCompletionOptions { Tools = { Weather } };
        ChatCompletion call = await Chat(model).CompleteChatAsync(messages, options);

        call.FinishReason.Should().Be(ChatFinishReason.ToolCalls);
        var tool = call.ToolCalls.Should().ContainSingle().Which;
        tool.FunctionName.Should().Be("get_weather");
        using var arguments = JsonDocument.Parse(tool.FunctionArguments);
        arguments.RootElement.TryGetProperty("city", out _).Should().BeTrue();

        messages.Add(new AssistantChatMessage(call));
        messages.Add(new ToolChatMessage(tool.Id, "22 degrees"));
        ChatCompletion answer = await Chat(model).CompleteChatAsync(messages, options);
        answer.FinishReason.Should().Be(ChatFinishReason.Stop);
        answer.Content[0].Text.Should().NotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("demo")]
    public async Task A_streamed_tool_call_adds_up_to_arguments_that_are_json(string model)
    {
        string? name = null, id = null;
        var arguments = new StringBuilder();
        ChatFinishReason? finish = null;
        await foreach (var update in Chat(model).CompleteChatStreamingAsync([new UserChatMessage(Question)], new ChatCompletionOptions { Tools = { Weather } }))
        {
            finish ??= update.FinishReason;
            foreach (var call in update.ToolCallUpdates)
            {
                name ??= call.FunctionName;
                id ??= call.ToolCallId;
                arguments.Append(Encoding.UTF8.GetString(call.FunctionArgumentsUpdate.ToMemory().Span));
            }
        }

        finish.Should().Be(ChatFinishReason.ToolCalls);
        name.Should().Be("get_weather");
        id.Should().NotBeNullOrEmpty();
        using var parsed = JsonDocument.Parse(arguments.ToString());
        parsed.RootElement.TryGetProperty("city", out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("demo")]
    public async Task An_answer_by_json_schema_fits_the_schema(string model)
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat(
            "city",
            BinaryData.FromString("""{"type":"object","properties":{"name":{"type":"string"},"population":{"type":"integer"}},"required":["name","population"],"additionalProperties":false}"""),
            jsonSchemaIsStrict: true);
        var prompt = model == "demo" ? Question : new Script { Text = """{"name":"Madrid","population":3300000}""" }.ToString();
        ChatCompletion answer = await Chat(model).CompleteChatAsync([new UserChatMessage(prompt)], new ChatCompletionOptions { ResponseFormat = format });

        using var parsed = JsonDocument.Parse(answer.Content[0].Text);
        parsed.RootElement.GetProperty("name").ValueKind.Should().Be(JsonValueKind.String);
        parsed.RootElement.GetProperty("population").TryGetInt64(out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("embed")]
    [InlineData("demo")]
    public async Task Embeddings_come_one_for_each_input(string model)
    {
        EmbeddingClient client = Client(SharedRig.AppKey).GetEmbeddingClient(model);
        OpenAIEmbeddingCollection vectors = await client.GenerateEmbeddingsAsync(["one", "two"]);

        vectors.Should().HaveCount(2);
        vectors.Select(static v => v.Index).Should().Equal(0, 1);
        vectors[0].ToFloats().Length.Should().BePositive();
        vectors.Usage.InputTokenCount.Should().BePositive();
    }

    [Fact]
    public async Task Models_are_listed_and_found_by_name()
    {
        var models = Client(SharedRig.AppKey).GetOpenAIModelClient();

        (await models.GetModelsAsync()).Value.Select(static m => m.Id).Should().Contain(["fast", "demo", "embed"]);
        (await models.GetModelAsync("fast")).Value.Id.Should().Be("fast");
        (await models.Awaiting(static m => m.GetModelAsync("no-such-model")).Should().ThrowAsync<ClientResultException>()).Which.Status.Should().Be(404);
    }

    public static TheoryData<string, string, string, int> Failures => new()
    {
        { "a script with an upstream's 400", "fast", SharedRig.AppKey, 400 },
        { "an unknown key", "fast", "sk-nobody", 401 },
        { "a model the key may not use", "secret", SharedRig.NarrowKey, 403 },
        { "an unknown model", "no-such-model", SharedRig.AppKey, 404 },
        { "an upstream's 429", "fast", SharedRig.AppKey, 429 },
        { "an upstream that is down", "dead", SharedRig.AppKey, 502 },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_failure_is_an_exception_with_its_status(string why, string model, string key, int status)
    {
        var prompt = why.Contains("upstream's", StringComparison.Ordinal) ? new Script { Status = status }.ToString() : Question;

        var failure = await Client(key, retries: 0).GetChatClient(model).Awaiting(c => c.CompleteChatAsync(prompt)).Should().ThrowAsync<ClientResultException>(why);

        failure.Which.Status.Should().Be(status, why);
        using var body = JsonDocument.Parse(failure.Which.GetRawResponse()!.Content);
        body.RootElement.GetProperty("error").GetProperty("message").GetString().Should().NotBeNullOrEmpty();
    }

    [Fact]
    public async Task Retry_after_is_passed_on_and_the_client_waits_that_long()
    {
        var name = Ask.NewCase("retry-after");
        var script = new Script { Case = name, Status = 429, FailFirst = 1, Headers = new() { ["retry-after"] = "2" } };
        var watch = Stopwatch.StartNew();

        ChatCompletion answer = await Client(SharedRig.AppKey, retries: 2).GetChatClient("fast").CompleteChatAsync(script.ToString());

        answer.Content[0].Text.Should().NotBeEmpty();
        watch.ElapsedMilliseconds.Should().BeGreaterThanOrEqualTo(1900);
        (await rig.Upstream.RequestsAsync(name)).Should().HaveCount(2);
    }

    [Fact]
    public async Task A_cancelled_stream_reaches_the_upstream_within_a_second()
    {
        var name = Ask.NewCase("net-abort");
        var script = new Script { Case = name, Stall = Stall.Middle, After = 2, Chunks = 50, Usage = UsageShape.Every };
        using var cancel = new CancellationTokenSource();
        var updates = 0;

        var reading = async () =>
        {
            await foreach (var update in Chat("fast").CompleteChatStreamingAsync([new UserChatMessage(script.ToString())], cancellationToken: cancel.Token))
                if (update.ContentUpdate.Count > 0 && ++updates == 2)
                    await cancel.CancelAsync();
        };
        await reading.Should().ThrowAsync<OperationCanceledException>();

        await Eventually.TrueAsync(
            async () => (await rig.Upstream.StatsAsync()).Aborts.Contains(name),
            TimeSpan.FromSeconds(1),
            () => "the upstream to see its client leave");
    }

    private ChatClient Chat(string model) => Client(SharedRig.AppKey).GetChatClient(model);

    private OpenAIClient Client(string key, int retries = 0) => new(new ApiKeyCredential(key), new OpenAIClientOptions
    {
        Endpoint = new Uri(rig.Gateway.Address + "/v1"),
        Transport = new HttpClientPipelineTransport(rig.Gateway.Http),
        RetryPolicy = new ClientRetryPolicy(retries),
    });
}
