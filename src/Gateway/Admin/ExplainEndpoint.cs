using System.Text;
using Gateway.Admission;
using Gateway.Auth;
using Gateway.Core.Errors;
using Gateway.Core.Stores;
using Gateway.Explaining;
using Gateway.Pipeline;
using Gateway.Prompts;
using Gateway.Routing;

namespace Gateway.Admin;

/// <summary><c>POST /admin/v1/explain</c>: what would happen to a request. Nothing is sent, reserved or counted.</summary>
internal sealed class ExplainEndpoint(SnapshotHolder snapshots, Explainer explainer, Authenticator authenticator, RequestIdSource ids, TimeProvider time)
{
    public async Task<Outcome<AdminAnswer>> ExplainAsync(HttpContext http, AuditActor by)
    {
        if (QueryParameters.Check(http.Request.Query) is { } wrong)
            return wrong;
        var json = await AdminBody.ReadAsync(http.Request);
        if (!json.IsOk)
            return json.Error;
        var ask = ExplainAsk.Read(json.Value);
        if (!ask.IsOk)
            return ask.Error;
        var snapshot = snapshots.Current;
        var key = KeyOf(ask.Value, snapshot);
        return key.IsOk ? Answer(ask.Value, key.Value, snapshot) : key.Error;
    }

    private AdminAnswer Answer(ExplainAsk ask, KeyEntry key, GatewaySnapshot snapshot)
    {
        var http = new DefaultHttpContext();
        foreach (var (name, value) in ask.Headers)
            http.Request.Headers[name] = value;
        var call = new Call(http, ask.Endpoint, snapshot, ids.Next(out var chance), chance, time) { Key = key };
        try
        {
            var refused = authenticator.Refuses(key) ?? Read(call, ask.Body) ?? PromptStep.Apply(call) ?? InferencePipeline.Route(call);
            var explanation = refused is null ? explainer.Explain(call) : new Explanation(call) { Error = refused };
            return new(StatusCodes.Status200OK, json => ExplanationJson.Write(json, explanation));
        }
        finally
        {
            call.Release();
        }
    }

    /// <summary>Step 2, of a body that is here already.</summary>
    private static GatewayError? Read(Call call, string body)
    {
        var options = CallOptions.Read(call.Http.Request.Headers);
        if (!options.IsOk)
            return options.Error;
        call.Options = options.Value;
        var buffer = ByteBuffers.Rent(Encoding.UTF8.GetByteCount(body));
        call.Body = new(buffer, Encoding.UTF8.GetBytes(body, buffer));
        return BodyScan.Scan(call.Body.Span, ref call.Members) ?? RequestFields.Read(call.Body.Span, call.Members, call.Endpoint, out call.Fields, call.Options.Prompt is not null);
    }

    private static Outcome<KeyEntry> KeyOf(ExplainAsk ask, GatewaySnapshot snapshot)
    {
        if (ask.Key is { } name)
            return snapshot.Keys.Values.FirstOrDefault(k => k.Name == name) is { } key ? key : new GatewayError(ErrorKind.NotFound, "There is no key of this name.", "key");
        if (ask.Team is { } team && !snapshot.Config.Teams.Any(t => t.Name == team))
            return new GatewayError(ErrorKind.NotFound, "There is no team of this name.", "team");
        return Nobody(ask.Team, snapshot);
    }

    /// <summary>A key without limits of its own, under those of its team and of the gateway, as far as another key is bound by them.</summary>
    private static KeyEntry Nobody(string? team, GatewaySnapshot snapshot)
    {
        var like = snapshot.Keys.Values.FirstOrDefault(k => k.Team == team) ?? snapshot.Keys.Values.FirstOrDefault();
        var scopes = new List<ScopeState>();
        foreach (var owner in like is { Scopes: { } known } ? known.Owners : [])
            if (owner.Kind == OwnerKind.Gateway || (owner.Kind == OwnerKind.Team && like?.Team == team)) scopes.Add(owner);
        return new() { Name = "", Team = team, Models = null, Config = new() { Name = "", Hash = default, Team = team }, Scopes = new([.. scopes]) };
    }
}
