namespace Gateway.Core.Dialects;

/// <summary>Where in a client's request stands what stands somewhere in the chat request that was made of it: an error names the former.</summary>
public interface IClientPlaces
{
    /// <param name="chatPlace">A field of the chat request, <c>messages[2].content[0]</c> say.</param>
    string ToClient(string chatPlace);

    /// <param name="chatShape">A place that stands for each of a list: <c>messages[].content[].file.filename</c>.</param>
    /// <returns>The client's, in the same way; none where it has no such place.</returns>
    IReadOnlyList<string> ToClientShapes(string chatShape);
}
