using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>The chat request that a client's request in another dialect comes to, for one target that does not speak the dialect.</summary>
internal sealed class HubRequest : IDisposable
{
    private JsonMembers _members;
    private RequestFields _fields;

    private HubRequest(IClientDialect dialect, ChatForm form, in TranslationContext context)
    {
        Dialect = dialect;
        Body = form.Body;
        Dropped = form.Dropped;
        Context = context with { Memory = form.Memory };
    }

    public IClientDialect Dialect { get; }

    /// <summary>Fields of the client's that no chat request has a place for.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>For the dialect, when it writes the answer.</summary>
    public TranslationContext Context { get; }

    public ref readonly RequestFields Fields => ref _fields;

    public ReadOnlyMemory<byte> Body { get; private set; }

    public static Outcome<HubRequest> Read(IClientDialect dialect, ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target)
    {
        var form = dialect.ToChat(body, context, target);
        if (!form.IsOk) return form.Error;
        var hub = new HubRequest(dialect, form.Value, context);
        var error = BodyScan.Scan(hub.Body.Span, ref hub._members) ?? RequestFields.Read(hub.Body.Span, hub._members, InferenceEndpoint.ChatCompletions, out hub._fields);
        if (error is null) return hub;
        hub.Dispose();
        return error;
    }

    /// <inheritdoc cref="BodyRewriter.Rewrite"/>
    public RequestBody Rewrite(ModelEntry model, Target target, OperatorField? cap) =>
        BodyRewriter.Rewrite(Body.Span, _members, _fields, model, target, InferenceEndpoint.ChatCompletions, cap);

    /// <summary>Nothing needs the body any more.</summary>
    public void Return() => Body = default;

    public void Dispose() => _members.Return();
}
