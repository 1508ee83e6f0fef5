using Gateway.Admission;
using Gateway.Config;
using Gateway.Core.Money;
using Gateway.Core.Providers;
using Gateway.Core.Usage;
using Gateway.Routing;
using Gateway.Tests.Support;

namespace Gateway.Tests.Admission;

/// <summary>A book, its admission and one priced model: a token of input or output costs 1,000 nano-dollars.</summary>
internal sealed class AdmissionRig
{
    public const long NanoPerToken = 1000;

    private static readonly ProviderEntry Provider = Models.Provider();

    private readonly Dictionary<string, KeyEntry> _keys = [];
    private int _requests;

    public AdmissionRig(DateTimeOffset? start = null)
    {
        Time = start is { } at ? new ManualTime(at) : new ManualTime();
        Book = new AdmissionBook(Time, new NamePool());
        Admission = new MemoryAdmission(Time);
        Model = MakeModel("fast", new LimitsConfig());
    }

    public ManualTime Time { get; }

    public AdmissionBook Book { get; }

    public MemoryAdmission Admission { get; }

    public ModelEntry Model { get; private set; }

    public static KeyEntry Key(string name = "web-app", string? team = null, LimitsConfig? limits = null, params BudgetConfig[] budgets) =>
        new() { Name = name, Team = team, Models = null, Config = new() { Name = name, Hash = default, Budgets = budgets, Limits = limits ?? new LimitsConfig() } };

    public static TeamConfig Team(string name = "growth", LimitsConfig? limits = null, params BudgetConfig[] budgets) =>
        new() { Name = name, Budgets = budgets, Limits = limits ?? new LimitsConfig() };

    /// <summary>A budget for so many tokens.</summary>
    public static BudgetConfig Budget(long tokens, BudgetPeriod period = BudgetPeriod.Day, string timezone = "UTC") =>
        new() { Limit = new NanoUsd(tokens * NanoPerToken).Dollars, Period = period, Timezone = timezone };

    public static ModelEntry MakeModel(string name, LimitsConfig limits, bool priced = true, UnpricedPolicy unpriced = UnpricedPolicy.Reject)
    {
        var price = priced ? new ModelPrice { Version = "test", Input = 1m, Output = 1m } : null;
        return Models.Model(name, Models.Target(Provider, $"{name}-large", price, limits)) with { Unpriced = unpriced };
    }

    /// <summary>What a snapshot swap does; entries are new each time, as they are there.</summary>
    public AdmissionRig Configure(KeyEntry[]? keys = null, TeamConfig[]? teams = null, BudgetConfig[]? gateway = null, ModelEntry? model = null)
    {
        Model = model ?? Model;
        keys ??= [Key()];
        Book.Configure(keys, teams ?? [], gateway ?? [], [Model]);
        _keys.Clear();
        foreach (var key in keys)
            _keys[key.Name] = key;
        return this;
    }

    /// <summary>Asks for an attempt that can use so many tokens.</summary>
    public AdmissionResult Enter(long input = 1, long? output = 0, string key = "web-app", int attempt = 1, ModelEntry? model = null)
    {
        var asked = model ?? Model;
        var id = $"req_{Interlocked.Increment(ref _requests)}";
        return Admission.Enter(new AdmissionRequest(id, attempt, _keys[key], InferenceEndpoint.ChatCompletions, asked, asked.Targets[0], input, output));
    }

    /// <summary>Looks what <see cref="Enter"/> would say.</summary>
    public AdmissionRejection? Look(long input = 1, long? output = 0, string key = "web-app") => Admission.Look(Request(input, output, key));

    public AdmissionRequest Request(long input = 1, long? output = 0, string key = "web-app") =>
        new("req_0", 1, _keys[key], InferenceEndpoint.ChatCompletions, Model, Model.Targets[0], input, output);

    /// <summary>Asks for something that the gateway does by itself.</summary>
    public AdmissionResult EnterLocal(string key = "web-app") =>
        Admission.Enter(new AdmissionRequest($"req_{Interlocked.Increment(ref _requests)}", 1, _keys[key], InferenceEndpoint.CountTokens, Model, Model.Targets[0], 0, 0) { IsLocal = true });

    public Reservation MustEnter(long input = 1, long? output = 0, string key = "web-app", ModelEntry? model = null)
    {
        var result = Enter(input, output, key, model: model);
        result.Rejection?.Error.Message.Should().BeNull("this attempt fits");
        return result.Reservation!;
    }

    public static void Settle(Reservation reservation, long tokens) =>
        reservation.Settle(new NanoUsd(tokens * NanoPerToken), new TokenUsage { Input = tokens });

    public BudgetStatus Status(OwnerKind kind = OwnerKind.Key, BudgetPeriod period = BudgetPeriod.Day) =>
        Book.Statuses().Single(s => s.OwnerKind == kind && s.Period == period);
}
