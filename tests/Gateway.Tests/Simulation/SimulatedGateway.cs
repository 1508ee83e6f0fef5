using System.Text;
using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Errors;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Stores;
using Gateway.Core.Tokens;
using Gateway.Metering;
using Gateway.Pipeline;
using Gateway.Providers;
using Gateway.Reply;
using Gateway.Routing;
using Gateway.Routing.Health;
using Gateway.Telemetry.Traces;
using Gateway.Tests.Support;
using Gateway.Upstream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Simulation;

/// <summary>The product's own steps 5 to 9 over a scenario: admission, routing, breakers, retries, relay and settlement, on one thread, with a clock turned by hand and an upstream behind its connections.</summary>
internal sealed class SimulatedGateway : IDisposable
{
    /// <summary>Loading a vocabulary takes longer than a simulation.</summary>
    private static readonly TokenizerCache Tokenizers = new(TimeProvider.System);

    private readonly Scenario _scenario;
    private readonly ManualTimers _time;
    private readonly Transcript _said = new();
    private readonly AdmissionBook _book;
    private readonly KeyEntry[] _keys;
    private readonly GatewaySnapshot _snapshot;
    private readonly AttemptLoop _loop;
    private readonly Deadlines _deadlines;
    private readonly SimDelay _delay;
    private readonly List<Task> _running = [];

    private SimulatedGateway(Scenario scenario)
    {
        _scenario = scenario;
        _time = new ManualTimers(scenario.Start);
        _delay = new SimDelay(_time);
        _book = new AdmissionBook(_time, new NamePool());
        _keys = [.. scenario.Keys.Select(static k => new KeyEntry { Name = k.Name, Team = k.Team, Models = null, Config = new() { Name = k.Name, Hash = default, Budgets = Budgets(k), Limits = k.Limits } })];
        var targets = Targets();
        var models = scenario.Models.Select(m => Support.Models.Model(m.Name, [.. m.Targets.Select(t => targets[t])]) with
        {
            Strategy = m.Strategy,
            Hedge = m.Hedge,
            Retries = new() { Default = m.Retries },
            Fallbacks = new([.. m.Fallbacks.Select(f => scenario.Models[f].Name)], [], []),
        }).ToDictionary(static m => m.Name);
        _snapshot = new() { Generation = 1, Config = new(), Keys = [], Configured = models.Values, Models = new(models, [], [], static (_, _) => null) };
        _book.Configure(_keys, [.. scenario.Teams.Select(static t => new TeamConfig { Name = t.Name, Budgets = Budgets(t), Limits = t.Limits })], Budgets(scenario.Gateway), models.Values);
        _deadlines = new Deadlines(_time);
        _loop = Loop();
    }

    /// <summary>Everything that the gateway did, in order.</summary>
    public static IReadOnlyList<string> Run(Scenario scenario)
    {
        using var gateway = new SimulatedGateway(scenario);
        return gateway.Run();
    }

    public void Dispose() => _deadlines.Dispose();

    private IReadOnlyList<string> Run()
    {
        foreach (var request in _scenario.Requests)
        {
            _time.Advance(_scenario.Start + request.At - _time.GetUtcNow());
            _said.Budgets(_book.Statuses().Select(static b => (b.Owner, b.Period, b.Spent.Value, b.Held.Value)));
            _running.Add(ServeAsync(request));
        }

        for (var i = 0; i < 100 && _running.Exists(static r => !r.IsCompleted); i++) _time.Advance(TimeSpan.FromSeconds(10));
        _running.Should().OnlyContain(static r => r.IsCompletedSuccessfully);
        _book.Held.Value.Should().Be(0);
        _said.Budgets(_book.Statuses().Where(static b => b.Period == BudgetPeriod.Total).Select(static b => (b.Owner, b.Period, b.Spent.Value, b.Held.Value)));
        return _said.Lines;
    }

