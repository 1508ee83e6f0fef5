using System.IO.Pipelines;
using Gateway.Admin;
using Gateway.Admin.Export;
using Gateway.Core.Stores;
using Gateway.Tests.Metering;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Admin.Export;

/// <summary>A client that asks for an export and does not read it.</summary>
public sealed class UnreadExportTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_costs_less_than_128_KiB_until_it_is_cut_off(bool csv)
    {
        var time = new ManualTimers(LedgerRows.Start.AddDays(1));
        var store = new EndlessStore();
        // As the server has it: a writer waits where 64 KiB have not been sent.
        var pipe = new Pipe(new(pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false));
        using var lifetime = new Lifetime();
        var http = new DefaultHttpContext();
        http.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        http.Features.Set<IHttpResponseBodyFeature>(new PipeBody(pipe.Writer));

        var export = new LedgerExport(new BoundedQueries(store, time), time, NullLogger.Instance).WriteAsync(http, new LedgerFilter(), csv ? ExportFormat.Csv : ExportFormat.JsonLines, Patience);

        export.IsCompleted.Should().BeFalse("nobody reads");
        pipe.Reader.TryRead(out var unread).Should().BeTrue();
        unread.Buffer.Length.Should().BeInRange(64 * 1024, 128 * 1024);
        pipe.Reader.AdvanceTo(unread.Buffer.Start, unread.Buffer.Start);
        store.MostRowsAtOnce.Should().BeLessThanOrEqualTo(64, "rows that were read are memory too");
        time.Advance(Patience - TimeSpan.FromTicks(1));
        lifetime.WasAborted.Should().BeFalse();
        time.Advance(TimeSpan.FromTicks(1));
        lifetime.WasAborted.Should().BeTrue();
        await export.WaitAsync(TimeSpan.FromSeconds(10));
    }

    private sealed class EndlessStore : StubLedgerStore
    {
        public int MostRowsAtOnce { get; private set; }

        public override ValueTask<LedgerPage> ReadAsync(LedgerQuery query, CancellationToken cancellationToken)
        {
            MostRowsAtOnce = Math.Max(MostRowsAtOnce, query.Limit);
            return new(new LedgerPage(LedgerRows.Many(query.Limit), "more"));
        }
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public CancellationToken RequestAborted
        {
            get => _aborted.Token;
            set => throw new NotSupportedException();
        }

        public bool WasAborted => _aborted.IsCancellationRequested;

        public void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }

    private sealed class PipeBody(PipeWriter writer) : IHttpResponseBodyFeature
    {
        public Stream Stream => writer.AsStream();

        public PipeWriter Writer => writer;

        public Task CompleteAsync() => Task.CompletedTask;

        public void DisableBuffering()
        {
        }

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
