using System.Text.Json;

namespace Gateway.EndToEnd.Rig;

/// <summary>Every reply and chunk that passes is checked against OpenAI's published schema; what does not fit fails the test that read it.</summary>
public sealed class SchemaCheck(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if (request.RequestUri is { } uri && uri.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal))
        {
            var content = new StreamContent(new CheckedStream(await response.Content.ReadAsStreamAsync(cancellationToken), request.Method, uri.AbsolutePath, (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType));
            foreach (var (name, values) in response.Content.Headers)
                content.Headers.Add(name, values);
            response.Content = content;
        }

        return response;
    }

    /// <summary>Keeps what is read and checks it once the end is reached.</summary>
    private sealed class CheckedStream(Stream inner, HttpMethod method, string path, int status, string? mediaType) : Stream
    {
        /// <summary>Larger replies are load, not contract: they are not kept.</summary>
        private const int Limit = 4 * 1024 * 1024;

        private readonly MemoryStream _seen = new();
        private bool _tooLarge;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await inner.ReadAsync(buffer, cancellationToken);
            Seen(buffer.Span[..read], atEnd: read == 0 && buffer.Length > 0);
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = inner.Read(buffer, offset, count);
            Seen(buffer.AsSpan(offset, read), atEnd: read == 0 && count > 0);
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        private void Seen(ReadOnlySpan<byte> bytes, bool atEnd)
        {
            _tooLarge |= _seen.Length + bytes.Length > Limit;
            if (!_tooLarge)
                _seen.Write(bytes);
            if (atEnd && _seen.Length > 0 && !_tooLarge)
                ReplyContract.Check(method, path, status, mediaType, _seen.GetBuffer().AsSpan(0, (int)_seen.Length));
        }
    }
}

/// <summary>What anything that leaves the gateway must be, whatever the case.</summary>
public static class ReplyContract
{
    /// <exception cref="ContractViolationException">It is not.</exception>
    public static void Check(HttpMethod method, string path, int status, string? mediaType, ReadOnlySpan<byte> body)
    {
        if (method == HttpMethod.Head)
            return;
        if (mediaType == "text/event-stream")
        {
            foreach (var item in SseOracle.Parse(body))
                if (item.Data != "[DONE]")
                    CheckJson(path, status, item.Data, chunk: true);
        }
        else
        {
            CheckJson(path, status, System.Text.Encoding.UTF8.GetString(body), chunk: false);
        }
    }

    private static void CheckJson(string path, int status, string json, bool chunk)
    {
        JsonElement value;
        try
        {
            value = JsonDocument.Parse(json).RootElement;
        }
        catch (JsonException e)
        {
            throw new ContractViolationException($"{path} {status}: no JSON ({e.Message}): {json}");
        }

        var isError = value.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object;
        if (path == "/v1/messages" || path.StartsWith("/v1/messages/", StringComparison.Ordinal))
        {
            CheckMessage(path, status, json, value, isError);
            return;
        }

        var schema = isError ? ReplySchema.Error : SchemaOf(path, chunk);
        if (status >= 400 && schema != ReplySchema.Error)
            throw new ContractViolationException($"{path} {status}: an error without an error object: {json}");
        if (schema is not null && ReplySchema.Validate(schema, json, value) is { Count: > 0 } errors)
            throw new ContractViolationException($"{path} {status}: not a {schema}: {string.Join("; ", errors.Take(5))}\n{json}");
    }

    /// <summary>Anthropic publishes no schema; its clients look at the type.</summary>
    private static void CheckMessage(string path, int status, string json, JsonElement value, bool isError)
    {
        var type = value.TryGetProperty("type", out var t) ? t.GetString() : null;
        if (isError ? type != "error" || !value.GetProperty("error").TryGetProperty("type", out _) || !value.GetProperty("error").TryGetProperty("message", out _) : status >= 400 || type == "error")
            throw new ContractViolationException($"{path} {status}: not an answer in Anthropic's shape: {json}");
    }

    private static string? SchemaOf(string path, bool chunk) => path switch
    {
        "/v1/chat/completions" => chunk ? "CreateChatCompletionStreamResponse" : "CreateChatCompletionResponse",
        "/v1/completions" => "CreateCompletionResponse",
        "/v1/embeddings" => "CreateEmbeddingResponse",
        "/v1/responses" => chunk ? "ResponseStreamEvent" : "Response",
        "/v1/moderations" => "CreateModerationResponse",
        "/v1/models" => "ListModelsResponse",
        _ when path.StartsWith("/v1/models/", StringComparison.Ordinal) => "Model",
        _ => null,
    };
}

/// <summary>A reply is not what OpenAI's schema says.</summary>
public sealed class ContractViolationException(string message) : Exception(message);
