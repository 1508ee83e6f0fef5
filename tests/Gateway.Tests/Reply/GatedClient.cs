using System.Text;
using Gateway.Core.Providers;
using Gateway.Pipeline;
using Gateway.Routing;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Reply;

/// <summary>A client that asked for a stream, and takes nothing of it until it is let.</summary>
internal sealed class GatedClient : Stream, IHttpRequestLifetimeFeature
{
    public static readonly TimeSpan Keepalive = TimeSpan.FromMilliseconds(500), FlushTimeout = TimeSpan.FromMilliseconds(100);

    private readonly MemoryStream _received = new();
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously), _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _gone = new();

    public GatedClient(TimeProvider time)
    {
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(this));
        http.Features.Set<IHttpRequestLifetimeFeature>(this);
        var snapshot = new GatewaySnapshot { Generation = 1, Config = new() { Server = new() { FlushTimeout = FlushTimeout } }, Keys = [], Configured = [], Models = new([], [], [], static (_, _) => null) };
        Call = new Call(http, InferenceEndpoint.ChatCompletions, snapshot, "req_1", 0, time) { Model = Models.Model("fast", Models.Target(Models.Provider(), "up")) with { Keepalive = Keepalive } };
        Call.Fields.Stream = true;
        RequestAborted = _gone.Token;
    }

    public Call Call { get; }

    /// <summary>Something is sent to it.</summary>
    public Task Asked => _asked.Task;

    public string Received => Encoding.UTF8.GetString(_received.ToArray());

    public CancellationToken RequestAborted { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void Open() => _open.TrySetResult();

    public void Abort() => _gone.Cancel();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _asked.TrySetResult();
        await _open.Task.WaitAsync(cancellationToken);
        _received.Write(buffer.Span);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _received.Dispose();
        _gone.Dispose();
        base.Dispose(disposing);
    }
}
