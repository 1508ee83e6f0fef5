using Gateway.Core.Dialects;
using Gateway.Core.Errors;
using Gateway.Core.Providers;
using Gateway.Routing;

namespace Gateway.Pipeline;

/// <summary>
/// What a client's request in a dialect comes to for one target: a chat request where the target does not speak the dialect; where it does, the same without what the gateway had put into the
/// conversation for others.
/// </summary>
internal sealed class DialectRequest : IDisposable
{
    private JsonMembers _members;
    private RequestFields _fields;

    private DialectRequest(IClientDialect dialect, InferenceEndpoint endpoint, ChatForm form, in TranslationContext context)
    {
        Dialect = dialect;
        Endpoint = endpoint;
        Body = form.Body;
        Dropped = form.Dropped;
        Places = form.Places;
        Context = context with { Memory = form.Memory };
    }

    public IClientDialect Dialect { get; }

    /// <summary>Chat, or the client's own.</summary>
    public InferenceEndpoint Endpoint { get; }

    /// <summary>The answer passes the hub too.</summary>
    public bool IsChat => Endpoint == InferenceEndpoint.ChatCompletions;

    /// <summary>Fields of the client's that no chat request has a place for.</summary>
    public IReadOnlyList<string> Dropped { get; }

    /// <summary>Null where the body is the client's own, or was returned.</summary>
    public IClientPlaces? Places { get; private set; }

    /// <summary>For the dialect, when it writes the answer.</summary>
    public TranslationContext Context { get; }

    public ref readonly RequestFields Fields => ref _fields;

    public ReadOnlyMemory<byte> Body { get; private set; }

    /// <summary>For a target that does not speak the dialect.</summary>
    public static Outcome<DialectRequest> ToChat(IClientDialect dialect, ReadOnlySpan<byte> body, in TranslationContext context, in ChatTarget target)
    {
        var form = dialect.ToChat(body, context, target);
        return form.IsOk ? Read(new(dialect, InferenceEndpoint.ChatCompletions, form.Value, context)) : form.Error;
    }

    /// <summary>For one that does.</summary>
    /// <returns>Null where the client's bytes are as they should be.</returns>
    public static Outcome<DialectRequest>? ToNative(IClientDialect dialect, InferenceEndpoint endpoint, ReadOnlySpan<byte> body) =>
        dialect.ToNative(body) is { } native ? Read(new(dialect, endpoint, new ChatForm(native.Body, native.Dropped), default)) : (Outcome<DialectRequest>?)null;

    private static Outcome<DialectRequest> Read(DialectRequest made)
    {
        var error = BodyScan.Scan(made.Body.Span, ref made._members) ?? RequestFields.Read(made.Body.Span, made._members, made.Endpoint, out made._fields);
        if (error is null) return made;
        made.Dispose();
        return made.Tell(error);
    }

    /// <summary>What was found in <see cref="Body"/>, in the client's words.</summary>
    public GatewayError Tell(GatewayError error) => Places?.Retell(error) ?? error;

    /// <summary>What the provider found in it: its words are left to it, for it may mean its own fields.</summary>
    public GatewayError TellParam(GatewayError error) => Places is { } places && error.Param is { } param ? error with { Param = places.ToClient(param) } : error;

    /// <inheritdoc cref="Tell(GatewayError)"/>
    public IReadOnlyList<string> Tell(IReadOnlyList<string> fields) => Places?.Retell(fields) ?? fields;

    /// <inheritdoc cref="UnknownFields.Check"/>
    public GatewayError? Check(Target target, out IReadOnlyList<string> dropped) =>
        UnknownFields.Check(Body.Span, _members, BodyRewriter.Quirks(target, Endpoint), target.DropParams, target.Provider.Name, Places, out dropped);

    /// <inheritdoc cref="BodyRewriter.Rewrite"/>
    public RequestBody Rewrite(ModelEntry model, Target target, OperatorField? cap) =>
        BodyRewriter.Rewrite(Body.Span, _members, _fields, model, target, Endpoint, cap);

    /// <summary>Nothing needs the body any more.</summary>
    public void Return()
    {
        Body = default;
        Places = null;   // they have it too
    }

    public void Dispose() => _members.Return();
}
