using System.Diagnostics.CodeAnalysis;

using Gateway.Config.Binding;
using Gateway.Config.Schema;
using Gateway.Config.Values;
using Gateway.Config.Yaml;

namespace Gateway.Config.Shapes;

/// <summary><c>retries: 2</c>, or by the failure: <c>retries: { default: 1, timeout: 0, rate_limited: 3 }</c></summary>
internal sealed class RetriesKind : ValueKind<RetryConfig>
{
    public static readonly RetriesKind Instance = new();

    private static readonly IntegerKind<int> Count = new(0, RetryConfig.Most);

    private static readonly Key<int> Default = new("default", Count, "After a failure that has no key of its own here.") { Default = new RetryConfig().Default };

    private static readonly Key<int> RateLimited = new("rate_limited", Count, "After a provider's 429; absent: default.");

    private static readonly Key<int> Timeout = new("timeout", Count, "After a provider that did not answer in time; absent: default.");

    private static readonly Key<int> ServerError = new("server_error", Count, "After a provider's 5xx, or its refusal of the gateway's credential; absent: default.");

    private static readonly Key<int> ConnectError = new("connect_error", Count, "After a provider that could not be reached; absent: default.");

    private static readonly Key<int> Interrupted = new("interrupted", Count, "After an answer that ended before its first event; absent: default.");

    private static readonly RecordKind<RetryConfig> ByFailure = new("retries", [Default, RateLimited, Timeout, ServerError, ConnectError, Interrupted], static m => new()
    {
        Default = m.Get(Default),
        RateLimited = m.GetOrNull(RateLimited),
        Timeout = m.GetOrNull(Timeout),
        ServerError = m.GetOrNull(ServerError),
        ConnectError = m.GetOrNull(ConnectError),
        Interrupted = m.GetOrNull(Interrupted),
    });

    public override string Noun => "a whole number, or numbers by failure";

    public override IRecordKind Record => ByFailure;

    public override string? Json(RetryConfig value) => value == new RetryConfig { Default = value.Default } ? Count.Json(value.Default) : null;

    public override void WriteSchema(SchemaWriter schema)
    {
        schema.Json.WriteStartArray("anyOf");
        schema.Json.WriteStartObject();
        Count.WriteSchema(schema);
        schema.Json.WriteEndObject();
        schema.Json.WriteStartObject();
        ByFailure.WriteSchema(schema);
        schema.Json.WriteEndObject();
        schema.Json.WriteEndArray();
    }

    public override bool TryBind(YamlNode node, BindContext context, [MaybeNullWhen(false)] out RetryConfig value)
    {
        if (node is YamlMapping) return ByFailure.TryBind(node, context, out value);
        value = Count.TryBind(node, context, out var count) ? new RetryConfig { Default = count } : null;
        return value is not null;
    }
}
