using System.Globalization;
using System.Text;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering;
using Gateway.Metering.Pricing;
using Gateway.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Win32.SafeHandles;

// Appends rows until it is killed, and prints each attempt id once the ledger has acknowledged it. What was printed must be found again.
// Arguments: database path, run number (part of the ids), interval | always.
const int Appenders = 4;
var (path, run, sync) = (args[0], args[1], args[2]);

// No buffer of its own: what was written here is in the pipe, whatever happens to the process.
await using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
await using var store = new SqliteLedgerStore(path);
// Segments as small as they can be, so that kills fall into their change and reuse too.
var options = new LedgerOptions
{
    JournalDirectory = path + ".journal",
    SegmentBytes = 64 * 1024,
    MaxJournalBytes = 1024 * 1024,
    WaitForDisk = sync == "always",
    Linger = TimeSpan.FromMilliseconds(2),
};
await using var ledger = await LedgerWriter.StartAsync(store, options, new PriceBook(), TimeProvider.System, NullLogger<LedgerWriter>.Instance, CancellationToken.None);
await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendForeverAsync(appender))));

async Task AppendForeverAsync(int appender)
{
    for (var number = 0; ; number++)
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"run{run}-{appender}-{number}");
        await ledger.AppendAsync(Row(id, number), CancellationToken.None);
        output.Write(Encoding.ASCII.GetBytes(id + "\n"));
    }
}

static LedgerRow Row(string id, int number) => new()
{
    AttemptId = id,
    RequestId = id,
    At = TimeProvider.System.GetUtcNow(),
    Key = "crash",
    Endpoint = "/v1/chat/completions",
    Model = "demo",
    Provider = "demo",
    TargetModel = "demo",
    Status = 200,
    UsageSource = UsageSource.Exact,
    Usage = new() { Input = number, Output = 1 },
    Cost = new(number),
    RawUsage = new string('u', number % 300),
};
