using Gateway.Core.Providers;
using Gateway.Metering.Pricing;
using Gateway.Pipeline;
using Gateway.Tests.Cache;

namespace Gateway.Tests.Pipeline;

public class RequestNeedsTests
{
    [Theory]
    [InlineData("""[{"role":"user","content":"what is an image_url, \"type\":\"image_url\"?"}]""", CatalogCapabilities.None)]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"image_url"}]}]""", CatalogCapabilities.None)]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"https://a.example"}}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"t\u0079pe":"image\u005furl","image_url":{"url":"https://a.example"}}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}]}]""", CatalogCapabilities.Audio)]
    [InlineData("""[{"role":"user","content":[{"image_url":{"url":"https://a.example"},"type":"image_url"}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"type":"text","text":"a","metadata":{"type":"image","data":"AAAA"}}]}]""", CatalogCapabilities.None)]
    [InlineData("""[{"role":"user","content":"a","metadata":[{"type":"image_url"}]}]""", CatalogCapabilities.None)]
    [InlineData("""[{"type":"image_url","role":"user","content":"a"}]""", CatalogCapabilities.None)]
    [InlineData("""[{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{\"type\":\"image_url\"}"}}]}]""", CatalogCapabilities.None)]
    public void Parts_of_chat_messages_say_what_they_are(string messages, CatalogCapabilities needs) =>
        Needs($$"""{"model":"m","messages":{{messages}}}""").Capabilities.Should().Be(needs);

    [Theory]
    [InlineData("""[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://a.example"}}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"type":"tool_result","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"type":"document","source":{"type":"content","content":[{"type":"image","source":{"type":"base64","data":"AAAA"}}]}}]}]""", CatalogCapabilities.Vision)]
    [InlineData("""[{"role":"user","content":[{"type":"document","source":{"type":"text","media_type":"text/plain","data":"iVBORw0KGgo="},"context":"image"}]}]""", CatalogCapabilities.None)]
    [InlineData("""[{"role":"assistant","content":[{"type":"tool_use","input":{"type":"image"}}]}]""", CatalogCapabilities.None)]
    public void Blocks_of_the_Messages_API_say_what_they_are(string messages, CatalogCapabilities needs) =>
        Needs($$"""{"model":"m","max_tokens":1,"messages":{{messages}}}""", InferenceEndpoint.Messages).Capabilities.Should().Be(needs);

    [Theory]
    [InlineData("\"input\":[{\"role\":\"user\",\"content\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\"}]}]", CatalogCapabilities.Vision)]
    [InlineData("\"input\":[{\"type\":\"computer_call_output\",\"call_id\":\"c\",\"output\":{\"type\":\"computer_screenshot\",\"image_url\":\"data:image/png;base64,AAAA\"}}]", CatalogCapabilities.Vision)]
    [InlineData("\"input\":[{\"type\":\"function_call_output\",\"call_id\":\"c\",\"output\":[{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,AAAA\"}]}]", CatalogCapabilities.Vision)]
    [InlineData("\"input\":[{\"type\":\"mcp_list_tools\",\"tools\":[{\"name\":\"t\",\"input_schema\":{\"examples\":[{\"type\":\"image\"}]}}]}]", CatalogCapabilities.None)]
    [InlineData("\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"n\",\"schema\":{}}}", CatalogCapabilities.JsonSchema)]
    [InlineData("\"input\":\"hi\",\"text\":{\"format\":{\"type\":\"text\"}}", CatalogCapabilities.None)]
    public void Items_of_the_Responses_API_say_what_they_are(string rest, CatalogCapabilities needs) =>
        Needs($$"""{"model":"m",{{rest}}}""", InferenceEndpoint.Responses).Capabilities.Should().Be(needs);

    [Theory]
    [InlineData("\"tools\":[]", CatalogCapabilities.None)]
    [InlineData("\"tools\":[{\"type\":\"function\"}]", CatalogCapabilities.Tools)]
    [InlineData("\"functions\":[{\"name\":\"f\"}]", CatalogCapabilities.Tools)]
    [InlineData("\"response_format\":{\"type\":\"json_object\"}", CatalogCapabilities.None)]
    [InlineData("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"schema\":{}}}", CatalogCapabilities.JsonSchema)]
    [InlineData("\"response_format\":{\"schema\":{\"type\":\"json_schema\"},\"type\":\"text\"}", CatalogCapabilities.None)]
    [InlineData("\"audio\":{\"voice\":\"alloy\"}", CatalogCapabilities.Audio)]
    public void Fields_of_a_chat_say_what_it_asks_for(string field, CatalogCapabilities needs) =>
        Needs($$"""{"model":"m","messages":[],{{field}}}""").Capabilities.Should().Be(needs);

    [Fact]
    public void A_prompt_has_a_token_for_every_four_bytes_that_are_no_image()
    {
        var image = new string('A', 40_000);
        var text = Needs("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}""").PromptTokens;

        Needs($$$"""{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]}]}""").PromptTokens.Should().BeLessThan(text + 20);
        Needs($$"""{"model":"m","messages":[{"role":"user","content":"{{image}}"}]}""").PromptTokens.Should().BeGreaterThan(10_000);
        // A document of the Messages API whose data is text.
        Needs($$$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","source":{"type":"text","data":"{{{string.Concat(Enumerable.Repeat("word ", 8_000))}}}"}}]}]}""", InferenceEndpoint.Messages)
            .PromptTokens.Should().BeGreaterThan(10_000);
    }

    [Theory]
    [InlineData("""{"type":"document","source":{"type":"text","media_type":"text/plain","data":"X"}}""")]
    [InlineData("""{"type":"document","source":{"data":"X","media_type":"text/plain","type":"text"}}""")]
    [InlineData("""{"type":"text","text":"a","data":"X"}""")]
    [InlineData("""{"type":"text","text":"a","metadata":{"image_url":"X"}}""")]
    public void Text_that_looks_like_an_image_is_part_of_the_prompt(string part) => PromptOf(part).Should().BeGreaterThan(10_000);

    [Theory]
    [InlineData("""{"type":"image","source":{"type":"base64","media_type":"image/png","data":"X"}}""")]
    [InlineData("""{"source":{"data":"X","media_type":"image/png","type":"base64"},"type":"image"}""")]
    [InlineData("""{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"X"}}""")]
    [InlineData("""{"type":"tool_result","content":[{"type":"image","source":{"type":"base64","data":"X"}}]}""")]
    [InlineData("""{"type":"input_audio","input_audio":{"data":"X","format":"wav"}}""")]
    [InlineData("""{"type":"file","file":{"file_data":"X"}}""")]
    [InlineData("""{"type":"input_file","file_data":"X"}""")]
    public void Images_sound_and_files_are_no_part_of_the_prompt(string part) => PromptOf(part).Should().BeLessThan(100);

    [Fact]
    public void The_answer_is_as_long_as_one_choice_may_be() =>
        Needs("""{"model":"m","messages":[],"max_tokens":100,"n":3}""").AnswerTokens.Should().Be(100);

    /// <param name="part">Its X is 40,000 characters that base64 could have.</param>
    private static long PromptOf(string part) =>
        Needs($$"""{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{{part.Replace("\"X\"", $"\"{new string('A', 40_000)}\"", StringComparison.Ordinal)}}]}]}""", InferenceEndpoint.Messages).PromptTokens;

    private static RequestNeeds Needs(string body, InferenceEndpoint endpoint = InferenceEndpoint.ChatCompletions)
    {
        var call = CacheRig.Call(body, endpoint: endpoint);
        try
        {
            return call.Needs;
        }
        finally
        {
            call.Release();
        }
    }
}
