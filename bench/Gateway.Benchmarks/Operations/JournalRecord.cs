using Gateway.Core.Money;
using Gateway.Core.Stores;
using Gateway.Core.Usage;
using Gateway.Metering.Journal;

namespace Gateway.Benchmarks.Operations;

/// <summary>Step 9: a settled row as the bytes that are copied into the journal.</summary>
internal sealed class JournalRecord : IOperation
{
    private readonly byte[] _buffer = new byte[JournalFormat.MaxRecord];
    private readonly LedgerRow _row = new()
    {
        AttemptId = "req_01HZX3-1",
        RequestId = "req_01HZX3",
        At = DateTimeOffset.UnixEpoch,
        Key = "bench",
        Team = "bench",
        Endpoint = "/v1/chat/completions",
        Model = "fast",
        Provider = "mock",
        TargetModel = "mock-1",
        Status = 200,
        Usage = new() { Input = 321, Output = 34 },
        UsageSource = UsageSource.Exact,
        Cost = new NanoUsd(389_000),
        PriceVersion = "config",
        Tags = ["a", "b"],
        RawUsage = """{"prompt_tokens":321,"completion_tokens":34}""",
    };

    public string Name => "ledger.record";

    public ValueTask RunAsync()
    {
        Sample.Expect(RowCodec.Encode(_row, _buffer).Length > 100, "a record is written");
        return default;
    }
}
