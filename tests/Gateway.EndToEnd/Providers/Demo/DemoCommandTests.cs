using System.ClientModel;
using Gateway.EndToEnd.Rig;
using OpenAI;
using OpenAI.Chat;

namespace Gateway.EndToEnd.Providers.Demo;

/// <summary><c>Gateway demo</c> as people use it: by itself, with a vendor's own client in front of it.</summary>
public sealed class DemoCommandTests(DemoRig rig) : IClassFixture<DemoRig>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_names_an_address_for_each_kind_and_a_configuration_and_ends_in_order()
    {
        using var folder = new TempFolder();
        await using var demo = ChildProcess.StartGateway(["demo", "--urls", "http://127.0.0.1:0"], folder.Path);
        var address = await demo.AfterMarkerAsync("Listening on ", Soon);
        await demo.AfterMarkerAsync("A last message that begins", Soon);

        demo.Errors.Should().Contain($"{address}/anthropic/v1").And.Contain($"{address}/gemini/v1beta").And.Contain("kind: anthropic, base_url:").And.Contain("x-api-key");
        demo.Signal(ChildProcess.SigTerm);
        (await demo.ExitCodeAsync(Soon)).Should().Be(0);
    }

    [Theory]
    [InlineData(1, "address", "demo", "--urls", "TAKEN")]
    [InlineData(2, "--urls: 'nowhere'", "demo", "--urls", "nowhere")]
    [InlineData(1, "--pace: from 0 to 60000", "demo", "--pace", "-5")]
    [InlineData(0, "--pace <MS>", "demo", "--help")]
    public async Task It_says_what_is_wrong(int exitCode, string says, params string[] arguments)
    {
        using var folder = new TempFolder();
        await using var demo = ChildProcess.StartGateway(arguments.Select(a => a == "TAKEN" ? rig.DemoAddress : a), folder.Path);

        (await demo.ExitCodeAsync(Soon)).Should().Be(exitCode);
        (demo.Output + demo.Errors).Should().Contain(says);
    }

    [Fact]
    public async Task OpenAIs_own_client_chats_calls_tools_and_streams()
    {
        var chat = new OpenAIClient(new ApiKeyCredential("some-key"), new OpenAIClientOptions { Endpoint = new Uri(rig.DemoAddress + "/openai/v1") }).GetChatClient("gpt-demo");
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("get_weather", null, BinaryData.FromString("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")) },
        };
        List<ChatMessage> messages = [new UserChatMessage("How is the weather in Madrid?")];

        ChatCompletion call = await chat.CompleteChatAsync(messages, options);
        messages.Add(new AssistantChatMessage(call));
        messages.Add(new ToolChatMessage(call.ToolCalls[0].Id, "sunny"));
        var text = "";
        await foreach (var update in chat.CompleteChatStreamingAsync(messages, options))
            text += string.Concat(update.ContentUpdate.Select(static p => p.Text));

        call.FinishReason.Should().Be(ChatFinishReason.ToolCalls);
        call.ToolCalls[0].FunctionArguments.ToString().Should().Be("""{"city":"Madrid"}""");
        text.Should().Contain("get_weather answered “sunny”");
    }

    [Fact]
    public async Task OpenAIs_own_client_understands_a_refusal()
    {
        var chat = new OpenAIClient(new ApiKeyCredential("wrong"), new OpenAIClientOptions { Endpoint = new Uri(rig.DemoAddress + "/openai/v1") }).GetChatClient("gpt-demo");

        var refused = await ((Func<Task>)(async () => await chat.CompleteChatAsync("hi"))).Should().ThrowAsync<ClientResultException>();

        refused.Which.Status.Should().Be(401);
        refused.Which.Message.Should().Contain("invalid_api_key");
    }
}
