using Gateway.Core.Dialects;

namespace Gateway.Providers.Dialects;

/// <summary>The client's place of everything in a chat request, noted while that is written.</summary>
/// <param name="fields">Chat's names of top-level fields, and the client's.</param>
internal sealed class ClientPlaces(IReadOnlyDictionary<string, string> fields) : IClientPlaces
{
    public string ToClient(string chatPlace) => fields.GetValueOrDefault(Top(chatPlace)) ?? chatPlace;

    private static string Top(string place) => place.AsSpan().IndexOfAny('.', '[') is >= 0 and var end ? place[..end] : place;
}
