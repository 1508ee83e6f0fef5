using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Core.Dialects;
using Gateway.Providers.Dialects;
using Gateway.Providers.Tests.Dialects.Messages;
using Gateway.Providers.Tests.Dialects.Responses;
using Gateway.Providers.Tests.Support;

namespace Gateway.Providers.Tests.Dialects.Places;

/// <summary>Every place of a chat request is one of the client's: an error that names it names something that the client wrote.</summary>
public sealed partial class ClientPlaceTests
{
    private static readonly ChatTarget[] Targets =
    [
        .. new[] { ChatReach.OpenAI, ChatReach.Compatible, ChatReach.Translated }.Select(MessagesTalk.Target),
        ResponsesForms.OpenAI with { Messages = ChatMessages.Mistral, Efforts = ["none", "high"] },
    ];

    [Theory]
    [InlineData(true, 1)]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    [InlineData(false, 2)]
    public void Every_place_of_a_random_conversation_is_one_of_the_clients_and_has_the_same_text(bool isMessages, int seed)
    {
        var random = new Random(seed);
        var marks = 0;
        for (var i = 0; i < 200; i++)
        {
            var request = isMessages ? new RandomMessages(random).Request() : new RandomResponses(random).Request();
            foreach (var target in Targets)
            {
                if (Form(isMessages, request.ToJsonString(), target) is not { } form) continue;
                foreach (var (place, value) in JsonPlace.All(JsonNode.Parse(form.Body.Span)))
                {
                    var found = Check(form, place, request);
                    if (value?.GetValueKind() != JsonValueKind.String || Mark().Matches((string)value!) is not { Count: > 0 } said) continue;
                    marks++;
                    if (!Mark().Matches(found!.ToJsonString()).Any(m => m.Value == said[0].Value)) Assert.Fail($"'{form.Places!.ToClient(place)}', from '{place}', does not have {value}: {request.ToJsonString()}");
                }
            }
        }

        marks.Should().BeGreaterThan(10_000);
    }

    [Theory]
    [InlineData("messages", 1)]
    [InlineData("messages", 2)]
    [InlineData(ResponsesForms.Folder, 1)]
    [InlineData(ResponsesForms.Folder, 2)]
    public void Every_place_is_one_of_the_clients_whatever_stands_there(string folder, int seed)
    {
        var random = new Random(seed);
        string[] requests = [.. Golden.Cases(folder).Select(c => Golden.Request(folder, c))];
        var places = 0;
        for (var i = 0; i < 200; i++)
        {
            var body = i < requests.Length ? requests[i] : RandomJson.Mutate(requests[random.Next(requests.Length)], random);
            foreach (var target in Targets)
            {
                if (Form(folder == "messages", body, target) is not { } form) continue;
                foreach (var (place, _) in JsonPlace.All(JsonNode.Parse(form.Body.Span)))
                {
                    Check(form, place, JsonNode.Parse(body)!);
                    places++;
                }
            }
        }

        places.Should().BeGreaterThan(5_000);
    }

    private static JsonNode? Check(ChatForm form, string place, JsonNode request)
    {
        var told = form.Places!.ToClient(place);
        if (place == "model" && request["model"] is null) return null;   // the gateway's own
        if (!JsonPlace.TryFind(request, told, out var found)) Assert.Fail($"'{told}', from '{place}', is not in {request.ToJsonString()}");
        if (place.Contains('[', StringComparison.Ordinal) && (told is "messages" or "tools" || (told == "input" && found is JsonArray))) Assert.Fail($"'{told}' does not say where '{place}' is");
        return found;
    }

    private static ChatForm? Form(bool isMessages, string body, ChatTarget target)
    {
        var dialect = isMessages ? ClientDialects.Messages : ClientDialects.Responses;
        var form = dialect.ToChat(Encoding.UTF8.GetBytes(body), Translation.Context with { DropParams = true }, target);
        return form.IsOk ? form.Value : null;
    }

    [GeneratedRegex(@"m\d+m")]
    private static partial Regex Mark();
}
