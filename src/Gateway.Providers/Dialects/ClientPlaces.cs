using System.Text.Json;
using Gateway.Core.Dialects;

namespace Gateway.Providers.Dialects;

/// <summary>
/// The client's place of everything in a chat request. What is written notes how far the request has come and where the client has it; only who asks for a place looks for it in the request, and
/// takes the innermost note on the way there.
/// </summary>
/// <param name="fields">Chat's names of top-level fields, and the client's: of those that the request does not have.</param>
internal sealed class ClientPlaces(IReadOnlyDictionary<string, string> fields) : IClientPlaces
{
    /// <summary>Schemas of tools nest, and here they stand deeper than in the client's request.</summary>
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 1000 };

    private readonly PlaceNotes _notes = new();
    private ReadOnlyMemory<byte> _chat;

    /// <summary>What is written next, a value or a member, is the client's <paramref name="member"/> of what stands at <paramref name="at"/>.</summary>
    /// <param name="member">Null: what stands there itself.</param>
    /// <param name="isCopy">What is inside stands there under the same names too.</param>
    public void Note(Utf8JsonWriter json, string at, string? member = null, bool isCopy = false) =>
        _notes.Add(new((int)json.BytesCommitted + json.BytesPending, isCopy, at, member));

    /// <param name="chat">The request, of which places will be asked.</param>
    public ClientPlaces In(ReadOnlyMemory<byte> chat)
    {
        _chat = chat;
        return this;
    }

    public string ToClient(string chatPlace)
    {
        PlaceNote? found = null;
        var (at, end) = (0, 0);
        if (!_chat.IsEmpty)
        {
            var reader = new Utf8JsonReader(_chat.Span, Options);
            reader.Read();
            while (PlaceStep.TryRead(chatPlace, ref at, out var step) && step.Enter(ref reader, out var from))
            {
                if (_notes.Last(from, (int)reader.TokenStartIndex) is not { } note) continue;
                (found, end) = (note, at);
            }
        }

        return found?.Place(chatPlace[end..]) ?? fields.GetValueOrDefault(Top(chatPlace)) ?? chatPlace;
    }

    public IReadOnlyList<string> ToClientShapes(string chatShape)
    {
        if (_chat.IsEmpty) return [];
        // Where the member is a list, its items are what the client has places for.
        return Shapes(chatShape) is { Count: > 0 } shapes ? shapes : Shapes(chatShape + "[]");
    }

    private IReadOnlyList<string> Shapes(string chatShape)
    {
        var reader = new Utf8JsonReader(_chat.Span, Options);
        return new ClientShapes(_notes, chatShape).In(ref reader);
    }

    private static string Top(string place) => place.AsSpan().IndexOfAny('.', '[') is >= 0 and var end ? place[..end] : place;
}
