using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;

namespace Gateway.Providers.Tests.Dialects.Places;

public sealed class ClientWordsTests
{
    private static readonly IClientPlaces Places = MessagesTalk.ToChat(
        """{"model":"m","max_tokens":9,"system":"s","messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"url","url":"https://a.example/"}}]}],"tools":[{"name":"f","input_schema":{"properties":{"a":{}}}}]}""",
        ChatReach.Translated).Value.Places!;

    [Theory]
    [InlineData("'messages[1].content[1].image_url.url' must be data.", "'messages[0].content[1].source' must be data.")]
    [InlineData("The assistant's 'messages[1]' and the user's ('messages[0].content') don't go with 'stop' or 'tools[0].function.parameters.properties.a'.", "The assistant's 'messages[0]' and the user's ('system') don't go with 'stop_sequences' or 'tools[0].input_schema.properties.a'.")]
    [InlineData("Send 'none', 'auto' or 'a b' with 'tools[7].function' or 'messages[", "Send 'none', 'auto' or 'a b' with 'tools[7].function' or 'messages[")]
    [InlineData("''", "''")]
    [InlineData("It is the client's", "It is the client's")]
    public void Every_field_in_an_error_s_message_is_the_client_s(string message, string expected)
    {
        var told = Places.Retell(new GatewayError(ErrorKind.InvalidRequest, message));

        told.Message.Should().Be(expected);
        told.Param.Should().BeNull();
    }

    [Theory]
    [InlineData("messages.1.content.1", "messages[0].content[1]")]   // as FastAPI and Anthropic write them
    [InlineData("messages.[1].content", "messages[0].content")]      // as OpenAI does
    [InlineData("messages[1].content[1].image_url.detail", "messages[0].content[1].source")]
    [InlineData("messages[1].content[x]", "messages[0].content")]
    [InlineData("messages[-1]", "messages[-1]")]
    [InlineData("messages[99999999999]", "messages[99999999999]")]
    [InlineData("max_completion_tokens", "max_tokens")]
    [InlineData("", "")]
    [InlineData(".", ".")]
    [InlineData("[", "[")]
    public void A_place_in_any_spelling_is_the_nearest_one_of_the_client_s(string place, string expected) => Places.ToClient(place).Should().Be(expected);

    [Fact]
    public void Names_that_mean_the_same_to_the_client_are_told_once()
    {
        var places = ResponsesForms.ToChat("""{"model":"m","input":"a","max_output_tokens":5}""", ResponsesForms.OpenAI).Value.Places!;

        places.Retell(["max_tokens", "max_completion_tokens", "x"]).Should().Equal("max_output_tokens", "x");
    }
}
