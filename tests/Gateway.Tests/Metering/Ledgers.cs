using Gateway.Core.Stores;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Metering;

/// <summary>Starts ledgers with small segments, and waits for what happens in their own thread.</summary>
internal static class Ledgers
{
    /// <summary>Long enough for a loaded machine; nothing waits that long when all is well.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static LedgerOptions Options(TempDirectory directory) => new()
    {
        JournalDirectory = directory.File("gateway.db.journal"),
        SegmentBytes = 64 * 1024,
        MaxJournalBytes = 64 * 1024 * 64,
        Linger = TimeSpan.FromMilliseconds(5),
    };

    public static Task<LedgerWriter> StartAsync(ILedgerStore store, LedgerOptions options, ILogger<LedgerWriter>? logger = null, PriceBook? prices = null) =>
        LedgerWriter.StartAsync(store, options, prices ?? new PriceBook(), TimeProvider.System, logger ?? NullLogger<LedgerWriter>.Instance, CancellationToken.None);

    public static async Task AppendAsync(this LedgerWriter ledger, IEnumerable<LedgerRow> rows)
    {
        foreach (var row in rows)
            await ledger.AppendAsync(row, CancellationToken.None);
    }

    public static async Task ImportedAsync(this LedgerWriter ledger) =>
        (await ledger.WaitImportedAsync(Patience, CancellationToken.None)).Should().BeTrue("the rows should have been imported by now");

    /// <summary>Polls: for conditions that no event announces.</summary>
    public static async Task EventuallyAsync(Func<bool> condition, string because)
    {
        using var end = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!condition())
        {
            end.IsCancellationRequested.Should().BeFalse(because);
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}

/// <summary>Remembers the ids of what was logged.</summary>
internal sealed class EventLog : ILogger<LedgerWriter>
{
    private readonly List<(LogLevel Level, int Id, string Text)> _entries = [];

    public IReadOnlyList<(LogLevel Level, int Id, string Text)> Entries
    {
        get
        {
            lock (_entries)
                return [.. _entries];
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_entries)
            _entries.Add((logLevel, eventId.Id, formatter(state, exception)));
    }
}
