namespace Gateway.Upstream;

/// <summary>An upstream's answer: status and headers are here, the body is still on its way.</summary>
internal sealed class UpstreamReply(int status, Stream body, HttpResponseMessage? message) : IDisposable
{
    public int Status { get; } = status;

    public Stream Body { get; } = body;

    public long? ContentLength => message?.Content.Headers.ContentLength;

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name) =>
        message is not null && (message.Headers.NonValidated.TryGetValues(name, out var values) || message.Content.Headers.NonValidated.TryGetValues(name, out values))
            ? values.ToString()
            : null;

    public void Dispose()
    {
        Body.Dispose();
        message?.Dispose();
    }
}