    private async Task ServeAsync(SimRequest request)
    {
        using var client = new SimClient(request.Leaves, _time, () => Left(request.Number));
        var call = new Call(client.Http, InferenceEndpoint.ChatCompletions, _snapshot, request.Id, request.Chance, _time)
        {
            Key = _keys[request.Key],
            Model = _snapshot.Models.Find(_scenario.Models[request.Model].Name),
            Options = CallOptions.Read(client.Http.Request.Headers).Value,
        };
        var body = Encoding.UTF8.GetBytes(_scenario.Body(request));
        var rented = ByteBuffers.Rent(body.Length);
        body.CopyTo(rented, 0);
        call.Body = new(rented, body.Length);
        BodyScan.Scan(call.Body.Span, ref call.Members).Should().BeNull();
        RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields).Should().BeNull();
        var error = await _loop.RunAsync(call);
        _said.Answered(_time.GetUtcNow(), request.Id, error is null ? call.Attempt!.Target.Model : Words(error), call.Attempts, call.Cost.Value);
        await TellAsync(call, error, client);
        _said.Got(request.Id, client.Read());
        call.Release();
    }

    /// <summary>A pause between two tries that is cancelled ends on another thread: it is waited for, so that there is one at a time.</summary>
    private void Left(int request)
    {
        if (!_delay.IsPending(request)) _running[request].Wait(TimeSpan.FromMinutes(1)).Should().BeTrue();
    }

    /// <summary>As the pipeline does it.</summary>
    private static async Task TellAsync(Call call, GatewayError? error, SimClient client)
    {
        try
        {
            if (error is not null) await ErrorReply.WriteAsync(call, error);
        }
        catch (AbandonedResponseException)
        {
            client.IsCut = true;
        }
    }

    private static string Words(GatewayError error) => $"{error.Kind} {error.UpstreamStatus}";

    private AttemptLoop Loop()
    {
        var (ledger, telemetry) = (new SimLedger(_said), new SimTelemetry(_said));
        var meter = new UsageMeter(Tokenizers);
        var settlement = new Settlement(ledger, meter, telemetry);
        var end = new AttemptEnd(settlement);
        var opener = new AttemptOpener(new MemoryAdmission(_time), end, ledger, new StoreHealth(ledger, null), _deadlines, telemetry, new Tracing(), _time);
        var sender = new AttemptSender(new UpstreamSender(_time));
        var runner = new AttemptRunner(opener, sender, new HedgedSend(opener, sender, end, telemetry, _time), end, new StreamRelay(settlement, meter, _time), new JsonRelay(settlement, meter), meter);
        return new AttemptLoop(runner, _deadlines, telemetry, _time, NullLogger<AttemptLoop>.Instance);
    }

    private Target[] Targets()
    {
        var manifest = ProviderCatalog.ByKind["openai-compatible"].Manifest;
        var config = new ProviderConfig { Name = "acme", Kind = manifest.Kind, BaseUrl = new Uri("http://127.0.0.1:1/v1") };
        var provider = Support.Models.Provider() with { Manifest = manifest, Config = config, Connection = new UpstreamConnection(config, manifest, _time, new SimulatedUpstream(_scenario, _delay)) };
        return [.. _scenario.Targets.Select(t => Support.Models.Target(provider, t.Name, new ModelPrice { Version = "sim", Input = t.Input, Output = 2 * t.Input }, t.Limits) with
        {
            Weight = t.Weight,
            OnDisconnect = t.Drains ? DisconnectPolicy.Drain : DisconnectPolicy.Cancel,
            Health = new TargetHealth("acme", t.Name, new(_scenario.Breaker, 0.2, 3), _time, static (_, _, _) => { }),
        })];
    }

    private static BudgetConfig[] Budgets(SimOwner owner) => [.. owner.Budgets.Select(static b => new BudgetConfig { Limit = new NanoUsd(b.Limit).Dollars, Period = b.Period })];

    /// <summary>Every attempt is opened once and settled once.</summary>
    private sealed class SimLedger(Transcript said) : ILedger
    {
        private readonly HashSet<string> _open = [];

        public bool IsAvailable => true;

        public bool IsFailing => false;

        public long QueueLength => 0;

        public long Dropped => 0;

        public bool TryOpen(LedgerRow inDoubt) => _open.Add(inDoubt.AttemptId);

        public ValueTask AppendAsync(LedgerRow row, CancellationToken cancellationToken)
        {
            _open.Remove(row.AttemptId).Should().BeTrue("{0} was opened, and not settled before", row.AttemptId);
            said.Row(row.AttemptId, row.Key, row.Model, row.TargetModel, row.At, row.Stream, row.DurationMs, row.Status, row.Cost.Value, (row.Usage.Input, row.Usage.Output, row.UsageSource));
            return default;
        }

        public ValueTask<bool> WaitImportedAsync(TimeSpan atMost, CancellationToken cancellationToken) => new(true);
    }
}
