namespace Gateway.FakeUpstream;

/// <summary>The events of a stream in a dialect that is not OpenAI's chat.</summary>
internal interface IFrames
{
    IEnumerable<byte[]> Opening();

    byte[] Piece(int index, string piece);

    /// <summary>All that comes between the last piece and the end.</summary>
    IEnumerable<byte[]> Closing(string text);

    /// <summary>The terminal event.</summary>
    byte[] End(string text);

    byte[] Error(string message);
}
