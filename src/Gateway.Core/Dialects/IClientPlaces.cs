namespace Gateway.Core.Dialects;

/// <summary>Where in a client's request stands what stands somewhere in the chat request that was made of it: an error names the former.</summary>
public interface IClientPlaces
{
    /// <param name="chatPlace">A field of the chat request, <c>messages[2].content[0]</c> say.</param>
    string ToClient(string chatPlace);
}
